import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderCommandDocs } from '../../../src/kickstart/index.ts';
import { commandNames } from '../../../src/kickstart/commands/index.ts';

it('docs/kickstart.md is what the tables say', () => {
  expect(readFileSync(new URL('../../../docs/kickstart.md', import.meta.url), 'utf8')).toBe(renderCommandDocs());
});

it('every command stands in it, in rows of four cells', () => {
  const text = renderCommandDocs();
  expect(commandNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  for (const row of text.split('\n').filter((line) => line.startsWith('|'))) expect(row.match(/\|/g)).toHaveLength(5);
});
