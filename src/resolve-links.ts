import { HewError } from './errors.ts';

/** As many links as Linux itself follows in one path: `MAXSYMLINKS`, path_resolution(7). */
const MAX_LINKS = 40;

/** Components of a path, those of links included: more than PATH_MAX has room for. */
const MAX_STEPS = 8192;

/** One component of a path that is being resolved. */
export interface Component {
  /** Names from the root to the folder that holds it, free of links. Empty where the walk is at the root, or is there again. */
  readonly above: readonly string[];
  readonly name: string;
  readonly isLast: boolean;
}

export type ComponentFound = { readonly kind: 'link'; readonly target: string } | { readonly kind: 'folder' | 'other' | 'missing' };

export interface ResolveOptions {
  /** Whether a link at the end of the path is followed. */
  readonly follow: boolean;
  /** What a component is, not followed. Asked in the order of the walk: each in the folder that was found before it, or at the root. */
  readonly look: (component: Component) => ComponentFound;
}

/**
 * Names from the root to where a path of an image leads, free of links, and whether anything is there. Links are followed
 * as the image would (openat2(2), RESOLVE_IN_ROOT): an absolute one starts at the root, `..` never leaves it. `loop`
 * where links go round in circles. The one place that knows these rules. Has no effects but those of `look`.
 */
export function resolveLinks(path: string, { follow, look }: ResolveOptions): { readonly parts: readonly string[]; readonly exists: boolean } | 'loop' {
  let pending = partsOf(path);
  let parts: readonly string[] = [];
  let links = 0;
  for (let step = 0; step <= MAX_STEPS; step += 1) {
    const name = pending.shift();
    if (name === undefined) return { parts, exists: true };
    if (name === '..') {
      // Walked again from the root: no folder above has to be asked for its own.
      [pending, parts] = [[...parts.slice(0, -1), ...pending], []];
      continue;
    }
    const isLast = pending.length === 0;
    const found = look({ above: parts, name, isLast });
    if (found.kind === 'link' && (follow || !isLast)) {
      links += 1;
      if (links > MAX_LINKS) return 'loop';
      pending = [...partsOf(found.target), ...pending];
      if (found.target.startsWith('/')) parts = [];
      continue;
    }
    parts = [...parts, name];
    if (isLast) return { parts, exists: found.kind !== 'missing' };
    if (found.kind !== 'folder') return { parts: [...parts, ...pending], exists: false };
  }
  return 'loop';
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

export const linkLoop = (path: string): HewError =>
  new HewError({
    code: 'link-loop',
    message: `${path} leads in a circle of symbolic links inside the image`,
    hint: 'a package or a script made those links; look at them with --keep-root',
  });
