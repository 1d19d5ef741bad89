import { defineConfig } from 'vitest/config';

const project = (name: string, extra: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { testTimeout: 30_000, pool: 'threads', isolate: false }),
      project('golden', { pool: 'threads', isolate: false }),
      project('cli', { testTimeout: 60_000 }),
      // Real dnf5, rpm and skopeo on two cores: one file at a time, each with room.
      project('integration', { testTimeout: 600_000, hookTimeout: 900_000, fileParallelism: false }),
    ],
  },
});
