import { indexOf } from '../formats/rows.ts';
import type { Artifact } from '../formats/artifact.ts';

/**
 * The file whose SHA-256 an artifact states: a layout folder is identified by its index, which names everything else by
 * digest.
 */
export const artifactFile = ({ format, name }: Pick<Artifact, 'format' | 'name'>): string =>
  (indexOf(format) === undefined ? name : `${name}/${indexOf(format)}`);

/**
 * The text that `sha256sum --check` reads, sorted by name. Names with a backslash or a line end are escaped, and the
 * line then begins with a backslash: https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html
 */
export const formatChecksums = (rows: readonly { readonly name: string; readonly sha256: string }[]): string =>
  rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(formatRow).join('');

function formatRow({ name, sha256 }: { readonly name: string; readonly sha256: string }): string {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === name ? '' : '\\'}${sha256}  ${escaped}\n`;
}
