import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files that take minutes, the longest first. */
const LONG = [
  'boot/boot', 'images', 'joined', 'interrupted', 'disk/make-disk', 'rootless', 'other-disks', 'emulation', 'failures-disk', 'sandbox/out-of-root',
  'cache/artifacts', 'cache/initrds', 'set-up', 'reproducible', 'sandbox/sandbox', 'clouds', 'diff', 'kickstart', 'configure', 'distributions', 'cache/shared',
].map((name) => `/test/integration/${name}.test.ts`);

/** Starts the long files first, so that the workers end together. Vitest itself knows durations only of earlier runs, and else the size of a file. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.findIndex((name) => moduleId.endsWith(name));
      return index < 0 ? LONG.length : index;
    };
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    return (await super.sort(files)).toSorted((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
