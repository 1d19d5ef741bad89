import { describe, expect, it } from 'vitest';
import { installArguments } from '../../../../src/packages/dnf5/install.ts';
import type { Plan } from '../../../../src/plan/types.ts';

const plan = { distribution: { releasever: '4.0' } } as Plan;
const paths = { settings: '/work/dnf', cache: '/cache/packages', hewCache: '/cache' };

describe('the installation of a stored transaction', () => {
  it('knows no repository and replays the folder', () => {
    const args = installArguments(plan, '/root', '/stored', paths);
    expect(args.filter((one) => one.includes('reposdir')).at(-1)).toBe('--setopt=reposdir=/nonexistent');
    expect(args.slice(-2)).toEqual(['replay', '/stored']);
  });

  it('lets rpm take labels above this machine only where scriptlets are emulated', () => {
    expect(installArguments(plan, '/root', '/stored', paths)).not.toContain('--setopt=ignorearch=1');
    expect(installArguments(plan, '/root', '/stored', paths, 'Haswell-noTSX')).toContain('--setopt=ignorearch=1');
  });
});
