import type { RootFacts } from '../facts.ts';
import { textAt } from './files.ts';

/** What in a root says that FIPS was asked for; undefined where nothing does. */
export function fipsSign(root: RootFacts): string | undefined {
  const policy = (textAt(root, '/etc/crypto-policies/config') ?? '').split('\n').map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  if (policy?.startsWith('FIPS') === true) return `/etc/crypto-policies/config says ${policy}`;
  if (root.packages.some(({ name }) => name === 'dracut-fips')) return 'the package dracut-fips is installed';
  return textAt(root, '/etc/system-fips') === undefined ? undefined : '/etc/system-fips is there';
}
