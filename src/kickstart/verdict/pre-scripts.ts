import type { Place } from '../../errors.ts';
import type { FlatNode, FlatSection } from '../syntax/flatten.ts';
import type { IncludeNode } from '../syntax/tree.ts';

/** What the scripts that run before an installation do for the rest of the file. */
export interface PreScripts {
  /** The script that writes a file which the kickstart includes. */
  readonly writerOf: (target: string) => Place | undefined;
  /** What a script does that an image build cannot leave out. */
  readonly effectOf: (section: FlatSection) => PreEffect;
}

export type PreEffect =
  | { readonly effect: 'nothing' | 'replaced' }
  | { readonly effect: 'writes-include'; readonly target: string }
  | { readonly effect: 'partitions'; readonly tool: string; readonly place: Place }
  | { readonly effect: 'writes-system'; readonly place: Place };

const TOOLS = 'parted|sfdisk|sgdisk|gdisk|fdisk|mkfs|mkfs\\.\\w+|mkswap|pvcreate|vgcreate|lvcreate|mdadm|cryptsetup';
const PARTITIONING = new RegExp(`(?:^|[\\s;&|(\`/])(${TOOLS})(?=\\s|$)`);
const SYSTEM_ROOT = /\/mnt\/(?:sysimage|sysroot)\b/;

/** Reads the scripts as text: which program names and which included files they mention. Nothing is run. */
export const readPreScripts = (nodes: readonly FlatNode[]): PreScripts => {
  const scripts = nodes.filter((node) => node.kind === 'flat-section').filter(isPre);
  const texts = new Map(scripts.map((script) => [script, script.body.map(({ source }) => source).join('')]));
  const includes = nodes.filter((node) => node.kind === 'include');
  const writtenBy = (script: FlatSection): readonly IncludeNode[] => {
    const text = texts.get(script) ?? '';
    return includes.filter(({ target, place }) => target !== '' && !isInside(place, script) && text.includes(target));
  };
  return {
    writerOf: (target) => scripts.find((script) => texts.get(script)?.includes(target))?.header.place,
    effectOf: (script) => {
      const written = writtenBy(script);
      const missing = written.find(({ included }) => included?.outcome !== 'file');
      if (missing !== undefined) return { effect: 'writes-include', target: missing.target };
      if (written.length > 0) return { effect: 'replaced' };
      return readEffect(script);
    },
  };
};

const isPre = ({ header }: FlatSection): boolean => header.name === '%pre' || header.name === '%pre-install';

const isInside = (place: Place, { header }: FlatSection): boolean =>
  header.body.some((node) => node.kind === 'include' && node.place === place);

const readEffect = ({ header, body }: FlatSection): PreEffect => {
  for (const node of body) {
    if (node.kind !== 'text' || node.text.trimStart().startsWith('#')) continue;
    const tool = PARTITIONING.exec(node.text)?.[1];
    if (tool !== undefined) return { effect: 'partitions', tool, place: node.place };
    if (header.name === '%pre-install' && SYSTEM_ROOT.test(node.text))
      return { effect: 'writes-system', place: node.place };
  }
  return { effect: 'nothing' };
};
