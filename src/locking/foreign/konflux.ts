import { stringify } from 'yaml';
import { z } from 'zod';

import type { PinnedPackage } from '../../packages/lock.ts';
import { checksum, evr, readForeign, size, word, type ForeignPackage } from './foreign-lock.ts';

/** A package of a lock with its whole address, for an architecture. */
export interface AddressedPackage extends Omit<PinnedPackage, 'reason'> {
  readonly url: string;
  /** The architecture of the images that it is for. */
  readonly installedOn: string;
}

/** Files of version 1: those that Konflux takes name their vendor. */
const form = z.object({
  lockfileVersion: z.literal(1),
  lockfileVendor: z.literal('redhat'),
  arches: z.array(z.object({
    arch: word,
    packages: z.array(z.object({
      url: z.string().regex(/\.[^./]+\.rpm$/, 'must end in `.ARCH.rpm`'), repoid: word, size, checksum, name: word, evr,
    })),
  })),
});

/**
 * The text of `rpms.lock.yaml`, version 1, by which Konflux fetches packages before a build without a network. Source
 * packages are not in it: hew fetches none. https://github.com/konflux-ci/rpm-lockfile-prototype, README.md and
 * `PackageItem` in rpm_lockfile/__init__.py
 */
export function formatKonflux(packages: readonly AddressedPackage[]): string {
  const byArch = Map.groupBy(packages, ({ installedOn }) => installedOn);
  const arches = [...byArch.keys()].sort().map((arch) => ({
    arch,
    packages: (byArch.get(arch) ?? []).toSorted((a, b) => (a.url < b.url ? -1 : 1)).map((entry) => ({
      url: entry.url,
      repoid: entry.repository,
      size: entry.size,
      checksum: entry.checksum,
      name: entry.name,
      evr: entry.evr,
      ...(entry.sourceRpm === undefined ? {} : { sourcerpm: entry.sourceRpm }),
    })),
    source: [],
    module_metadata: [],
  }));
  return stringify({ lockfileVersion: 1, lockfileVendor: 'redhat', arches }, { lineWidth: 0, directives: true, aliasDuplicateObjects: false });
}

/** Reads such a file; the architecture of a package is that of its file name. Throws `HewError` with the lines of what is wrong. */
export const parseKonflux = (text: string, file: string): readonly ForeignPackage[] =>
  readForeign(text, file, form).arches.flatMap(({ arch: installedOn, packages }) => packages.map((entry) => ({
    name: entry.name,
    evr: entry.evr,
    arch: /\.([^./]+)\.rpm$/.exec(entry.url)?.[1] ?? '',
    repository: entry.repoid,
    checksum: entry.checksum,
    size: entry.size,
    installedOn,
  })));
