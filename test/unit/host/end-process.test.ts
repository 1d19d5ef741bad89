import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('ends a process also while opening a pipe holds a thread of it in the kernel, with the status asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hew-end-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const module = new URL('../../../src/host/end-process.ts', import.meta.url).href;
  const script = `import { open } from 'node:fs/promises';
    const { endProcess } = await import('${module}');
    void open('${folder}/pipe');
    setTimeout(() => endProcess(3), 200);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  expect(await once(child, 'exit')).toEqual([3, null]);
  clearTimeout(late);
  rmSync(folder, { recursive: true, force: true });
});
