import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { CHECKOUT } from '../support/checkout.ts';

/** Rows of registries are called as what they describe: the format `oci` and the platform `oci` are two rows. */
const isRow = (file: string): boolean => /^src\/(?:formats|platforms)\/\w+\/row\.ts$/.test(file);

const DECLARED = /^export (?:default )?(?:abstract )?(?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm;

/** Names that a file declares and exports; what it hands on from another file is no name of its own. */
const declaredIn = (file: string): readonly string[] => [...readFileSync(join(CHECKOUT, file), 'utf8').matchAll(DECLARED)].map(([, name = '']) => name);

describe('exported names', () => {
  const files = globSync('src/**/*.ts', { cwd: CHECKOUT });

  it('mean one thing each', () => {
    const places = new Map<string, string[]>();
    // Commands have the name of their file by the rules of oclif.
    for (const file of files.filter((one) => !isRow(one) && !one.startsWith('src/commands/'))) {
      for (const name of new Set(declaredIn(file))) places.set(name, [...(places.get(name) ?? []), file]);
    }
    expect(places.size).toBeGreaterThan(1000);
    expect([...places].filter(([, found]) => found.length > 1)).toEqual([]);
  });
});
