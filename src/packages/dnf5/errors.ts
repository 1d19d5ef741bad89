import { CancelledError, HewError, ToolError, type Problem, type Subject } from '../../errors.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import { nearest } from '../../definition/index.ts';
import type { UnavailableRepository } from '../../isa/repositories.ts';
import { runDnf, type DnfSession } from './session.ts';

/**
 * What a failed dnf5 call means, in the words of a person who wants to go on: the reason that dnf5 found, without its
 * progress and without its advice about options that hew does not have. Anything that is no failure of dnf5 comes
 * back as it was.
 */
export async function explainDnfFailure(session: DnfSession, error: unknown): Promise<unknown> {
  if (!(error instanceof ToolError) || error instanceof CancelledError) return error;
  const { packages } = session.plan;
  const reason = withoutExcludedMembers(readDnfFailure(`${error.stdout}\n${error.stderr}`), packages.install);
  const problems = await withNearestNames(session, reason.map((problem) => asGroup(problem, packages.install)));
  const known = problems.length > 0 ? problems : error.problems;
  const [first, ...rest] = known;
  if (first === undefined) return error;
  const explained = new ToolError(first, {
    commandLine: error.commandLine,
    stdout: error.stdout,
    stderr: error.stderr,
    status: error.status,
    cause: error,
  });
  return rest.length === 0 ? explained : new HewError(known, { cause: explained });
}

/**
 * dnf5 tells as well which members of a group are kept out. That stops nothing, so it counts only where a package was
 * asked for by name, or where it says nothing else.
 */
export function withoutExcludedMembers(problems: readonly Problem[], install: readonly string[]): readonly Problem[] {
  const isAsked = ({ subject }: Problem): boolean => subject !== undefined && install.includes(subject.name);
  const telling = problems.filter((problem) => problem.code !== 'package-excluded' || isAsked(problem));
  return telling.length === 0 ? problems : telling;
}

/** dnf5 leaves the mark out where it has not found a group or an environment. */
export function asGroup(problem: Problem, install: readonly string[]): Problem {
  const { code, subject } = problem;
  if (code !== 'package-not-found' || subject === undefined || install.includes(subject.name)) return problem;
  const bare = subject.name.replace(/^@?\^?/, '');
  const asked = install.find((spec) => spec === `@${bare}` || spec === `@^${bare}`);
  if (asked === undefined) return problem;
  return { ...problem, message: `no repository has a group \`${asked}\``, subject: { ...subject, name: asked } };
}

/** One way in which dnf5 says what went wrong, and what hew says instead. */
interface Pattern {
  readonly matches: RegExp;
  readonly code: ErrorCode;
  readonly message: (groups: Readonly<Record<string, string>>) => string;
  /** What the group `subject` of the pattern names; dnf5's reason is the group `why`. */
  readonly about?: Subject['kind'];
  readonly hint?: string;
  /** Whether to add what dnf5 says of the attempts below. */
  readonly withReasons?: boolean;
}

const UNREACHABLE = 'repository-unreachable';

/** The repositories that a failure says could not be reached, with the reason; empty for any other failure. */
export function unreachableRepositories(error: unknown): readonly UnavailableRepository[] {
  if (!(error instanceof HewError) || error.problems.some(({ code }) => code !== UNREACHABLE)) return [];
  return error.problems.flatMap(({ subject, reason, message }) =>
    (subject?.kind === 'repository' ? [{ id: subject.name, reason: reason ?? message }] : []));
}

const PATTERNS: readonly Pattern[] = [
  {
    matches: /^No match for argument: (?<subject>.+)$/gm,
    code: 'package-not-found',
    about: 'package',
    message: ({ subject }) => `no repository has a package \`${subject}\``,
  },
  {
    matches: /^Argument '(?<subject>[^']+)' matches only excluded packages\.?$/gm,
    code: 'package-excluded',
    about: 'package',
    message: ({ subject }) => `every build of \`${subject}\` in the repositories is excluded`,
    hint: 'see `packages.exclude`, and `includepkgs` and `excludepkgs` of the repositories',
  },
  {
    // `No data`: what came instead, such as a page of HTML, holds no signature.
    matches: /^Failed to download metadata \([^)]*\) for repository "(?<subject>[^"]+)": (?<why>.*(?:signature is not available|: No data).*)$/gim,
    code: 'signature',
    about: 'repository',
    message: ({ subject, why }) => `the metadata of repository ${subject} bears no signature: ${why}`,
    hint: 'many distributions sign their packages alone: where its owner says so, set `repo_gpgcheck = false` with a `reason` on the repository; else check its address',
  },
  {
    matches: /^Failed to download metadata \([^)]*\) for repository "(?<subject>[^"]+)": (?<why>(?!.*(?:signature is not available|: No data)).*signature.*)$/gim,
    code: 'signature',
    about: 'repository',
    message: ({ subject, why }) => `the metadata of repository ${subject} is not signed by a key of its own: ${why}`,
    hint: 'check `gpgkey` of the repository; without the right key nothing from it is installed',
  },
  {
    matches: /^Failed to download metadata \((?<kind>[^)]*)\) for repository "(?<subject>[^"]+)": (?<why>(?!.*(?:signature|: No data)).+)$/gim,
    code: UNREACHABLE,
    about: 'repository',
    message: ({ subject, kind, why }) => `repository ${subject} could not be read (${kind}): ${why}`,
    hint: 'check its address and the network; a level’s repository can be left out by `missing-level = "baseline"`',
    withReasons: true,
  },
  {
    matches: /^ ?Librepo error: Cannot download (?<file>.+): All mirrors were tried$/gm,
    code: 'package-not-fetched',
    message: ({ file }) => `${file} could not be fetched as the repository describes it`,
    hint: 'the metadata of the repository and its files do not agree: try again later, or ask its owner',
    withReasons: true,
  },
  {
    matches: /^ ?Librepo error: (?<why>(?!Cannot download|.*Failed writing received data to disk).+)$/gm,
    code: 'package-not-fetched',
    message: ({ why }) => `a package could not be fetched: ${why}`,
    hint: 'check the network and the repository, then try again',
  },
  {
    matches: /^(?:Error: )?(?<what>.*(?:No space left on device|needs \d+\S* more space on|Failed writing received data to disk).*)$/gim,
    code: 'disk-full',
    message: ({ what }) => `no space left: ${what}`,
    hint: 'free space in the cache folder (`hew cache`), or raise HEW_WORKSPACE_SIZE',
  },
];

/** Finds the reasons in what dnf5 printed; empty when it says nothing that hew knows. */
export function readDnfFailure(output: string): readonly Problem[] {
  const found = PATTERNS.flatMap(({ matches, code, message, about, hint, withReasons = false }) =>
    [...output.matchAll(matches)].map(({ groups = {} }): Problem => {
      const { subject, why } = groups;
      const advice = [...(withReasons ? reasonsIn(output) : []), hint].filter((line) => line !== undefined);
      return {
        code,
        message: message(groups),
        ...(about === undefined || subject === undefined ? {} : { subject: { kind: about, name: subject } }),
        ...(about === undefined || why === undefined ? {} : { reason: why }),
        ...(advice.length === 0 ? {} : { hint: advice.join('\n') }),
      };
    }),
  );
  const conflict = readConflict(output);
  const all = conflict === undefined ? found : [...found, conflict];
  return all.filter(({ message }, index) => all.findIndex((other) => other.message === message) === index);
}

/** What went wrong below dnf5, in lines that begin with `>>>`; that it tried every mirror is said already. */
const reasonsIn = (output: string): readonly string[] => [
  ...new Set(
    [...output.matchAll(/^>>> (?!No more mirrors|Running|Finished)(.*\S)\s*$/gm)].map(([, reason = '']) => reason.replace(/^\[RPM\] /, '')),
  ),
];

/** libsolv's own explanation: `Problem: …` and the indented lines that belong to it. */
function readConflict(output: string): Problem | undefined {
  const lines = withoutModules(output).split('\n');
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (/^ ?Problem(?: \d+)?: /.test(line)) kept.push(line.trim());
    else if (/^ {2,}- /.test(line) && kept.length > 0 && isContinuation(lines, index)) kept.push(line.trimEnd());
  }
  if (kept.length === 0) return undefined;
  const [first = '', ...rest] = kept;
  const unique = [...new Set(rest)].filter((line) => line.trim() !== '- conflicting requests');
  return {
    code: 'conflict',
    message: `these packages cannot be installed together: ${first.replace(/^Problem(?: \d+)?: /, '')}`,
    ...(unique.length === 0 ? {} : { hint: unique.map((line) => line.trim()).join('\n') }),
  };
}

/** dnf5 warns about every module stream that an empty root lacks, and goes on. hew chooses the streams. */
const withoutModules = (output: string): string =>
  output.replaceAll(/^ ?Problem(?: \d+)?: .*\n(?: {2,}- .*\n?)*/gm, (problem) => (/\bmodule[ (]\S+/.test(problem) && /needed by module |module\(platform/.test(problem) ? '' : problem));

const isContinuation = (lines: readonly string[], index: number): boolean =>
  /^ ?Problem|^ {2,}- /.test(lines[index - 1] ?? '');

/** The same problems; each that a package was not found with the names that come near, out of the metadata at hand. */
async function withNearestNames(session: DnfSession, problems: readonly Problem[]): Promise<readonly Problem[]> {
  if (problems.every(({ code }) => code !== 'package-not-found')) return problems;
  const { stdout } = await runDnf(session, ['repoquery', '--available', '--queryformat=%{name}\\n'], { cacheOnly: true });
  const names = [...new Set(stdout.split('\n').filter((name) => name !== ''))];
  return problems.map((problem) => {
    if (problem.code !== 'package-not-found') return problem;
    const near = nearest(problem.subject?.name ?? '', names);
    const advice = near.length === 0 ? 'check the name and the repositories' : `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`;
    const left = session.target.refused.map(({ id, why }) => `not looked in: repository ${id} (${why})`);
    return { ...problem, hint: [advice, ...left].join('\n') };
  });
}

/** A transaction that failed while it ran: the scriptlet or file that stopped it, as rpm names it. */
export function explainInstallFailure(error: ToolError): ToolError {
  const output = `${error.stdout}\n${error.stderr}`;
  const known = readDnfFailure(output).find(({ code }) => code === 'disk-full') ?? readTransactionFailure(output);
  if (known === undefined) return error;
  const { commandLine, stdout, stderr, status } = error;
  const [said] = error.problems;
  return new ToolError({ ...(said?.hint === undefined ? {} : { hint: said.hint }), ...known }, { commandLine, stdout, stderr, status, cause: error });
}

/** The line that says most, in the order of preference. */
const TELLING = [/ scriptlet failed/, / conflicts /, /unpacking of archive failed|cpio: |Failed to open|error: /i, /Transaction failed/i];

/** Lines that repeat what the telling one says. */
const REPEATING = /^(?:Error in |Scriptlet output:|Transaction failed|.*: install failed$)/;

/** Lines that say nothing of a failure. */
const NOISE = /^(?:Failed to set locale|Updating and loading repositories|Repositories loaded|[Ww]arning: skipped OpenPGP checks|.*: NOKEY$)/;

function readTransactionFailure(output: string): Problem | undefined {
  const listed = [...output.matchAll(/^(?: {2}- |.*(?:unpacking of archive failed|cpio: |Failed to open|error: |Transaction failed)).*$/gim)];
  const lines = [...new Set([...reasonsIn(output), ...listed.map(([line]) => line.replace(/^>>> |^ {2}- /, '').replace(/^\[RPM\] /, '').trim())])].filter((line) => !NOISE.test(line));
  const telling = TELLING.flatMap((pattern) => lines.filter((line) => pattern.test(line)))[0];
  if (telling === undefined) return undefined;
  const hint = lines.filter((line) => line !== telling && !REPEATING.test(line)).slice(0, 8).join('\n');
  const device = lines.find((line) => /mknod failed/.test(line));
  if (device !== undefined) {
    return {
      code: 'install-failed',
      message: `the packages could not be installed: one of them brings a device node, which nothing in the sandbox may make: ${device}`,
      hint: 'leave the package out: devtmpfs and udev make device nodes when the system starts',
    };
  }
  return {
    code: 'install-failed',
    message: `the packages could not be installed: ${telling}`,
    ...(hint === '' ? {} : { hint }),
  };
}
