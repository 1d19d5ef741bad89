import { parseControl } from './control.ts';

/** An archive that apt is configured to use. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/** Reads the one-line form of sources.list(5). */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line);
    if (match === null) return [];
    const [, uri = '', suite = '', components = ''] = match;
    return [{ uri, suites: [suite], components: words(components) }];
  });
}

/** Reads the deb822 form of sources.list(5). */
export function parseDeb822(text: string): AptSource[] {
  return parseControl(text).flatMap((stanza) => {
    const enabled = (stanza.get('Enabled') ?? 'yes').toLowerCase() !== 'no';
    if (!enabled || !words(stanza.get('Types')).includes('deb')) return [];
    const suites = words(stanza.get('Suites'));
    const components = words(stanza.get('Components'));
    return words(stanza.get('URIs')).map((uri) => ({ uri, suites, components }));
  });
}

/**
 * The archive that serves Debian itself: of those with `main`, the first whose path ends in `/debian`; security
 * archives and foreign vendors do not carry testing.
 */
export function chooseMirror(sources: readonly AptSource[]): string | undefined {
  const main = sources.filter(({ components }) => components.includes('main'));
  return main.map(({ uri }) => uri.replace(/\/+$/, '')).find((uri) => /^https?:\/\/.*\/debian$/.test(uri));
}

const words = (text = ''): string[] => text.split(/\s+/).filter((word) => word !== '');
