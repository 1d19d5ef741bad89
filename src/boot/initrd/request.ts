import type { Root } from '../../rootfs/make-root.ts';
import type { Kernel } from '../find-kernel.ts';
import type { RootIndex } from '../root-index.ts';

export type BootRoot = Pick<Root, 'path' | 'packages' | 'epoch'> & {
  readonly target: Pick<Root['target'], 'arch' | 'level'>;
};

export interface InitrdRequest {
  readonly root: BootRoot;
  readonly index: RootIndex;
  readonly kernel: Kernel;
  readonly generator: 'systemd' | 'dracut';
  readonly drivers: readonly string[];
  readonly fips: boolean;
  /** Whether one of an earlier build may be used, and this one kept. */
  readonly cache: boolean;
}
