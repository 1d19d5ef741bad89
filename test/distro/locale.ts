import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stanza } from './control.ts';
import { handMadeEpoch, release } from './data/release.ts';
import type { Job } from './rpms.ts';
import type { Tree } from './tree.ts';
import type { Unpacked } from './unpack.ts';
import { formatEvr, packageEvr } from './version.ts';

/** Debian packages that the compiled locale is made from. */
export const localeDebs = ['locales'] as const;

const locale = { source: 'en_US', folder: 'usr/lib/locale/en_US.utf8' } as const;

const categories = [
  'LC_ADDRESS', 'LC_COLLATE', 'LC_CTYPE', 'LC_IDENTIFICATION', 'LC_MEASUREMENT', 'LC_MESSAGES/SYS_LC_MESSAGES', 'LC_MONETARY',
  'LC_NAME', 'LC_NUMERIC', 'LC_PAPER', 'LC_TELEPHONE', 'LC_TIME',
] as const;

/** Compiles a locale and returns the job of its language package: Debian compiles locales on the installed system. */
export async function prepareLocale(
  tree: Tree, work: string, unpacked: ReadonlyMap<string, Unpacked>, stanzas: ReadonlyMap<string, Stanza>, output: string,
): Promise<Job> {
  const sources = unpacked.get('locales');
  if (sources === undefined) throw new Error('the package locales was not unpacked');
  const root = join(work, 'roots', 'glibc-langpack-en');
  await mkdir(join(root, 'usr/lib/locale'), { recursive: true });
  const argv = ['localedef', '--no-archive', '--force', '--inputfile', locale.source, '--charmap', 'UTF-8', join(root, locale.folder)];
  await tree.run(argv, {
    read: [sources.folder], write: [root], env: { I18NPATH: join(sources.folder, 'usr/share/i18n') },
  });
  const evr = packageEvr(stanzas.get('locales')?.get('Version') ?? '');
  const own = { owner: 'root', group: 'root' };
  const summary = 'English locale of the C library';
  return {
    id: 'glibc-langpack-en', root, output, epoch: Math.max(handMadeEpoch, sources.epoch),
    rpm: {
      name: 'glibc-langpack-en', ...evr, arch: 'x86_64', summary, description: `${summary}: ${locale.source}, in UTF-8.`,
      source: { name: 'glibc', version: evr.version, release: evr.release },
      license: 'LGPL-2.1-or-later', url: release.home,
      relations: [
        { tag: 'Requires', value: `glibc = ${formatEvr(evr)}` }, { tag: 'Provides', value: `glibc-langpack = ${formatEvr(evr)}` },
      ],
      files: [
        { path: `/${locale.folder}`, directory: true, mode: 0o755, ...own },
        { path: `/${locale.folder}/LC_MESSAGES`, directory: true, mode: 0o755, ...own },
        ...categories.map((name) => ({ path: `/${locale.folder}/${name}`, mode: 0o644, ...own })),
      ],
    },
  };
}
