import type { RootFacts } from '../facts.ts';

export type UnitState = 'absent' | 'masked' | 'enabled' | 'disabled';

/** Folders of units, those of the administrator first: systemd.unit(5). */
const FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/**
 * What systemd would make of a unit when the image starts: enabled where a `.wants` or `.requires` folder, or another
 * name for it, leads to it. Pure.
 */
export function unitState({ files }: Pick<RootFacts, 'files'>, unit: string): UnitState {
  const own = FOLDERS.flatMap((folder) => files.find(({ path }) => path === `${folder}/${unit}`) ?? []);
  const [first] = own;
  if (first?.target === '/dev/null' || (first?.kind === 'file' && first.size === 0)) return 'masked';
  const pulled = files.some(({ path, target }) =>
    FOLDERS.some((folder) => path.startsWith(`${folder}/`))
    && (/\.(?:wants|requires)\/[^/]+$/.test(path) ? path.endsWith(`/${unit}`) : target?.endsWith(`/${unit}`) === true && !path.endsWith(`/${unit}`)));
  if (own.length === 0) return 'absent';
  return pulled ? 'enabled' : 'disabled';
}
