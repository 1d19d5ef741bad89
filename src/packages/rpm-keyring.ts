import { posix } from 'node:path';

import { makersOf, type Makers } from '../cache/inputs.ts';
import type { Json } from '../cache/record.ts';
import { digestOf } from '../digest.ts';
import type { Host } from '../host/port.ts';
import type { ToolName } from '../tools.ts';

/** rpm's settings for a keyring that holds one repository's keys and nothing else. */
export const keyringOptions = (keyring: string): string[] => ['--define', `_dbpath ${keyring}`, '--define', '_keyring rpmdb'];

/** Arguments of rpmkeys(8) that take keys into a keyring. */
export const importArguments = (keyring: string, files: readonly string[]): string[] => [...keyringOptions(keyring), '--import', ...files];

/**
 * The policy of rpm's OpenPGP library for a keyring with a pinned key whose owner signed it with SHA-1: that those
 * signatures count. Who could forge them would need a second preimage, and the pinned fingerprint says the rest. Of
 * packages no signature with SHA-1 counts all the same: `collision_resistance` stays as it is.
 * https://docs.rs/sequoia-policy-config
 */
const SHA1_OF_KEYS = '[hash_algorithms]\nsha1.second_preimage_resistance = "always"\n';

/** Writes that policy into a folder. Returns its path. */
export async function writePolicy(host: Host, folder: string): Promise<string> {
  const file = posix.join(folder, 'sha1-of-keys.toml');
  await host.fs.write(file, SHA1_OF_KEYS);
  return file;
}

/** Where rpm's OpenPGP library finds what a machine allows. */
const MACHINE_POLICY = '/etc/crypto-policies/back-ends/rpm-sequoia.config';

/**
 * What a verdict on keys and signatures depends on besides these: the tools, what their machine allows, and the day,
 * because gpg and rpm may refuse tomorrow what they take today.
 */
export async function judgeInputs(host: Judge, tools: readonly ToolName[]): Promise<{ readonly [name: string]: Json }> {
  const { root } = await host.tools();
  const policy = await host.inside(root).readIfPlain(MACHINE_POLICY, MOST_POLICY);
  return {
    ...(await makersOf(host, tools)),
    day: host.clock.now().toISOString().slice(0, 10),
    policy: policy === undefined ? 'none' : digestOf(policy),
  };
}

/** The part of the machine that verdicts on keys and signatures depend on. */
export type Judge = Makers & Pick<Host, 'clock' | 'inside'>;

/** Bytes. */
const MOST_POLICY = 1024 * 1024;

/** https://github.com/rpm-software-management/rpm-sequoia, “Configuring”. */
export const policyEnvironment = (file: string): Readonly<Record<string, string>> => ({ RPM_SEQUOIA_CRYPTO_POLICY: file });
