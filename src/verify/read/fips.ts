import { posix } from 'node:path';

import type { RootFacts } from '../facts.ts';
import { INTERESTS } from '../gather/interest.ts';
import { fileAt, filesOf, textAt } from './files.ts';
import { readFstab } from './fstab.ts';

/** What in a root requests FIPS; undefined if nothing does. */
export function fipsSign(root: RootFacts): string | undefined {
  const policy = policyOf(root);
  if (policy?.startsWith('FIPS') === true) return `/etc/crypto-policies/config says ${policy}`;
  if (hasDracutFips(root)) return 'the package dracut-fips is installed';
  return textAt(root, '/etc/system-fips') === undefined ? undefined : '/etc/system-fips is there';
}

/**
 * What a root lacks for FIPS mode, as sentences: a provider of OpenSSL, the crypto policy, and where dracut's module fips
 * checks the kernel, its digest beside it and `boot=` where /boot is a file system of its own. Pure.
 */
export function fipsFaults(root: RootFacts, lines: readonly { readonly from: string; readonly words: readonly string[] }[]): readonly string[] {
  const policy = policyOf(root);
  const ownBoot = readFstab(textAt(root, '/etc/fstab') ?? '').some(({ mount }) => mount === '/boot');
  return [
    ...(filesOf(root, INTERESTS.fips).some(({ path }) => path.endsWith('.so')) ? [] : ['OpenSSL has no provider for FIPS']),
    ...(fileAt(root, POLICIES) !== undefined && policy?.startsWith('FIPS') !== true ? [`/etc/crypto-policies/config says ${policy ?? 'nothing'}`] : []),
    ...(hasDracutFips(root) ? [...unchecked(root), ...(ownBoot ? lines.filter(({ words }) => !words.some((word) => word.startsWith('boot='))).map(({ from }) => `${from} lacks boot=`) : [])] : []),
  ];
}

const POLICIES = '/usr/share/crypto-policies/FIPS';

/** Kernels in /boot without the digest that dracut looks for: modules.d/11fips/fips.sh of dracut. */
const unchecked = (root: RootFacts): readonly string[] =>
  filesOf(root, INTERESTS.bootFiles).filter(({ path }) => /\/vmlinuz-/.test(path))
    .map(({ path }) => `/boot/.${posix.basename(path)}.hmac`)
    .filter((digest) => fileAt(root, digest) === undefined)
    .map((digest) => `${digest} is missing, by which dracut checks the kernel`);

const hasDracutFips = ({ packages }: RootFacts): boolean => packages.some(({ name }) => name === 'dracut-fips');

/** The first word that counts of crypto-policies' configuration. */
const policyOf = (root: RootFacts): string | undefined =>
  (textAt(root, '/etc/crypto-policies/config') ?? '').split('\n').map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#'));
