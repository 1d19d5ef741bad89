import type { z } from 'zod';

import { formatPath } from '../definition/index.ts';
import { parseYaml } from '../definition/parse-yaml.ts';
import type { Positions } from '../definition/positions.ts';
import { HewError, type Place, type Problem } from '../errors.ts';
import { LOCAL_REPOSITORY } from './keys.ts';
import type { PackageChecksum } from './lock.ts';
import { formatNevra } from './nevra.ts';
import { sortLock, type LockFile, type LockFilePackage } from './lock-file.ts';
import { sortRequest, type LockRequest, type TargetName } from './lock-request.ts';
import { lockSchema, type LockText } from './lock-schema.ts';

/** A lock of ten thousand packages is half of this. Characters. */
const MAX_LENGTH = 8 * 1024 * 1024;
/** Enough to see what is wrong with a file. */
const MAX_PROBLEMS = 20;

/**
 * Reads the text of a lock file; `file` is how problems name it. Strict: throws `HewError` with every problem, each
 * at its line and column.
 */
export function parseLock(text: string, file: string): LockFile {
  if (text.length > MAX_LENGTH) refuse([{ code: 'lock-too-large', message: 'the lock is larger than 8 MiB', place: { file } }]);
  refuse(findConflicts(text, file));
  const { value, positions, problems } = parseYaml(text, file);
  refuse(problems.map((problem) => ({ ...problem, code: 'lock-syntax' })));
  const parsed = lockSchema.safeParse(value);
  if (!parsed.success) throw failure(parsed.error.issues.flatMap((issue) => schemaProblems(issue, positions, file)));
  const lock = readLock(parsed.data);
  refuse(findContradictions(parsed.data, lock.request, (path) => ({ file, ...pick(positions, path) })));
  return sortLock({ ...lock, request: sortRequest(lock.request) });
}

const refuse = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw failure(problems);
};

const failure = (problems: readonly Problem[]): HewError =>
  new HewError(problems.slice(0, MAX_PROBLEMS).map((problem) => ({ hint: MEND, ...problem })));

const MEND = 'lock files are written by `hew lock`; run it again to replace this one';

/** The lines that git leaves where it could not merge: https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
function findConflicts(text: string, file: string): readonly Problem[] {
  const marks = text.split('\n').flatMap((content, index) => {
    const mark = /^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r]|$)/.exec(content)?.[0];
    return mark === undefined ? [] : [{ line: index + 1, start: mark.startsWith('<') }];
  });
  const starts = marks.filter(({ start }) => start);
  return (starts.length > 0 ? starts : marks).map(({ line }) => ({
    code: 'lock-conflict',
    message: `the lock has a merge conflict that nobody resolved, at line ${line}`,
    place: { file, line, column: 1 },
    hint: 'take either side of each conflict, then run `hew lock IMAGE`: it resolves what both sides ask for',
  }));
}

function schemaProblems(issue: z.core.$ZodIssue, positions: Positions, file: string): readonly Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'lock-form',
      message: `unknown key \`${key}\`${path.length === 0 ? '' : ` in \`${formatPath(path)}\``}`,
      place: { file, ...positions.ofKey([...path, key]) },
    }));
  }
  const name = path.length === 0 ? 'the file' : `\`${formatPath(path)}\``;
  return [{ code: 'lock-form', message: `${name}: ${lowerFirst(issue.message)}`, place: { file, ...pick(positions, path) } }];
}

/** Where a value stands; for one that is missing, where the thing stands that misses it. */
const pick = (positions: Positions, path: readonly (string | number)[]): { readonly line: number; readonly column: number } =>
  positions.has(path) ? positions.ofKey(path) : positions.ofValue(path);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function readLock({ hew, data }: LockText): LockFile {
  const targets = Object.entries(hew.targets).map(([name, { vars, hwcaps, install, exclude, repositories }]) => ({
    name: name as TargetName,
    vars,
    ...(hwcaps === undefined ? {} : { hwcaps }),
    ...(install === undefined ? {} : { install }),
    ...(exclude === undefined ? {} : { exclude }),
    costs: repositories,
  }));
  const request: LockRequest = {
    distribution: hew.distribution,
    releasever: hew.releasever,
    vars: hew.vars,
    install: hew.install,
    exclude: hew.exclude,
    local: hew.local,
    modules: hew.modules,
    weakDependencies: hew['weak-dependencies'],
    multilib: hew.multilib,
    ignoreMissing: hew['ignore-missing'],
    repositories: data.repositories.filter(({ id }) => id !== LOCAL_REPOSITORY).map(readRepository),
    targets,
  };
  const everywhere = targets.map(({ name }) => name);
  const packages = Object.entries(data.packages).flatMap(([arch, group]) =>
    group.map((entry) => readPackage(arch, entry, everywhere)),
  );
  const keys = new Map(data.repositories.flatMap(({ id, hew: own }) => (own?.keys === undefined ? [] : [[id, own.keys]])));
  const texts = new Map(data.repositories.flatMap(({ id, hew: own }) => (own?.['key-text'] === undefined ? [] : [[id, own['key-text']]])));
  return { request, definition: hew.definition, keys, ...(texts.size === 0 ? {} : { keyTexts: texts }), packages };
}

const readRepository = ({ id, baseurl, metalink, mirrorlist, hew = {} }: LockText['data']['repositories'][number]) => ({
  id,
  baseurl: [...(baseurl === undefined ? [] : [baseurl]), ...(hew.mirrors ?? [])],
  ...(metalink === undefined ? {} : { metalink }),
  ...(mirrorlist === undefined ? {} : { mirrorlist }),
  ...(hew.includepkgs === undefined ? {} : { includepkgs: hew.includepkgs }),
  ...(hew.excludepkgs === undefined ? {} : { excludepkgs: hew.excludepkgs }),
});

type PackageText = LockText['data']['packages'][string][number];

const readPackage = (arch: string, entry: PackageText, everywhere: readonly TargetName[]): LockFilePackage => ({
  name: entry.name,
  evr: entry.evr,
  arch,
  repository: entry.repo_id,
  reason: entry.hew.reason,
  checksum: entry.checksum as PackageChecksum,
  size: entry.size,
  ...(entry.location === undefined ? {} : { location: entry.location }),
  ...(entry.srpm === undefined ? {} : { sourceRpm: `${entry.srpm}.rpm` }),
  ...(entry.hew.advisories === undefined ? {} : { advisories: entry.hew.advisories }),
  targets: (entry.hew.targets as readonly TargetName[] | undefined) ?? everywhere,
});

type PlaceOf = (path: readonly (string | number)[]) => Place;

/** What no single key shows: the traces of merges that git took for clean. */
function findContradictions({ data }: LockText, { repositories, targets }: LockRequest, placeOf: PlaceOf): readonly Problem[] {
  const known = new Set(repositories.map(({ id }) => id));
  const everywhere = targets.map(({ name }) => name);
  const seen = new Map<string, number | undefined>();
  const form = (message: string, place: Place): Problem => ({ code: 'lock-form', message, place });
  return Object.entries(data.packages).flatMap(([arch, group]) =>
    group.flatMap((text, index) => {
      const entry = readPackage(arch, text, everywhere);
      const nevra = formatNevra(entry);
      const place = placeOf(['data', 'packages', arch, index, 'name']);
      const twice = entry.targets.filter((target) => seen.has(`${target} ${nevra}`));
      const [first] = twice.map((target) => seen.get(`${target} ${nevra}`));
      for (const target of entry.targets) seen.set(`${target} ${nevra}`, place.line);
      return [
        ...(known.has(entry.repository) || entry.repository === LOCAL_REPOSITORY
          ? []
          : [form(`${nevra} comes from repository ${entry.repository}, which the lock does not hold`, place)]),
        ...entry.targets.filter((target) => !everywhere.includes(target))
          .map((target) => form(`${nevra} is for ${target}, which the lock does not hold`, place)),
        ...(twice.length === 0 ? [] : [form(`${nevra} appears twice for ${twice[0]}, first at line ${first}`, place)]),
      ];
    }),
  );
}
