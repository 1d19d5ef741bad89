import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseControl, type Stanza } from './control.ts';
import { chooseMirror, parseDeb822, parseOneLine } from './mirror.ts';
import { exists } from './paths.ts';
import { run } from './run.ts';

export const suite = 'forky';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Debian testing as seen through a configuration of our own: apt's lists and cache of this machine stay untouched. */
export interface Archive {
  /** Refreshes the index. Signatures are checked with Debian's own keyring. */
  update(): Promise<void>;
  /** Stanzas by package name. Throws with every name that the suite does not have. */
  lookUp(names: readonly string[]): Promise<Map<string, Stanza>>;
  /** Paths of the packages, fetched where they are not cached and checked against the signed index. */
  fetch(stanzas: Iterable<Stanza>): Promise<Map<string, string>>;
}

/** The mirror asked for, else the one that this machine's apt uses for Debian. */
export async function findMirror(asked: string | undefined): Promise<string> {
  if (asked !== undefined && asked !== '') return asked.replace(/\/+$/, '');
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...(await readdir(folder).catch(() => [])).map((name) => join(folder, name))];
  const sources = await Promise.all(files.sort().map(async (file) => {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (file.endsWith('.sources')) return parseDeb822(text);
    return file.endsWith('.list') ? parseOneLine(text) : [];
  }));
  const mirror = chooseMirror(sources.flat());
  if (mirror === undefined) throw new Error('no Debian archive in /etc/apt: give --mirror URL or HEW_DEBIAN_MIRROR');
  return mirror;
}

export async function openArchive(folder: string, mirror: string): Promise<Archive> {
  const apt = join(folder, 'apt');
  const debs = join(folder, 'debs');
  for (const path of ['lists/partial', 'archives/partial', 'etc/apt.conf.d', 'etc/preferences.d']) {
    await mkdir(join(apt, path), { recursive: true });
  }
  await mkdir(debs, { recursive: true });
  await writeFile(join(apt, 'status'), '');
  await writeFile(join(apt, 'apt.conf'), configuration(apt));
  // The Release file of a testing suite on a mirror may be past its date. Only that date is not looked at.
  const options = `signed-by=${keyring} check-valid-until=no`;
  await writeFile(join(apt, 'sources.list'), `deb [${options}] ${mirror} ${suite} main\n`);
  const env = { APT_CONFIG: join(apt, 'apt.conf') };
  return {
    update: async () => {
      await run('apt-get', ['-qq', '-o', 'APT::Update::Error-Mode=any', 'update'], { env });
    },
    lookUp: async (names) => {
      const text = await run('apt-cache', ['--no-all-versions', 'show', ...names], { env }).catch(() => '');
      const stanzas = new Map(parseControl(text).map((stanza) => [stanza.get('Package') ?? '', stanza]));
      const missing = names.filter((name) => !stanzas.has(name));
      if (missing.length > 0) throw new Error(`not in ${suite}: ${missing.join(', ')}`);
      return stanzas;
    },
    fetch: (stanzas) => fetchAll([...stanzas], debs, env),
  };
}

const configuration = (apt: string): string => `Dir "${apt}";
Dir::State "${apt}";
Dir::State::status "${apt}/status";
Dir::Cache "${apt}";
Dir::Etc "${apt}/etc";
Dir::Etc::sourcelist "${apt}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Acquire::Languages "none";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "${process.getuid?.() === 0 ? 'root' : ''}";
`;

async function fetchAll(
  stanzas: readonly Stanza[], debs: string, env: Record<string, string>,
): Promise<Map<string, string>> {
  const paths = new Map(stanzas.map((stanza) => [stanza.get('Package') ?? '', join(debs, fileName(stanza))]));
  const missing: string[] = [];
  for (const [name, path] of paths) if (!(await exists(path))) missing.push(name);
  if (missing.length > 0) {
    const partial = join(debs, `partial-${process.pid}`);
    await mkdir(partial, { recursive: true });
    try {
      await run('apt-get', ['-qq', 'download', ...missing], { env, cwd: partial });
      for (const name of await readdir(partial)) await rename(join(partial, name), join(debs, name));
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }
  for (const stanza of stanzas) await check(stanza, paths.get(stanza.get('Package') ?? '') ?? '');
  return paths;
}

const fileName = (stanza: Stanza): string =>
  `${stanza.get('Package')}_${(stanza.get('Version') ?? '').replaceAll(':', '%3a')}_${stanza.get('Architecture')}.deb`;

async function check(stanza: Stanza, path: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  if (hash.digest('hex') === stanza.get('SHA256')) return;
  await rm(path, { force: true });
  throw new Error(`${path} is not what the signed index names; it was removed, try again`);
}
