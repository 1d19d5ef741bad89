import type { Definition, LoadedDefinition, Output } from '../definition/index.ts';
import { inputPath, mapPackageName } from '../definition/index.ts';
import { digestOfValue } from '../digest.ts';
import { DefinitionError } from '../errors.ts';
import { isDiskOutput, planSteps } from './steps.ts';
import { planTargets, type BuilderFacts } from './targets.ts';
import type { Configuration, PackageRequest, Plan, PlannedFile, PlannedScript } from './types.ts';

/**
 * Turns a definition and what is known of the builder into a plan. Pure: nothing is looked up.
 * Throws `DefinitionError` when it asks for what cannot be done, all problems at once.
 */
export function makePlan(loaded: LoadedDefinition, builder: BuilderFacts): Plan {
  const { definition, distribution } = loaded;
  const targets = planTargets(loaded, builder);
  const outputs = definition.outputs;
  refuseUnsupported(loaded, outputs);
  const content = {
    image: {
      name: definition.name,
      version: definition.version,
      ...(definition.summary === undefined ? {} : { summary: definition.summary }),
      file: loaded.file,
    },
    distribution: {
      id: distribution.id,
      name: distribution.name,
      releasever: distribution.releasever,
      dbpath: distribution.dbpath,
      packageManager: distribution['package-manager'],
      vars: distribution.vars,
    },
    targets,
    packages: planPackages(loaded),
    configuration: planConfiguration(loaded),
    ...(outputs.some(isDiskOutput) ? diskSettings(definition) : {}),
    outputs,
    steps: planSteps(outputs, definition.boot),
    deviations: loaded.deviations,
  };
  return { ...content, digest: digestOfValue(content) };
}

const SUPPORTED_FORMATS: readonly string[] = ['oci', 'tar', 'raw', 'qcow2', 'vhd', 'vhdx'];

function refuseUnsupported(loaded: LoadedDefinition, outputs: readonly Output[]): void {
  const problems = outputs.flatMap(({ format }, index) => {
    if (SUPPORTED_FORMATS.includes(format)) return [];
    const place = loaded.places[`outputs[${index}].format`] ?? { file: loaded.file };
    return [{
      code: 'format-not-supported',
      message: `hew does not make ${format} yet`,
      place,
      hint: `it makes ${SUPPORTED_FORMATS.join(' and ')}; choose with --format`,
    }];
  });
  if (problems.length > 0) throw new DefinitionError(problems);
}

/** Sections that the rules demand wherever an output is a disk. */
const diskSettings = ({ boot, disk }: Definition): Pick<Plan, 'boot' | 'disk'> => ({
  ...(boot === undefined ? {} : { boot }),
  ...(disk === undefined ? {} : { disk }),
});

function planPackages(loaded: LoadedDefinition): PackageRequest {
  const { definition, distribution } = loaded;
  const { packages } = definition;
  const translate = (names: readonly string[]): readonly string[] =>
    [...new Set(names.map((name) => mapPackageName(distribution, name)))].sort();
  return {
    install: translate(packages.install),
    exclude: translate(packages.exclude),
    removeAfterInstall: translate(packages['remove-after-install']),
    local: packages.local.map((_path, index) => inputPath(loaded, ['packages', 'local', index])),
    modules: packages.modules,
    weakDependencies: packages['weak-deps'],
    docs: packages.docs,
    languages: packages.languages.includes('all') ? undefined : packages.languages,
    multilib: packages.multilib,
    ignoreMissing: packages['ignore-missing'],
    database: packages.database,
  };
}

const planConfiguration = (loaded: LoadedDefinition): Configuration => ({
  system: loaded.definition.system,
  files: loaded.definition.files.map((file, index) => planFile(loaded, file, index)),
  scripts: loaded.definition.scripts.map((script, index) => planScript(loaded, script, index)),
});

function planFile(loaded: LoadedDefinition, file: Definition['files'][number], index: number): PlannedFile {
  return {
    path: file.path,
    ...(file.content === undefined ? {} : { content: file.content }),
    ...(file.source === undefined ? {} : { source: inputPath(loaded, ['files', index, 'source']) }),
    ...(file.link === undefined ? {} : { link: file.link }),
    mode: Number.parseInt(file.mode ?? '0644', 8),
    owner: file.owner,
    group: file.group,
  };
}

function planScript(loaded: LoadedDefinition, script: Definition['scripts'][number], index: number): PlannedScript {
  return {
    name: script.name ?? script.run ?? `script ${index + 1}`,
    ...(script.run === undefined ? {} : { source: inputPath(loaded, ['scripts', index, 'run']) }),
    ...(script.content === undefined ? {} : { content: script.content }),
    ...(script.interpreter === undefined ? {} : { interpreter: script.interpreter }),
    args: script.args,
    env: script.env,
    in: script.in,
    network: script.network,
    onFailure: script['on-failure'],
    ...(script.log === undefined ? {} : { log: script.log }),
  };
}
