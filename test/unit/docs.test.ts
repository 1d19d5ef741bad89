import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { CHECKOUT } from '../support/checkout.ts';

const read = (page: string): string => readFileSync(join(CHECKOUT, page), 'utf8');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: CHECKOUT })];

/** `NAME` in a path stands for any name; `rows/` for the rows of a registry. */
const isThere = (path: string): boolean => path.includes('NAME') || globSync(path.replace(/\/rows\/$/, '/rows.ts'), { cwd: CHECKOUT }).length > 0;

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');

describe.each(PAGES)('%s', (page) => {
  it('links only to pages and headings that exist', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to = '']) => to);
    const dead = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(CHECKOUT, target))) return true;
      return anchor !== undefined && ![...read(target).matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchorOf(heading) === anchor);
    });
    expect(dead).toEqual([]);
  });

  it('names only files that exist', () => {
    const named = [...read(page).matchAll(/`((?:bin|docs|images|kickstarts|profiles|src|test)\/[^`\s]*)`/g)].map(([, path = '']) => path);
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  });
});

describe('docs/security.md', () => {
  it('has a test for each wall, and knows all tests of the sandbox', () => {
    const page = read('docs/security.md');
    const rows = /^## The walls\n([^]*?)^## /m.exec(page)?.[1]?.split('\n').filter((line) => /^\| (?!wall |-)/.test(line)) ?? [];
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((row) => !/`test\/[^|]*\|$/.test(row.split(' | ').at(-1) ?? ''))).toEqual([]);
    expect(globSync('test/integration/sandbox/*.test.ts', { cwd: CHECKOUT }).filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
  });
});

describe('README.md', () => {
  it('names only commands and flags that exist', () => {
    const flags = globSync('src/cli/*-flags.ts', { cwd: CHECKOUT }).map(read).join('\n');
    const rows = [...read('README.md').matchAll(/^\| `hew ([a-z]+)(?: ([a-z]+\b))?[^|]*\|.*$/gm)];
    expect(rows.length).toBeGreaterThan(15);
    const unknown = rows.flatMap(([row = '', name = '', topic = '']) => {
      const files = [`src/commands/${name}.ts`, `src/commands/${name}/${topic}.ts`].filter((file) => existsSync(join(CHECKOUT, file)));
      const source = `${flags}\n${files.map(read).join('\n')}\n'json': 'verbose':`;
      const asked = [...row.matchAll(/--([a-z][a-z-]+)/g)].map(([, flag = '']) => flag);
      return files.length === 0 ? [name] : asked.filter((flag) => !new RegExp(`\\b${flag}\\b'?: ?Flags|'${flag}': ?Flags|\\b${flag}: ?Flags`).test(source)).map((flag) => `${name} --${flag}`);
    });
    expect(unknown).toEqual([]);
  });
});
