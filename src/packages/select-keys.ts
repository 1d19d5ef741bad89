import { posix } from 'node:path';

import type { Cache } from '../cache/cache.ts';
import type { Json } from '../cache/record.ts';
import { digestOf } from '../digest.ts';
import type { Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { readKeyFile, type Certificate, type KeyFileContent } from '../readers/openpgp-keys.ts';
import { redactText } from '../redact.ts';
import { chooseKeys, NO_KEY, noneUsable, SHA1_ONLY, whyNot, type FoundKey, type KeyFile } from './choose-keys.ts';
import { listArguments, nextExpiry, parseKeyListing, plainFingerprint, type ListedKey } from './key-listing.ts';
import { importArguments, judgeInputs, policyEnvironment, writePolicy, type Judge } from './rpm-keyring.ts';

export interface SelectedKeys {
  /** Absolute path below the folder for keys; holds the keys that are used and no other. Undefined where none is. */
  readonly file: string | undefined;
  /** All that the key file holds. */
  readonly found: readonly FoundKey[];
  /** Why none is used: no key, none that is pinned, or none that is still good. */
  readonly failure?: Problem;
}

/** Where keys are tried. */
export interface KeyBench {
  readonly host: Host;
  readonly cache: Cache;
  /** Absolute path of the folder for key files. */
  readonly folder: string;
}

/** The keys of a key file that are used, in armor, and all that it holds. */
interface TriedKeys extends Pick<SelectedKeys, 'found' | 'failure'> {
  readonly text: string;
  /** When the first of them expires, in seconds since 1970: until then the result holds. */
  readonly until?: number;
}

/**
 * Writes what of a key file may be used into a file of its own. One key that cannot be used takes nothing from those
 * beside it. A key file without a usable key is tried again by every build.
 */
export async function selectKeys(bench: KeyBench, given: KeyFile): Promise<SelectedKeys> {
  const { host, cache } = bench;
  const folder = posix.join(bench.folder, digestOf(given.content).slice('sha256:'.length));
  const name = `${given.repository}, ${posix.basename(redactText(given.source))}`;
  const place = await cache.open({ kind: 'keys', name, inputs: () => keyInputs(host, given) });
  const kept = place.found?.value as TriedKeys | undefined;
  const isCurrent = kept !== undefined && (kept.until === undefined || host.clock.now().getTime() < kept.until * 1000);
  const { text, found, failure, until } = isCurrent ? kept : await tryKeys(host, folder, given);
  if (failure !== undefined) return { file: undefined, found, failure };
  place.keep({ value: { text, found, ...(until === undefined ? {} : { until }) } as unknown as Json, files: {} });
  const file = posix.join(folder, `${digestOf(text).slice('sha256:'.length)}.asc`);
  await host.fs.write(file, text);
  return { file, found };
}

/** All that decides which keys of a file are used; until when they are is part of the result. */
export async function keyInputs(host: Judge, { content, pinned, locked }: KeyFile): Promise<Json> {
  return {
    ...(await judgeInputs(host, ['gpg', 'rpmkeys'])),
    file: digestOf(content),
    pinned: pinned?.map(plainFingerprint).sort() ?? 'none',
    locked: locked?.toSorted() ?? 'none',
  };
}

async function tryKeys(host: Host, folder: string, given: KeyFile): Promise<TriedKeys> {
  const content = readKeyFile(given.content);
  const files = new Map<Certificate, string>();
  for (const [index, certificate] of content.certificates.entries()) {
    const file = posix.join(folder, `${index}.pgp`);
    await host.fs.write(file, certificate.bytes);
    files.set(certificate, file);
  }
  const { listed, until } = await listKeys(host, folder, [...files.values()]);
  const chosen = chooseKeys(listed, given);
  const gpg = await openKeyring(host, folder, content.certificates.flatMap((one) => (isAmong(chosen, one) ? [files.get(one) ?? ''] : [])));
  const [found, texts]: [FoundKey[], string[]] = [unreadable(content, listed), []];
  for (const key of listed) {
    const about = { ...key, algorithm: content.certificates.find(({ fingerprint }) => fingerprint === key.fingerprint)?.algorithm ?? '' };
    const fate: Fate = chosen.includes(key) ? await tryKey(host, folder, key, given, gpg) : { trust: 'no', reason: whyNot(key, given) ?? '' };
    if (fate.text !== undefined) texts.push(fate.text);
    found.push(describeKey(about, fate));
  }
  return {
    text: texts.join(''),
    found,
    ...(until === undefined ? {} : { until }),
    ...(texts.length === 0 ? { failure: noneUsable(listed, found, given) } : {}),
  };
}

const describeKey = ({ fingerprint, name, algorithm, expires }: ListedKey & Pick<FoundKey, 'algorithm'>, { trust, reason }: Fate): FoundKey => ({
  fingerprint, name, algorithm, ...(expires === undefined ? {} : { expires }), trust, ...(reason === undefined ? {} : { reason }),
});

const isAmong = (keys: readonly ListedKey[], { fingerprint }: Certificate): boolean => keys.some((key) => key.fingerprint === fingerprint);

/** What gpg can read, each key once: where a file holds one twice and one of them is revoked, it is revoked. */
async function listKeys(
  host: Host, folder: string, files: readonly string[],
): Promise<{ readonly listed: readonly ListedKey[]; readonly until?: number | undefined }> {
  if (files.length === 0) return { listed: [] };
  // 2: of some files gpg can read nothing.
  const { stdout } = await host.run({ tool: 'gpg', args: listArguments(files), view: { read: [folder] } }, { accept: [2] });
  const same = Map.groupBy(parseKeyListing(stdout), ({ fingerprint }) => fingerprint);
  const listed = [...same.values()].flatMap((keys) => keys.find(({ state }) => state !== 'usable') ?? keys[0] ?? []);
  return { listed, until: nextExpiry(stdout, host.clock.now().getTime() / 1000) };
}

const unreadable = ({ certificates, unreadable: broken }: KeyFileContent, listed: readonly ListedKey[]): FoundKey[] => [
  ...certificates.filter(({ fingerprint = '' }) => !listed.some((key) => key.fingerprint === fingerprint)).map((one): FoundKey => ({
    fingerprint: one.fingerprint ?? '', name: '', algorithm: one.algorithm, trust: 'no', reason: `gpg cannot read it: ${one.algorithm}, OpenPGP version ${one.version}`,
  })),
  ...(certificates.length + broken.length === 0 ? [NO_KEY] : broken).map((reason): FoundKey => ({ fingerprint: '', name: '', algorithm: '', trust: 'no', reason })),
];

interface Gpg {
  readonly options: readonly string[];
  readonly view: { readonly read: readonly string[]; readonly placeWritable: Readonly<Record<string, string>> };
}

async function openKeyring(host: Host, folder: string, files: readonly string[]): Promise<Gpg> {
  const home = posix.join(folder, 'gnupg');
  await host.fs.remove(home);
  return importInto(host, home, files);
}

/** Makes a keyring of gpg(1) that holds the keys of these files. */
export async function importInto(host: Host, home: string, files: readonly string[]): Promise<Gpg> {
  await host.fs.makeFolder(home);
  await host.fs.setMode(home, 0o700);
  // gpg wants room for the names of its sockets, so a short path.
  const options = ['--batch', '--quiet', '--no-options', '--no-autostart', '--homedir', '/run/gnupg'];
  const view = { read: [...new Set(files.map((file) => posix.dirname(file)))], placeWritable: { '/run/gnupg': home } };
  if (files.length > 0) await host.run({ tool: 'gpg', args: [...options, '--import', '--', ...files], view });
  return { options, view };
}

/** rpm goes by what a subkey was when it signed; whoever finds an expired or revoked one could sign for that time. gpg(1). */
const GOOD_SUBKEYS = ['--export-filter', 'drop-subkey=expired -t || revoked -t'];

interface Fate extends Pick<FoundKey, 'trust' | 'reason'> {
  /** The key in armor, where it is used. */
  readonly text?: string;
}

/** Whether rpm takes a key. Never the file as it came: rpm might find keys in it that gpg did not see, and so nobody looked at. */
async function tryKey(host: Host, folder: string, { fingerprint }: ListedKey, { pinned }: KeyFile, { options, view }: Gpg): Promise<Fate> {
  const { stdout: text } = await host.run({ tool: 'gpg', args: [...options, ...GOOD_SUBKEYS, '--armor', '--export', fingerprint], view });
  const file = posix.join(folder, `${fingerprint}.asc`);
  await host.fs.write(file, text);
  const refusal = await importRefusal(host, folder, file, {});
  if (refusal === undefined) return { trust: 'yes', text };
  if ((await importRefusal(host, folder, file, policyEnvironment(await writePolicy(host, folder)))) !== undefined) return { trust: 'no', reason: `rpm refuses it: ${refusal}` };
  if (pinned?.map(plainFingerprint).includes(fingerprint) === true) return { trust: 'sha1', text };
  return { trust: 'no', reason: SHA1_ONLY };
}

/** Why rpm does not take in a key, in its own words: `…, because SHA1 is not considered secure since …`. */
async function importRefusal(host: Host, folder: string, file: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const keyring = posix.join(folder, 'rpm');
  await host.fs.remove(keyring);
  await host.fs.makeFolder(keyring);
  const { status, stderr } = await host.run(
    { tool: 'rpmkeys', args: importArguments(keyring, [file]), env, view: { read: [folder], write: [keyring] } }, { accept: [1, 2] },
  );
  return status === 0 ? undefined : (/because ((?:(?!because ).)+)$/m.exec(stderr)?.[1] ?? (stderr.trim().split('\n')[0] || 'without a reason'));
}
