import type { Definition, LoadedDefinition } from '../definition/index.ts';
import { inputPath, mapPackageName } from '../definition/index.ts';
import { DefinitionError } from '../errors.ts';
import { inputKeys, isDiskOutput } from '../formats/rows.ts';
import { planDigest } from './plan-digest.ts';
import { planSteps } from './steps.ts';
import { planTargets, targetArchitectures, type BuilderFacts, type TargetArchitectures } from './targets.ts';
import type { Configuration, PackageRequest, Plan, PlannedFile, PlannedScript, Target } from './types.ts';

/**
 * Turns a definition and what is known of the builder into a plan. Pure: nothing is looked up.
 * Throws `DefinitionError` when it asks for a target that makes no sense.
 */
export function makePlan(loaded: LoadedDefinition, builder: BuilderFacts): Plan {
  const { definition, distribution } = loaded;
  const targets = planTargets(loaded, builder);
  const { planned, elsewhere } = targetArchitectures(loaded, builder);
  const outputs = planOutputs(loaded);
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
    ...(elsewhere.length === 0 ? {} : { elsewhere }),
    packages: planForAll(loaded, planned),
    configuration: planConfiguration(loaded),
    inputs: planInputs(loaded),
    ...(outputs.some(isDiskOutput) ? diskSettings(definition) : {}),
    outputs,
    limits: definition.limits ?? {},
    steps: planSteps(outputs, definition),
    deviations: loaded.deviations,
  };
  return { ...content, digest: planDigest(content) };
}

const planInputs = ({ inputs }: LoadedDefinition): Plan['inputs'] =>
  [...new Map(Object.values(inputs).map((input) => [`${input.path}\n${input.folder}`, input])).values()];

/** Outputs with the paths of their files found. */
const planOutputs = (loaded: LoadedDefinition): Plan['outputs'] =>
  loaded.definition.outputs.map((output, index) => ({
    ...output,
    ...Object.fromEntries(inputKeys(output).map(({ key }) => [key, inputPath(loaded, ['outputs', index, key])])),
  }));

/** Sections that the rules demand wherever an output is a disk. */
const diskSettings = ({ boot, disk }: Definition): Pick<Plan, 'boot' | 'disk'> => ({
  ...(boot === undefined ? {} : { boot }),
  ...(disk === undefined ? {} : { disk }),
});

/** One request for all targets. Throws `DefinitionError` where the distribution calls a package differently for two of them. */
function planForAll(loaded: LoadedDefinition, [first, ...others]: TargetArchitectures['planned']): PackageRequest {
  const request = planPackages(loaded, first);
  for (const arch of others) {
    const [here, there] = [namesIn(request), namesIn(planPackages(loaded, arch))];
    const differing = here.filter((name) => !there.includes(name));
    if (differing.length === 0 && here.length === there.length) continue;
    throw new DefinitionError({
      code: 'arch-names-differ',
      message: `${loaded.distribution.name} calls ${differing.join(', ')} otherwise for ${arch}, so ${first} and ${arch} cannot be planned together`,
      place: loaded.places['hardware.arch'] ?? { file: loaded.file },
      hint: 'give each architecture a definition of its own that extends what they share',
    });
  }
  return request;
}

const namesIn = ({ install, exclude, removeAfterInstall }: PackageRequest): readonly string[] => [...install, ...exclude, ...removeAfterInstall];

function planPackages(loaded: LoadedDefinition, arch: Target['arch']): PackageRequest {
  const { definition, distribution } = loaded;
  const { packages } = definition;
  const translate = (names: readonly string[]): readonly string[] =>
    [...new Set(names.map((name) => mapPackageName(distribution, name, arch)))].sort();
  return {
    install: translate(packages.install),
    exclude: translate(packages.exclude),
    removeAfterInstall: translate(packages['remove-after-install']),
    local: packages.local.map((_path, index) => inputPath(loaded, ['packages', 'local', index])),
    localKeys: packages['local-keys'].map((_path, index) => inputPath(loaded, ['packages', 'local-keys', index])),
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
