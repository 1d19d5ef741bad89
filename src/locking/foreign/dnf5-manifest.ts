import { stringify } from 'yaml';
import { z } from 'zod';

import { manifestOf } from '../../packages/lock-format.ts';
import { sortLock, type LockFile } from '../../packages/lock-file.ts';
import { checksum, evr, readForeign, size, word, type ForeignPackage } from './foreign-lock.ts';

const form = z.object({
  document: z.literal('rpm-package-manifest'),
  data: z.object({
    packages: z.record(z.string(), z.array(z.object({ name: word, repo_id: word, checksum, size, evr, parent_archs: z.array(word).optional() }))),
  }),
});

/**
 * The text of `packages.manifest.yaml` for `dnf5 manifest download` and `install`: what hew's own lock has in common with
 * it, with addresses whose variables are in their place, since dnf5 knows those of hew's distributions not.
 * Version 0.2 of libpkgmanifest's form: https://github.com/rpm-software-management/libpkgmanifest, test/data/simple.yaml;
 * the plugin: https://github.com/rpm-software-management/dnf5, dnf5-plugins/manifest_plugin
 */
export const formatDnf5Manifest = (lock: LockFile, expand: (url: string) => string): string => {
  const { request, ...rest } = sortLock(lock);
  const repositories = request.repositories.map(({ id, baseurl, metalink, mirrorlist }) => ({
    id,
    baseurl: baseurl.map(expand),
    ...(metalink === undefined ? {} : { metalink: expand(metalink) }),
    ...(mirrorlist === undefined ? {} : { mirrorlist: expand(mirrorlist) }),
  }));
  return stringify(manifestOf({ ...rest, request: { ...request, repositories } }), { lineWidth: 0, aliasDuplicateObjects: false });
};

/** Reads such a file; hew's own lock is one. Throws `HewError` with the lines of what is wrong. */
export const parseDnf5Manifest = (text: string, file: string): readonly ForeignPackage[] =>
  Object.entries(readForeign(text, file, form).data.packages).filter(([arch]) => arch !== 'src').flatMap(([arch, packages]) =>
    packages.flatMap((entry): ForeignPackage[] => {
      const row = { name: entry.name, evr: entry.evr, arch, repository: entry.repo_id, checksum: entry.checksum, size: entry.size };
      return entry.parent_archs === undefined ? [row] : entry.parent_archs.map((installedOn) => ({ ...row, installedOn }));
    }));
