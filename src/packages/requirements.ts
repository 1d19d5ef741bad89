import { findOwners, type ChosenSet, type DnfSession, type PackageRecord } from './dnf5/index.ts';

/** A package, and what it requires, provides or owns. */
interface Capability {
  readonly kind: 'requires' | 'provides' | 'file';
  readonly name: string;
  readonly capability: string;
}

const QUERY =
  '[requires\x1f%{=NAME}\x1f%{REQUIRENAME}\n][provides\x1f%{=NAME}\x1f%{PROVIDENAME}\n][file\x1f%{=NAME}\x1f%{FILENAMES}\n]';

/** Which packages of a chosen set need which: names by the name that they need, sorted. Reads metadata, and the RPM files beside the definition. */
export async function readRequirements(session: DnfSession, { packages, records, localFiles }: ChosenSet): Promise<ReadonlyMap<string, readonly string[]>> {
  const capabilities = [...[...records.values()].flatMap(capabilitiesOf), ...(await readLocal(session, localFiles))];
  const known = new Set(capabilities.filter(({ kind }) => kind !== 'requires').map(({ capability }) => capability));
  // Primary metadata lists few files: a package that needs another one was resolved by the lists of all.
  const paths = capabilities.flatMap(({ kind, capability }) => (kind === 'requires' && capability.startsWith('/') && !known.has(capability) ? [capability] : []));
  const owned = await findOwners(session, packages, [...new Set(paths)]);
  return requirementsOf([...capabilities, ...owned.map(({ name, path }) => ({ kind: 'file', name, capability: path }) as const)]);
}

const capabilitiesOf = ({ name, requires, provides, files }: PackageRecord): readonly Capability[] => [
  ...requires.map((capability) => ({ kind: 'requires', name, capability }) as const),
  ...provides.map((capability) => ({ kind: 'provides', name, capability }) as const),
  ...files.map((capability) => ({ kind: 'file', name, capability }) as const),
];

async function readLocal({ host }: DnfSession, files: readonly string[]): Promise<readonly Capability[]> {
  if (files.length === 0) return [];
  const { stdout } = await host.run({
    tool: 'rpm',
    // Signatures are checked where packages are installed; here nothing is.
    args: ['--nosignature', '--nodigest', '--query', '--package', `--queryformat=${QUERY}`, ...files],
    view: { read: files },
  });
  return stdout.split('\n').flatMap(parseLine);
}

function parseLine(line: string): readonly Capability[] {
  const [kind, name, capability] = line.split('\x1f');
  if (name === undefined || capability === undefined) return [];
  if (kind !== 'requires' && kind !== 'provides' && kind !== 'file') return [];
  return [{ kind, name, capability }];
}

/** Joins what is required with what provides it. Rich dependencies count for each package that they name. */
export function requirementsOf(capabilities: readonly Capability[]): ReadonlyMap<string, readonly string[]> {
  const providers = new Map<string, Set<string>>();
  for (const { kind, name, capability } of capabilities) {
    if (kind !== 'requires') providers.set(capability, (providers.get(capability) ?? new Set()).add(name));
  }
  const neededBy = new Map<string, Set<string>>();
  for (const { kind, name, capability } of capabilities) {
    if (kind !== 'requires') continue;
    for (const wanted of namesIn(capability)) {
      for (const provider of providers.get(wanted) ?? []) {
        if (provider !== name) neededBy.set(provider, (neededBy.get(provider) ?? new Set()).add(name));
      }
    }
  }
  return new Map([...neededBy].map(([name, names]) => [name, [...names].sort()]));
}

/** `(mawk or gawk >= 5)` names two capabilities; operators and versions are left out. */
const namesIn = (capability: string): readonly string[] =>
  capability.startsWith('(')
    ? capability
        .replaceAll(/[<>]=?\s*\S+|=\s*\S+/g, ' ')
        .split(/[\s()]+/)
        .filter((word) => word !== '' && !['or', 'and', 'if', 'else', 'unless', 'with', 'without'].includes(word))
    : [capability];
