import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../../src/definition/index.ts';
import { exportKickstart } from '../../../src/kickstart/index.ts';
import { CHECKOUT } from '../../support/checkout.ts';
import { shipped } from '../../support/planned.ts';
import { define } from './exportable.ts';
import { interpret } from './support.ts';

const IMAGES = readdirSync(join(CHECKOUT, 'images'))
  .filter((name) => name.endsWith('.toml'))
  .map((name) => name.replace('.toml', ''));

// What is not one line of kickstart, such as files, becomes a %post: that much changes once, and nothing after it.
describe.each(IMAGES)('%s', (image) => {
  it('is a kickstart file without a refused line, and stays the same when read and written again', async () => {
    const { definition, repositories } = await loadDefinition(shipped, image);
    const { text } = exportKickstart(definition, { title: 'x', repositories, readInput: () => 'text\n' });
    const first = interpret(text);
    expect(first.problems).toEqual([]);
    const again = exportKickstart(define(first.value), { title: 'x' });
    expect(again.text).toBe(text);
  });
});
