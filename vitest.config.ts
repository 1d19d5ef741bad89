import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

import { LongestFirst } from './test/support/longest-first.ts';

const project = (name: string, extra: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
});

export default defineConfig({
  test: {
    // Vitest leaves one processor alone unless told otherwise: on two cores that is one file after the other.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', { testTimeout: 30_000, pool: 'threads', isolate: false }),
      // Properties over generated input: more of the processor than all unit tests together.
      project('fuzz', { testTimeout: 60_000, pool: 'threads', isolate: false }),
      project('golden', { pool: 'threads', isolate: false }),
      project('cli', { testTimeout: 60_000, globalSetup: 'test/support/build-hew.ts', sequence: { groupOrder: 1 } }),
      // Real dnf5, rpm, QEMU and skopeo. Each file has a cache and folders of its own, so that files may run side by side.
      project('integration', { testTimeout: 600_000, hookTimeout: 900_000, globalSetup: 'test/support/build-hew.ts', sequence: { groupOrder: 2 } }),
    ],
  },
});
