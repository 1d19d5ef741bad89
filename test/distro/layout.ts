import { matches } from './glob.ts';
import type { Entry } from './listing.ts';
import { debsOf, type Part, type Row } from './row.ts';

/** A file of a Debian package and where it goes in an RPM. */
export interface Placed {
  readonly deb: string;
  readonly entry: Entry;
  /** Relative to the root. */
  readonly path: string;
}

/** What has no meaning outside Debian. */
const debianOnly = [
  'usr/share/lintian/**', 'usr/share/bug/**', 'usr/share/doc-base/**', 'usr/share/menu/**', 'usr/share/reportbug/**',
  'etc/init.d/**', 'etc/apt/**', 'usr/share/doc/*/changelog*', 'usr/share/doc/*/NEWS.Debian*',
  'usr/share/doc/*/README.Debian*', 'usr/share/initramfs-tools/**', 'usr/share/debconf/**', 'usr/share/runit/**',
  'usr/share/apport/**', 'etc/sv/**', 'etc/ufw/**', 'etc/apparmor.d/**', 'etc/network/**', 'etc/ppp/**', 'etc/dhcp/**',
  'usr/share/cruft/**',
] as const;

/**
 * Divides the files of the Debian packages among the rows. A row that names globs is served first; the row that takes
 * the whole package gets the rest. Every path is moved to where Fedora has it.
 */
export function divide(rows: readonly Row[], listings: ReadonlyMap<string, readonly Entry[]>): Map<string, Placed[]> {
  const result = new Map<string, Placed[]>(rows.map(({ name }) => [name, []]));
  for (const [deb, entries] of listings) {
    const parts = rows.flatMap((row) => row.from
      .filter((part): part is Part => typeof part !== 'string' && part.deb === deb)
      .map((part) => ({ row, only: part.only })));
    const whole = rows.filter((row) => row.from.includes(deb));
    for (const entry of entries) {
      const taker = parts.find(({ only }) => only.some((glob) => matches(entry.path, glob)))?.row;
      for (const row of taker === undefined ? whole : [taker]) {
        const path = placeFile(entry.path, deb, row);
        if (path !== undefined) result.get(row.name)?.push({ deb, entry, path });
      }
    }
  }
  return result;
}

/** Where a file of a Debian package lies in the RPM; undefined when it is left out. */
export function placeFile(path: string, deb: string, row: Row): string | undefined {
  const moved = row.move?.[path];
  if (moved !== undefined) return moved;
  if ([...debianOnly, ...(row.remove ?? [])].some((glob) => isBelow(path, glob))) return undefined;
  if (path === `usr/share/doc/${deb}/copyright`) {
    const suffix = debsOf(row)[0] === deb ? '' : `.${deb}`;
    return `usr/share/licenses/${row.name}/copyright${suffix}`;
  }
  const kernel = /^boot\/(vmlinuz|config|System\.map)-(.+)$/.exec(path);
  if (kernel !== null) return `usr/lib/modules/${kernel[2]}/${kernel[1]}`;
  return path.replace(/^(bin|sbin|lib|lib64)(?=\/|$)/, 'usr/$1');
}

/** `folder/**` means the folder too. */
const isBelow = (path: string, glob: string): boolean =>
  matches(path, glob) || (glob.endsWith('/**') && matches(path, glob.slice(0, -3)));
