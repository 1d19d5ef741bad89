/**
 * Characters that steer a terminal or that nobody sees: control characters (C0, DEL, C1), directions and other formats
 * (bidirectional overrides, zero-width characters, byte order marks), line and paragraph separators, fillers.
 * https://www.unicode.org/reports/tr44/#General_Category_Values and #Default_Ignorable_Code_Point
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** One line of text whatever is in it: `\n`, `\x1b`, `\u202e`, `\U000e0001`, as bash(1) reads them in `$'…'`. */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, escapeOf);

export const isPrintable = (text: string): boolean => text.search(UNPRINTABLE) === -1;

/** JSON text with the same characters escaped, where JSON.stringify leaves them: all but C0. */
export const printableJson = (json: string): string =>
  json.replaceAll(UNPRINTABLE, (character) => (character === '\n' ? character : utf16(character)));

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = (count: number): string => code.toString(16).padStart(count, '0');
  return NAMED[character] ?? (code < 0x80 ? `\\x${digits(2)}` : code < 0x1_0000 ? `\\u${digits(4)}` : `\\U${digits(8)}`);
}

/** JSON knows UTF-16 units alone: RFC 8259, section 7. */
const utf16 = (character: string): string =>
  character.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
