import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

import type { ErrorReport } from '../../src/cli/print-error.ts';
import { failureOf, runHew, type HewOptions, type HewRun } from './hew.ts';
import { NO_TRACES, settledTraces } from './leftovers.ts';
import { makeCache } from './places.ts';

let counter = 0;

export interface Failure extends HewRun {
  readonly error: ErrorReport['error'];
}

/**
 * Builds an image that must fail, on a cache and into an output folder of its own. Whatever the reason, it holds that
 * the exit status is 1 or 2, that one typed error comes as JSON, that no artifact appears, and that no mount, process
 * or unfinished file stays behind.
 */
export async function failBuild(folder: string, image: string, options: HewOptions & { readonly args?: readonly string[] } = {}): Promise<Failure> {
  counter += 1;
  const output = join(folder, `failed-out-${counter}`);
  const cache = options.env?.['HEW_CACHE'] ?? makeCache(folder, `failed-cache-${counter}`);
  const { args = [], ...rest } = options;
  const run = await runHew(['build', image, '--output', output, '--json', ...args], { ...rest, env: { HEW_CACHE: cache, ...options.env } });
  const error = failureOf(run);
  expect(error.code, JSON.stringify(error)).not.toBe('defect');
  expect([1, 2]).toContain(run.status);
  expect(existsSync(output) ? readdirSync(output) : []).toEqual([]);
  expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
  return { ...run, error };
}
