import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../src/kickstart/syntax/bytes.ts';
import { splitLines } from '../../../src/kickstart/syntax/lines.ts';
import { quoteWord, splitWords } from '../../../src/kickstart/syntax/shlex.ts';

describe('decodeText', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([...encodeText(decodeText(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it('reads UTF-8 where it is UTF-8, and Latin-1 elsewhere', () => {
    expect(decodeText(new Uint8Array([0xc3, 0xa9]))).toEqual({ text: 'é', encoding: 'utf-8' });
    expect(decodeText(new Uint8Array([0xe9, 0x0a]))).toEqual({ text: 'é\n', encoding: 'latin1' });
  });
});

describe('splitLines', () => {
  it('knows LF, CRLF and CR, and a last line without an end', () => {
    expect(splitLines('a\nb\r\nc\rd').map(({ text, source }) => [text, source])).toEqual([
      ['a', 'a\n'],
      ['b', 'b\r\n'],
      ['c', 'c\r'],
      ['d', 'd'],
    ]);
    expect(splitLines('')).toEqual([]);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', ' ', '\\') }), (text) => {
        const lines = splitLines(text);
        expect(lines.map(({ source }) => source).join('')).toBe(text);
        expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
        expect(lines.some((line) => /[\r\n]/.test(line.text))).toBe(false);
      }),
    );
  });
});

describe('splitWords follows shlex.split(comments=True)', () => {
  // Each pair was run through Python 3.11's shlex.
  it.each<readonly [string, readonly string[]]>([
    [`part / --fstype="xfs" --size 8000`, ['part', '/', '--fstype=xfs', '--size', '8000']],
    [`bootloader --append="a b" # note`, ['bootloader', '--append=a b']],
    ['timezone UTC#no', ['timezone', 'UTC']],
    [`a 'b # c' "d # e"`, ['a', 'b # c', 'd # e']],
    [`x "a\\"b\\\\c\\d"`, ['x', 'a"b\\c\\d']],
    [`x 'a\\b'`, ['x', 'a\\b']],
    ['x a\\ b', ['x', 'a b']],
    [`x "" ''`, ['x', '', '']],
    [`x a"b"'c'`, ['x', 'abc']],
    ['x\ty  z', ['x', 'y', 'z']],
  ])('%s', (line, words) => {
    expect(splitWords(line)).toEqual({ words, state: 'complete' });
  });

  it('tells an open quote and a continuation', () => {
    expect(splitWords('x "a').state).toBe('open-quote');
    expect(splitWords('x \\').state).toBe('continues');
    expect(splitWords("x 'a\\").state).toBe('open-quote');
    expect(splitWords('x # a \\').state).toBe('complete');
  });

  it('keeps # where comments are off', () => {
    expect(splitWords('a #b', { comments: false }).words).toEqual(['a', '#b']);
  });

  it('reads back what quoteWord wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (words) => {
        const clean = words.map((word) => word.replaceAll(/[\r\n]/g, ''));
        expect(splitWords(clean.map(quoteWord).join(' '))).toEqual({ words: clean, state: 'complete' });
      }),
    );
  });
});
