/** A small C program that exists at two microarchitecture levels. */
export interface Twin {
  readonly name: string;
  readonly code: 'hello.c' | 'libsample.c' | 'program.c';
  readonly summary: string;
  readonly requires: readonly string[];
  /** `version-release` of each build in the base repositories. */
  readonly baseline: string;
  readonly v3: string;
  /** `version-release` of both builds in the updates repositories. */
  readonly update?: string;
}

export const twins: readonly Twin[] = [
  { name: 'libsample', code: 'libsample.c', summary: 'Library that knows its level', requires: [], baseline: '1.0-1', v3: '1.0-1' },
  {
    name: 'sample-hello', code: 'hello.c', summary: 'Greets from its level', requires: ['libsample'],
    baseline: '1.0-1', v3: '1.0-1', update: '1.1-1',
  },
  // A security fix that so far exists as a baseline build only.
  { name: 'sample-crypt', code: 'program.c', summary: 'Its v3 build lags', requires: [], baseline: '1.2-2', v3: '1.2-1' },
  { name: 'sample-fast', code: 'program.c', summary: 'Its v3 build leads', requires: [], baseline: '2.0-1', v3: '2.1-1' },
];
