import { existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';

import { CancelledError } from '../../../src/errors.ts';
import { pipeProcess } from '../../../src/host/pipe-process.ts';
import type { Consume } from '../../../src/host/port.ts';
import { runProcess } from '../../../src/host/process.ts';

const sh = (script: string, signal = new AbortController().signal) => ({ argv: ['sh', '-c', script], env: { PATH: '/usr/bin:/bin' }, signal });

/** Reads to the end and tells the text. */
const readAll: Consume<string> = async (stdout) => {
  let text = '';
  for await (const piece of stdout) text += String(piece);
  return text;
};

/** Reads the number of a process that the script prints first, then fails. */
const failAfterNumber = (told: (pid: number) => void): Consume<never> => async (stdout) => {
  for await (const piece of stdout) {
    told(Number(String(piece).trim()));
    break;
  }
  throw new Error('no use for it');
};

it('returns what the reader makes of the output', async () => {
  expect(await pipeProcess(sh('echo one; echo two'), readAll)).toBe('one\ntwo\n');
});

it('gives the program what is fed to it', async () => {
  expect(await pipeProcess(sh('tr a-z A-Z'), readAll, (stdin) => pipeline(Readable.from(['some ', 'text']), stdin))).toBe('SOME TEXT');
});

it('tells the failure of the program, also when all of its output was read', async () => {
  await expect(pipeProcess(sh('echo one; echo no >&2; exit 3'), readAll)).rejects.toMatchObject({ code: 'tool-failed', status: 3, stderr: 'no\n' });
});

it('tells the failure of the program where the reader fails only because the output was cut', async () => {
  const strict: Consume<never> = async (stdout) => {
    await readAll(stdout);
    throw new Error('cut short');
  };
  await expect(pipeProcess(sh('echo half; kill -9 $$'), strict)).rejects.toThrow('sh was ended by SIGKILL');
});

it('ends the program when the reader fails, and tells the reader’s failure', async () => {
  let pid = 0;
  await expect(pipeProcess(sh('echo $$; exec sleep 1000'), failAfterNumber((told) => void (pid = told)))).rejects.toThrow('no use for it');
  expect([pid > 0, existsSync(`/proc/${pid}`)]).toEqual([true, false]);
});

it('ends a program that stays after it has closed its output, when that is of no use', async () => {
  let pid = 0;
  const strict: Consume<never> = async (stdout) => {
    pid = Number(await readAll(stdout));
    throw new Error('cut short');
  };
  await expect(pipeProcess(sh('echo $$; exec sleep 1000 >&- 2>&-'), strict)).rejects.toThrow('cut short');
  expect([pid > 0, existsSync(`/proc/${pid}`)]).toEqual([true, false]);
});

it('ends the program when what feeds it fails', async () => {
  const broken = async function* () {
    yield 'some';
    await Promise.resolve();
    throw new Error('unreadable');
  };
  await expect(pipeProcess(sh('exec cat'), readAll, (stdin) => pipeline(broken(), stdin))).rejects.toThrow('unreadable');
});

it('tells the failure of a program that ends before it has read all', async () => {
  const endless = function* () {
    for (;;) yield Buffer.alloc(65_536);
  };
  await expect(pipeProcess(sh('echo enough >&2; exit 5'), readAll, (stdin) => pipeline(endless(), stdin))).rejects.toMatchObject({ status: 5 });
});

it('does not take output for whole that was made of half of the input', async () => {
  const endless = function* () {
    for (;;) yield Buffer.alloc(65_536);
  };
  await expect(pipeProcess(sh('head -c 10 > /dev/null'), readAll, (stdin) => pipeline(endless(), stdin)))
    .rejects.toMatchObject({ code: 'tool-failed', message: 'sh ended with status 0 before it had read all of its input' });
});

it('is cancelled as a whole', async () => {
  const cancel = new AbortController();
  const waiting = pipeProcess(sh('echo ready; exec sleep 1000', cancel.signal), async (stdout) => {
    for await (const piece of stdout) if (String(piece) !== '') cancel.abort();
  });
  await expect(waiting).rejects.toBeInstanceOf(CancelledError);
});

it('says of a program that it printed too much, and blames nobody else', async () => {
  await expect(runProcess({ ...sh('yes | head -c 20000000 >&2; sleep 60'), hasLifeline: true })).rejects.toMatchObject({
    code: 'tool-failed', message: 'sh was ended because it printed more than hew keeps', status: undefined,
  });
});

it('follows a program that prints without end and without lines, and keeps its last words', async () => {
  let letters = 0;
  const run = runProcess(sh('head -c 150000000 /dev/zero; echo; echo last; exit 3'), { onLine: (line) => (letters += line.length) });
  await expect(run).rejects.toMatchObject({ code: 'tool-failed', status: 3, stdout: expect.stringMatching(/\nlast\n$/) });
  expect(letters).toBe(150_000_004);
});

it('hands over lines of both outputs as they come, the last one without an end too', async () => {
  const lines: string[] = [];
  const { stdout } = await runProcess(sh('echo one; echo two >&2; printf three'), { onLine: (line, from) => lines.push(`${from} ${line}`) });
  expect(lines.sort()).toEqual(['stderr two', 'stdout one', 'stdout three']);
  expect(stdout).toBe('one\nthree');
});
