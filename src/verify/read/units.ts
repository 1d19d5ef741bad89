import { posix } from 'node:path';

import type { FileFact } from '../facts.ts';
import { INTERESTS } from '../gather/interest.ts';
import { filesOf, textOf, type Files } from './files.ts';
import { conditionFault, unitLines } from './unit-conditions.ts';

export type UnitState = 'absent' | 'masked' | 'enabled' | 'disabled';

/** Folders of units by precedence: systemd.unit(5), "Unit File Load Path". */
const FOLDERS = [
  '/etc/systemd/system.control', '/etc/systemd/system', '/run/systemd/system', '/etc/systemd/system.attached', '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system', '/lib/systemd/system',
];

/** The file that systemd reads for a unit: the first of the load path. */
const unitFile = (root: Files, unit: string): FileFact | undefined => {
  const own = filesOf(root, INTERESTS.units).filter(({ path }) => posix.basename(path) === unit);
  return FOLDERS.flatMap((folder) => own.find(({ path }) => path === `${folder}/${unit}`) ?? [])[0];
};

const isMasked = (file: FileFact | undefined): boolean => file?.target === '/dev/null' || (file?.kind === 'file' && file.size === 0);

/**
 * The state of a unit: enabled if a `.wants` or `.requires` folder, or an alias, links to it, whether or not that
 * starts itself.
 */
export function unitState(root: Files, unit: string): UnitState {
  const file = unitFile(root, unit);
  if (isMasked(file)) return 'masked';
  if (file === undefined) return 'absent';
  const pulled = filesOf(root, INTERESTS.unitLinks).some(({ path }) => path.endsWith(`/${unit}`))
    || filesOf(root, INTERESTS.units).some(({ path, target }) => target?.endsWith(`/${unit}`) === true && !path.endsWith(`/${unit}`));
  return pulled ? 'enabled' : 'disabled';
}

/**
 * Why a unit does not start with the image; undefined if default.target wants it, directly or not, and no condition
 * prevents it.
 */
export function startFault(root: Files, unit: string): string | undefined {
  const file = unitFile(root, unit);
  if (file === undefined) return `there is no ${unit}`;
  if (isMasked(file)) return `${unit} is masked`;
  if (!startedUnits(root).has(unit)) return `nothing that starts wants ${unit}`;
  return conditionFault(root, [{ path: file.path, text: textOf(file) ?? '', isDropIn: false }, ...dropInsOf(root, unit)]);
}

/** Drop-ins of a unit sorted by name; of equal names the first of the load path: systemd.unit(5). */
function dropInsOf(root: Files, unit: string): readonly { readonly path: string; readonly text: string; readonly isDropIn: true }[] {
  const folders = [`${unit}.d`, `${posix.extname(unit).slice(1)}.d`].flatMap((name) => FOLDERS.map((folder) => `${folder}/${name}`));
  const found = new Map<string, FileFact>();
  for (const folder of folders) {
    for (const file of filesOf(root, INTERESTS.dropIns)) {
      const name = posix.basename(file.path);
      if (posix.dirname(file.path) === folder && !found.has(name)) found.set(name, file);
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => ({ path: file.path, text: textOf(file) ?? '', isDropIn: true }));
}

const PULLS: readonly string[] = ['Wants', 'Requires', 'BindsTo', 'Upholds'];

/** Units that default.target starts; services pull in sysinit.target and basic.target: systemd.special(7). */
function startedUnits(root: Files): ReadonlySet<string> {
  const links = filesOf(root, INTERESTS.unitLinks);
  const started = new Set<string>();
  const pending = ['default.target'];
  for (let unit = pending.pop(); unit !== undefined; unit = pending.pop()) {
    const file = unitFile(root, unit) ?? unitFile(root, unit.replace(/@.*\./, '@.'));
    if (started.has(unit) || file === undefined || isMasked(file)) continue;
    started.add(unit);
    // An alias of a unit is a link to it.
    if (file.target !== undefined) pending.push(posix.basename(file.target));
    const wanted = links.flatMap(({ path }) => (/\/([^/]+)\.(?:wants|requires|upholds)\/[^/]+$/.exec(path)?.[1] === unit ? [posix.basename(path)] : []));
    const named = [textOf(file) ?? '', ...dropInsOf(root, unit).map(({ text }) => text)].flatMap(unitLines)
      .flatMap(({ key, value }) => (PULLS.includes(key) ? value.split(/\s+/) : []));
    pending.push(...wanted, ...named, 'basic.target', 'sysinit.target');
  }
  return started;
}
