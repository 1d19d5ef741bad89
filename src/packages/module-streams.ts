import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

import { HewError, type Problem } from '../errors.ts';

/** A stream of a module in one build: https://github.com/fedora-modularity/libmodulemd, yaml_specs/modulemd_stream_v2.yaml */
export interface ModuleStream {
  readonly name: string;
  readonly stream: string;
  /** Of the build: the highest is the newest. */
  readonly version: number;
  /** Packages as `name-epoch:version-release.arch`. */
  readonly artifacts: readonly string[];
  /** Packages by the name of a profile. */
  readonly profiles: Readonly<Record<string, readonly string[]>>;
  /** Streams by module, of each of which one is needed. None named: any. */
  readonly requires: Readonly<Record<string, readonly string[]>>;
}

/** What repositories say of modules. */
export interface Modules {
  readonly streams: readonly ModuleStream[];
  /** The stream that is active if none is requested, by module. */
  readonly defaults: ReadonlyMap<string, string>;
}

const texts = z.array(z.coerce.string());
const streamDocument = z.object({
  document: z.literal('modulemd'),
  data: z.object({
    name: z.string(),
    stream: z.coerce.string(),
    version: z.coerce.number(),
    dependencies: z.array(z.object({ requires: z.record(z.string(), texts).optional() })).optional(),
    profiles: z.record(z.string(), z.object({ rpms: texts.optional() })).optional(),
    artifacts: z.object({ rpms: texts.optional() }).optional(),
  }),
});
const defaultsDocument = z.object({
  document: z.literal('modulemd-defaults'),
  data: z.object({ module: z.string(), stream: z.coerce.string().optional() }),
});

/** Reads the module metadata of a repository; documents of other kinds, such as translations, are passed over. */
export function parseModules(text: string): Modules {
  const streams: ModuleStream[] = [];
  const defaults = new Map<string, string>();
  // Streams such as 1.20 are texts, whatever YAML takes them for.
  for (const document of parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false })) {
    const value: unknown = document.toJS();
    const stream = streamDocument.safeParse(value);
    const preset = defaultsDocument.safeParse(value);
    if (stream.success) {
      const { name, stream: of, version, dependencies = [], profiles = {}, artifacts = {} } = stream.data.data;
      streams.push({
        name, stream: of, version, artifacts: artifacts.rpms ?? [],
        profiles: Object.fromEntries(Object.entries(profiles).map(([profile, { rpms = [] }]) => [profile, rpms])),
        requires: Object.assign({}, ...dependencies.map(({ requires = {} }) => requires)) as Record<string, readonly string[]>,
      });
    } else if (preset.success && preset.data.data.stream !== undefined) defaults.set(preset.data.data.module, preset.data.data.stream);
  }
  return { streams, defaults };
}

export interface ChosenModules {
  readonly active: readonly ModuleStream[];
  /** Packages of the requested profiles. */
  readonly install: readonly string[];
}

/**
 * The streams that count: those that are asked for as `NAME:STREAM` or `NAME:STREAM/PROFILE`, those that they need, and
 * the default of every other module. Throws `HewError` that names each one that no repository has.
 */
export function chooseModules({ streams, defaults }: Modules, asked: readonly string[]): ChosenModules {
  const wanted = new Map(defaults);
  const install: string[] = [];
  const problems: Problem[] = [];
  for (const spec of asked) {
    const [, name = '', stream = '', profile] = /^([^:]+):([^/]+)(?:\/(.+))?$/.exec(spec) ?? [];
    const found = newest(streams.filter((one) => one.name === name && one.stream === stream));
    if (found.length === 0) problems.push(notFound(spec, name, streams));
    else if (profile !== undefined && found.every(({ profiles }) => profiles[profile] === undefined)) problems.push(noProfile(spec, found));
    else install.push(...found.flatMap(({ profiles }) => (profile === undefined ? [] : profiles[profile] ?? [])));
    wanted.set(name, stream);
    for (const [needed, [first]] of found.flatMap(({ requires }) => Object.entries(requires))) {
      // Of the platform nothing is published. A leading minus is a stream that will not do.
      const isAsked = asked.some((one) => one.startsWith(`${needed}:`));
      if (needed !== 'platform' && first !== undefined && !first.startsWith('-') && !isAsked) wanted.set(needed, first);
    }
  }
  if (problems.length > 0) throw new HewError(problems, { exitCode: 2 });
  const active = [...wanted].flatMap(([name, stream]) => newest(streams.filter((one) => one.name === name && one.stream === stream)));
  return { active, install: [...new Set(install)] };
}

const newest = (same: readonly ModuleStream[]): readonly ModuleStream[] => {
  const version = Math.max(...same.map((one) => one.version));
  return same.filter((one) => one.version === version);
};

const notFound = (spec: string, name: string, streams: readonly ModuleStream[]): Problem => {
  const offered = [...new Set(streams.filter((one) => one.name === name).map(({ stream }) => `\`${name}:${stream}\``))].sort();
  return {
    code: 'module-not-found',
    message: `no repository has the module stream \`${spec}\``,
    subject: { kind: 'key', name: 'packages.modules', items: [spec] },
    hint: offered.length === 0 ? `no repository has a module \`${name}\`` : `there is ${offered.join(', ')}`,
  };
};

const noProfile = (spec: string, found: readonly ModuleStream[]): Problem => ({
  code: 'module-not-found',
  message: `the module stream \`${spec.replace(/\/.*/, '')}\` has no profile \`${spec.replace(/^.*\//, '')}\``,
  subject: { kind: 'key', name: 'packages.modules', items: [spec] },
  hint: `there is ${[...new Set(found.flatMap(({ profiles }) => Object.keys(profiles)))].sort().map((name) => `\`${name}\``).join(', ') || 'none'}`,
});

/** A package as dnf5 names it. */
interface Build {
  readonly name: string;
  readonly evr: string;
  readonly arch: string;
}

/**
 * Which of these packages are hidden: those of streams that are not active, and those of no module whose name an active
 * stream has. https://docs.pagure.org/modularity/ , “Modular filtering”.
 */
export function hiddenByModules<T extends Build>({ streams }: Modules, active: readonly ModuleStream[], available: readonly T[]): readonly T[] {
  const modular = new Set(streams.flatMap(({ artifacts }) => artifacts));
  const chosen = new Set(active.flatMap(({ artifacts }) => artifacts));
  const names = new Set([...chosen].map((artifact) => /^(.+)-[^-]+-[^-]+\.[^.]+$/.exec(artifact)?.[1]));
  return available.filter(({ name, evr, arch }) => {
    const artifact = `${name}-${evr.includes(':') ? evr : `0:${evr}`}.${arch}`;
    return modular.has(artifact) ? !chosen.has(artifact) : names.has(name);
  });
}
