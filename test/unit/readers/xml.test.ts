import { describe, expect, it } from 'vitest';

import { BadBytes } from '../../../src/readers/bytes.ts';
import { childrenOf, elementsOf, parseXml } from '../../../src/readers/xml.ts';

describe('parseXml', () => {
  it('reads elements, attributes in either quotes, text, entities and CDATA, and passes over the rest', () => {
    const element = parseXml(`<?xml version="1.0"?><!DOCTYPE x><!-- a <b> c -->
<r:a one="1 &lt; 2" r:two='&quot;&#65;&#x42;'>x &amp; y<b/><r:b>z</r:b ><![CDATA[<raw>&amp;]]>&unknown;</r:a>`);
    expect(element).toEqual({
      name: 'a', attributes: { one: '1 < 2', 'r:two': '"AB' }, text: 'x & y<raw>&amp;&unknown;',
      children: [{ name: 'b', attributes: {}, text: '', children: [] }, { name: 'b', attributes: {}, text: 'z', children: [] }],
    });
    expect(childrenOf(element, 'b')).toHaveLength(2);
  });

  it.each(['', 'text', '<a>', '</a>', '<a></b>', '<a/><b/>', '<a><b></a></b>', '<a', '<a b=c/>', '<a b="<"/>'])('refuses %j', (text) => {
    expect(() => parseXml(text)).toThrow(BadBytes);
  });
});

describe('elementsOf', () => {
  async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  async function read(text: string, size: number): Promise<readonly string[]> {
    const elements: string[] = [];
    for await (const element of elementsOf(pieces(text, size), 'package')) elements.push(element);
    return elements;
  }

  it.each([1, 2, 7, 1000])('cuts a document into elements whatever the pieces (%i bytes each)', async (size) => {
    const text = '<metadata packages="2"><package type="rpm"><packager>Ü</packager></package>\n <package>2</package></metadata>';
    expect(await read(text, size)).toEqual(['<package type="rpm"><packager>Ü</packager></package>', '<package>2</package>']);
  });

  it.each(['<m><package>1', '<m>1</package></m>'])('refuses %j', async (text) => {
    await expect(read(text, 4)).rejects.toThrow(BadBytes);
  });
});
