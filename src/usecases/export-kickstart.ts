import { inputFile, loadDefinition, mapPackageName, sourcesOf } from '../definition/index.ts';
import type { Definition, LoadedDefinition, LoadOptions } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import { exportKickstart, type ExportedKickstart } from '../kickstart/index.ts';
import { checkInputs } from '../rootfs/inputs.ts';
import { kickstartLayers } from './kickstart.ts';

/** The kickstart file for an image, with what it cannot express. */
export async function exportImage(host: Host, image: string, cwd: string, options: LoadOptions): Promise<ExportedKickstart> {
  const loaded = await loadDefinition(sourcesOf(host, cwd), image, { ...options, ...kickstartLayers(host) });
  const inputs = new Map<string, string>();
  const { definition } = loaded;
  await checkInputs(host, Object.values(loaded.inputs));
  for (const [index, { source }] of definition.files.entries()) {
    if (source !== undefined) inputs.set(source, await host.fs.readText(inputFile(loaded, ['files', index, 'source'])));
  }
  for (const [index, { run }] of definition.scripts.entries()) {
    if (run !== undefined) inputs.set(run, await host.fs.readText(inputFile(loaded, ['scripts', index, 'run'])));
  }
  return exportKickstart(withRealNames(loaded), {
    title: `${definition.name} ${definition.version}${definition.summary === undefined ? '' : `: ${definition.summary}`}`,
    repositories: loaded.repositories,
    readInput: (path) => inputs.get(path),
  });
}

/** Anaconda does not know the neutral names that images use. */
function withRealNames({ definition, distribution }: LoadedDefinition): Definition {
  // A kickstart file is for one architecture: the first.
  const [arch = 'x86_64'] = [definition.hardware.arch].flat();
  const translate = (names: readonly string[]): string[] => names.map((name) => mapPackageName(distribution, name, arch));
  const { install, exclude } = definition.packages;
  return { ...definition, packages: { ...definition.packages, install: translate(install), exclude: translate(exclude) } };
}
