import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

it('ends a process also while opening a pipe holds a thread of it in the kernel, with the status asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hew-end-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const module = new URL('../../../src/host/end-process.ts', import.meta.url).href;
  const script = `import { open } from 'node:fs/promises';
    const { endProcess } = await import('${module}');
    void open('${folder}/pipe');
    // The only thread of the pool takes the pipe long before so many turns are over.
    let turns = 0;
    const turn = () => ((turns += 1) < 10_000 ? setImmediate(turn) : endProcess(3));
    turn();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'exit')).toEqual([3, null]);
  rmSync(folder, { recursive: true, force: true });
});
