import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/kickstart/syntax/parse.ts';
import { print, type SectionNode, type TopNode } from '../../../src/kickstart/syntax/tree.ts';

const read = (text: string): readonly TopNode[] => {
  const file = parse(text, { path: 'a.ks' });
  expect(print(file)).toBe(text);
  return file.nodes;
};

const sectionOf = (text: string): SectionNode => {
  const found = read(text).find((node) => node.kind === 'section');
  if (found === undefined) throw new Error('no section');
  return found;
};

describe('parse', () => {
  it('keeps the line of every node', () => {
    const nodes = read('# top\n\ntext\nlang en_US.UTF-8\n');
    expect(nodes.map(({ kind, place }) => [kind, place.line])).toEqual([
      ['comment', 1],
      ['blank', 2],
      ['command', 3],
      ['command', 4],
    ]);
    expect(nodes[3]).toMatchObject({ name: 'lang', words: ['en_US.UTF-8'], source: 'lang en_US.UTF-8\n' });
  });

  it('joins lines after a backslash and counts on', () => {
    const [command, next] = read('part / \\\r\n  --fstype=xfs \\\r\n  --size=1\r\ntext\r\n');
    expect(command).toMatchObject({ name: 'part', words: ['/', '--fstype=xfs', '--size=1'], lines: 3 });
    expect(next?.place.line).toBe(4);
  });

  it('joins inside double quotes', () => {
    expect(read('bootloader --append="a \\\nb"\n')[0]).toMatchObject({ words: ['--append=a b'] });
  });

  it('does not continue a comment', () => {
    expect(read('# a \\\ntext\n').map(({ kind }) => kind)).toEqual(['comment', 'command']);
    expect(read('text # a \\\nreboot\n').map(({ lines }) => lines)).toEqual([1, 1]);
  });

  it('tells quotes that stay open, on that line alone', () => {
    const nodes = read('rootpw "a\ntext\n');
    expect(nodes[0]?.problem?.message).toBe('a quote is not closed');
    expect(nodes[1]).toMatchObject({ kind: 'command', name: 'text' });
  });

  it('tells a backslash at the end of the file', () => {
    expect(read('text \\')[0]?.problem?.message).toContain('backslash');
  });

  it('takes a byte order mark for a blank', () => {
    expect(read('\uFEFFtext\n')[0]).toMatchObject({ kind: 'command', name: 'text' });
  });
});

describe('sections', () => {
  it('keep blank and # lines of scripts as text', () => {
    const { body, end } = sectionOf('%post --log=/x\n\n# a\necho\n%end\n');
    expect(body.map(({ kind }) => kind)).toEqual(['text', 'text', 'text']);
    expect(end?.place.line).toBe(5);
  });

  it('take comments and blanks of %packages for what they are', () => {
    expect(sectionOf('%packages\n# a\n\nvim\n%end\n').body.map(({ kind }) => kind)).toEqual([
      'comment',
      'blank',
      'text',
    ]);
  });

  it('end at an %end that is indented, in a here-document, or followed by words', () => {
    expect(sectionOf('%post\ncat <<X\n   %end\n').body).toHaveLength(1);
    expect(sectionOf('%post\n%end # of post\ntext\n').end?.place.line).toBe(2);
  });

  it('take an unknown %word for text', () => {
    const { body } = sectionOf('%post\n%define x 1\n%endif\n%end\n');
    expect(body.map((node) => (node.kind === 'text' ? node.text : node.kind))).toEqual(['%define x 1', '%endif']);
  });

  it('see %include and %ksappend on any line', () => {
    const { body } = sectionOf('%post\ncat <<X\n  %include "/a b" # why\n%ksappend http://h/x\nX\n%end\n');
    expect(body.filter(({ kind }) => kind === 'include')).toMatchObject([
      { directive: '%include', target: '/a b' },
      { directive: '%ksappend', target: 'http://h/x' },
    ]);
  });

  it('tell that %end is missing, at the next header and at the end of the file', () => {
    const nodes = read('%packages\nvim\n%post\necho\n');
    expect(nodes.map((node) => [node.kind, node.problem?.code])).toEqual([
      ['section', 'kickstart-no-end'],
      ['section', 'kickstart-no-end'],
    ]);
  });

  it.each([
    '%pre',
    '%pre-install',
    '%post',
    '%packages',
    '%addon',
    '%onerror',
    '%traceback',
    '%certificate',
    '%anaconda',
  ])('know %s', (name) => {
    expect(sectionOf(`${name} --a b\n%end\n`)).toMatchObject({ name, words: ['--a', 'b'] });
  });

  it('tell an unknown section, and read it up to its %end', () => {
    const nodes = read('%pots\necho\n%end\ntext\n');
    expect(nodes[0]).toMatchObject({ kind: 'section', problem: { code: 'kickstart-unknown-section' } });
    expect(nodes[1]).toMatchObject({ kind: 'command', name: 'text' });
  });

  it('do not swallow the file where an unknown %word has no %end of its own', () => {
    const nodes = read('%foo\nlang C\n%post\n%end\n');
    expect(nodes.map(({ kind }) => kind)).toEqual(['error', 'command', 'section']);
  });

  it('tell an %end without a section', () => {
    expect(read('%end\n')[0]).toMatchObject({ kind: 'error', problem: { message: '%end closes no section' } });
  });

  it('tell an include without a name', () => {
    expect(read('%include\n')[0]?.problem?.message).toBe('%include names no file');
  });
});

describe('a file that is included inside a section', () => {
  it('is that section’s lines', () => {
    const file = parse('vim\n# a\n-nano\n', { path: 'b.ks', within: '%packages' });
    expect(file.nodes.map(({ kind }) => kind)).toEqual(['text', 'comment', 'text']);
    expect(print(file)).toBe('vim\n# a\n-nano\n');
  });

  it('may not end the section', () => {
    const text = 'vim\n%end\nlang C\n';
    const file = parse(text, { path: 'b.ks', within: '%packages' });
    expect(file.nodes[1]).toMatchObject({
      kind: 'error',
      problem: { message: '%end closes %packages, which another file opened' },
    });
    expect(print(file)).toBe(text);
  });
});
