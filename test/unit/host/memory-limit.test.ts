import { describe, expect, it } from 'vitest';

import { freeInControlGroups } from '../../../src/host/memory-limit.ts';

const MIB = 1024 ** 2;
const free = (files: Readonly<Record<string, string>>): number | undefined => freeInControlGroups((path) => files[path]);

describe('the memory that control groups leave', () => {
  it('is the least of all groups above, with what files can give back', () => {
    expect(free({
      '/proc/self/cgroup': '0::/machine/box\n',
      '/sys/fs/cgroup/machine/box/memory.max': 'max\n', '/sys/fs/cgroup/machine/box/memory.current': `${100 * MIB}\n`,
      '/sys/fs/cgroup/machine/memory.max': `${600 * MIB}\n`, '/sys/fs/cgroup/machine/memory.current': `${200 * MIB}\n`,
      '/sys/fs/cgroup/machine/memory.stat': `anon 1\ninactive_file ${50 * MIB}\n`,
    })).toBe(450 * MIB);
  });

  it('is that of the root in a container, whose own path is not there', () => {
    const files = { '/proc/self/cgroup': '12:cpu,memory:/docker/abc\n', '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${600 * MIB}`, '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${700 * MIB}` };
    expect(free(files)).toBe(0);
    expect(free({ ...files, '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${100 * MIB}` })).toBe(500 * MIB);
  });

  it('is not limited where no group says so', () => {
    expect(free({})).toBeUndefined();
    expect(free({ '/proc/self/cgroup': '0::/\n' })).toBeUndefined();
    // What version 1 says for no limit.
    expect(free({ '/proc/self/cgroup': '3:memory:/\n', '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712', '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1' })).toBeUndefined();
  });
});
