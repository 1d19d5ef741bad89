import { BadBytes } from './bytes.ts';

/** An element of XML. Comments, processing instructions and the order between text and children are lost. */
export interface XmlElement {
  /** Without the prefix of its namespace: `entry` of `rpm:entry`. */
  readonly name: string;
  /** By name, with the prefix. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, without that of its children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** One piece of markup: a comment, CDATA, an instruction, a closing tag or an opening one. https://www.w3.org/TR/xml/ */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[?!][^>]*>|<\/([^\s>]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s=<>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

interface OpenElement {
  readonly written: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads one element. Throws `BadBytes` where the text is no XML. Entities that a DTD would declare stay as they are. */
export function parseXml(text: string): XmlElement {
  const top: OpenElement = { written: '', attributes: {}, children: [], text: '' };
  const open: OpenElement[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKUP)) {
    const [whole, cdata, closed, opened, attributes = '', empty] = match;
    const current = open.at(-1) ?? top;
    current.text += decode(plainText(text.slice(at, match.index)));
    at = match.index + whole.length;
    if (cdata !== undefined) current.text += cdata;
    else if (opened !== undefined) {
      open.push({ written: opened, attributes: readAttributes(attributes), children: [], text: '' });
    }
    if (closed === undefined && (opened === undefined || empty === '')) continue;
    const ended = open.pop();
    if (ended === undefined || (closed !== undefined && closed !== ended.written)) throw new BadBytes(`</${closed ?? ''}> closes nothing`);
    (open.at(-1) ?? top).children.push({ name: withoutPrefix(ended.written), attributes: ended.attributes, text: ended.text, children: ended.children });
  }
  plainText(text.slice(at));
  const [element, second] = top.children;
  if (open.length > 0) throw new BadBytes(`<${open.at(-1)?.written ?? ''}> is not closed`);
  if (element === undefined || second !== undefined) throw new BadBytes('it is not one element');
  return element;
}

/** Text between markup, which holds none. */
function plainText(text: string): string {
  if (text.includes('<')) throw new BadBytes('a tag cannot be read');
  return text;
}

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1);

const readAttributes = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single = '']) => [name, decode(double ?? single)]));

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const decode = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return point > 0x10ffff ? whole : String.fromCodePoint(point);
  });

/** Children of one name. */
export const childrenOf = ({ children }: XmlElement, name: string): readonly XmlElement[] => children.filter((child) => child.name === name);

/** Characters of one element that is read out of a stream: the files of the largest packages take some 10 MB. */
const MOST = 64 * 1024 * 1024;

/**
 * The elements of one name in a document, each as text, so that no more than one of them is in memory. They must not
 * hold elements of the same name. Throws `BadBytes` where one does not end.
 */
export async function* elementsOf(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const [opening, closing] = [new RegExp(`<${name}[\\s>]`), `</${name}>`];
  let buffer = '';
  for await (const piece of pieces) {
    const searched = Math.max(0, buffer.length - closing.length);
    buffer += decoder.decode(piece, { stream: true });
    let [start, end] = [0, buffer.indexOf(closing, searched)];
    for (; end !== -1; end = buffer.indexOf(closing, start)) {
      const element = buffer.slice(start, end + closing.length);
      start = end + closing.length;
      const from = element.search(opening);
      if (from === -1) throw new BadBytes(`${closing} closes nothing`);
      yield element.slice(from);
    }
    buffer = buffer.slice(start);
    if (buffer.length > MOST) throw new BadBytes(`a <${name}> does not end`);
  }
  if (opening.test(buffer)) throw new BadBytes(`a <${name}> does not end`);
}
