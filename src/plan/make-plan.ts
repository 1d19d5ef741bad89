import type { Definition, LoadedDefinition } from '../definition/index.ts';
import { inputFile, mapPackageName } from '../definition/index.ts';
import { inputKeys, isDiskOutput } from '../formats/rows.ts';
import { planDigest } from './plan-digest.ts';
import { planSteps } from './steps.ts';
import { planTargets, targetArchitectures, type BuilderFacts } from './targets.ts';
import type { ArchitectureNames, Configuration, Plan, PlannedFile, PlannedScript, Target } from './types.ts';

/**
 * Turns a definition and facts about the builder into a plan. Looks nothing up. Throws `DefinitionError` when it names
 * a target that does not exist.
 */
export function makePlan(loaded: LoadedDefinition, builder: BuilderFacts): Plan {
  const { definition, distribution } = loaded;
  const targets = planTargets(loaded, builder);
  const { planned, skippedArchitectures } = targetArchitectures(loaded, builder);
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
      baseline: distribution.baseline,
      levelModel: distribution['level-model'],
      ...(distribution.hwcaps === undefined ? {} : { hwcaps: distribution.hwcaps }),
      ...(loaded.snapshot === undefined ? {} : { snapshot: loaded.snapshot }),
      vars: { ...distribution.vars, ...(loaded.snapshot === undefined ? {} : { snapshot: loaded.snapshot }) },
    },
    targets,
    ...(skippedArchitectures.length === 0 ? {} : { skippedArchitectures }),
    ...planPackages(loaded, [...planned, ...skippedArchitectures]),
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

/** Outputs with resolved paths of their files. */
const planOutputs = (loaded: LoadedDefinition): Plan['outputs'] =>
  loaded.definition.outputs.map((output, index) => ({
    ...output,
    ...Object.fromEntries(inputKeys(output).map(({ key }) => [key, inputFile(loaded, ['outputs', index, key])])),
  }));

/** The rules demand these sections wherever an output is a disk. */
const diskSettings = ({ boot, disk }: Definition): Pick<Plan, 'boot' | 'disk'> => ({
  ...(boot === undefined ? {} : { boot }),
  ...(disk === undefined ? {} : { disk }),
});

/**
 * What every architecture that the definition names is asked for, and what is asked for on one alone. Architectures
 * that other machines build count too, so that all machines make the same plan.
 */
function planPackages(loaded: LoadedDefinition, archs: readonly Target['arch'][]): Pick<Plan, 'packages' | 'packagesByArch'> {
  const { packages } = loaded.definition;
  const names = new Map(archs.map((arch) => [arch, namesFor(loaded, arch)]));
  const shared = (key: keyof ArchitectureNames): readonly string[] => {
    const [first = [], ...others] = [...names.values()].map((row) => row[key]);
    return first.filter((name) => others.every((list) => list.includes(name)));
  };
  const common = { install: shared('install'), exclude: shared('exclude'), removeAfterInstall: shared('removeAfterInstall') };
  const own = [...names].map(([arch, row]) => [arch, withoutNames(row, common)] as const);
  return {
    packages: {
      ...common,
      local: packages.local.map((_path, index) => inputFile(loaded, ['packages', 'local', index])),
      localKeys: packages['local-keys'].map((_path, index) => inputFile(loaded, ['packages', 'local-keys', index])),
      modules: packages.modules,
      weakDependencies: packages['weak-deps'],
      docs: packages.docs,
      languages: packages.languages.includes('all') ? undefined : packages.languages,
      multilib: packages.multilib,
      ignoreMissing: packages['ignore-missing'],
      database: packages.database,
    },
    ...(own.some(([, { install, exclude, removeAfterInstall }]) => install.length + exclude.length + removeAfterInstall.length > 0)
      ? { packagesByArch: Object.fromEntries(own) } : {}),
  };
}

function namesFor({ definition: { packages }, distribution }: LoadedDefinition, arch: Target['arch']): ArchitectureNames {
  const translate = (names: readonly string[]): readonly string[] =>
    [...new Set(names.map((name) => mapPackageName(distribution, name, arch)))].sort();
  return {
    install: translate(packages.install),
    exclude: translate(packages.exclude),
    removeAfterInstall: translate(packages['remove-after-install']),
  };
}

const withoutNames = (row: ArchitectureNames, common: ArchitectureNames): ArchitectureNames => ({
  install: row.install.filter((name) => !common.install.includes(name)),
  exclude: row.exclude.filter((name) => !common.exclude.includes(name)),
  removeAfterInstall: row.removeAfterInstall.filter((name) => !common.removeAfterInstall.includes(name)),
});

const planConfiguration = (loaded: LoadedDefinition): Configuration => ({
  system: loaded.definition.system,
  files: loaded.definition.files.map((file, index) => planFile(loaded, file, index)),
  scripts: loaded.definition.scripts.map((script, index) => planScript(loaded, script, index)),
});

function planFile(loaded: LoadedDefinition, file: Definition['files'][number], index: number): PlannedFile {
  return {
    path: file.path,
    ...(file.content === undefined ? {} : { content: file.content }),
    ...(file.source === undefined ? {} : { source: inputFile(loaded, ['files', index, 'source']) }),
    ...(file.link === undefined ? {} : { link: file.link }),
    mode: Number.parseInt(file.mode ?? '0644', 8),
    owner: file.owner,
    group: file.group,
  };
}

function planScript(loaded: LoadedDefinition, script: Definition['scripts'][number], index: number): PlannedScript {
  return {
    name: script.name ?? script.run ?? `script ${index + 1}`,
    ...(script.run === undefined ? {} : { source: inputFile(loaded, ['scripts', index, 'run']) }),
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
