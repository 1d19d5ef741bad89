import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { hardProcessLimit, hasOwnPidMax } from '../../../src/host/containment.ts';
import { runProcess } from '../../../src/host/process.ts';
import { systemCallFilter } from '../../../src/host/seccomp.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const EAFNOSUPPORT = 0x00050061;
const X86_64 = 0xc000003e;
const I386 = 0x40000003;
const AARCH64 = 0xc00000b7;

/** Runs a classic BPF program over struct seccomp_data, as the kernel would: seccomp(2). */
function decide(program: Uint8Array, arch: number, number: number, argument = 0): number {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const data: Readonly<Record<number, number>> = { 0: number, 4: arch, 16: argument };
  let loaded = 0;
  for (let at = 0; at * 8 < program.byteLength; at += 1) {
    const [code, yes, no, operand] = [view.getUint16(at * 8, true), view.getUint8(at * 8 + 2), view.getUint8(at * 8 + 3), view.getUint32(at * 8 + 4, true)];
    if (code === 0x20) loaded = data[operand] ?? Number.NaN;
    else if (code === 0x06) return operand;
    else if (code === 0x15) at += loaded === operand ? yes : no;
    else if (code === 0x35) at += loaded >= operand ? yes : no;
    else throw new Error(`operation ${code}`);
  }
  throw new Error('the program ends without an answer');
}

describe('systemCallFilter', () => {
  const [intel, arm] = [systemCallFilter('x86_64'), systemCallFilter('aarch64')];
  it.each<[string, Uint8Array, number, number, number, number]>([
    ['read', intel, X86_64, 0, 0, ALLOW],
    ['execve', intel, X86_64, 59, 0, ALLOW],
    ['keyctl', intel, X86_64, 250, 0, EPERM],
    ['syslog', intel, X86_64, 103, 0, EPERM],
    ['ptrace', intel, X86_64, 101, 0, EPERM],
    ['process_vm_readv', intel, X86_64, 310, 0, EPERM],
    ['process_vm_writev', intel, X86_64, 311, 0, EPERM],
    ['kcmp', intel, X86_64, 312, 0, EPERM],
    ['pidfd_getfd', intel, X86_64, 438, 0, EPERM],
    ['a call of x32', intel, X86_64, 0x40000000, 0, EPERM],
    ['socket AF_UNIX', intel, X86_64, 41, 1, ALLOW],
    ['socket AF_INET6', intel, X86_64, 41, 10, ALLOW],
    ['socket AF_PACKET', intel, X86_64, 41, 17, EAFNOSUPPORT],
    ['socket AF_VSOCK', intel, X86_64, 41, 40, EAFNOSUPPORT],
    ['keyctl of i386', intel, I386, 288, 0, EPERM],
    ['ptrace of i386', intel, I386, 26, 0, EPERM],
    ['process_vm_writev of i386', intel, I386, 348, 0, EPERM],
    ['socketcall of i386', intel, I386, 102, 0, EPERM],
    ['what is keyctl elsewhere, of i386', intel, I386, 250, 0, ALLOW],
    ['socket of i386 AF_VSOCK', intel, I386, 359, 40, EAFNOSUPPORT],
    ['anything of another processor', intel, AARCH64, 0, 0, EPERM],
    ['keyctl on aarch64', arm, AARCH64, 219, 0, EPERM],
    ['ptrace on aarch64', arm, AARCH64, 117, 0, EPERM],
    ['process_vm_writev on aarch64', arm, AARCH64, 271, 0, EPERM],
    ['read on aarch64', arm, AARCH64, 63, 0, ALLOW],
    ['socket on aarch64 AF_VSOCK', arm, AARCH64, 198, 40, EAFNOSUPPORT],
    ['x86-64 on aarch64', arm, X86_64, 0, 0, EPERM],
  ])('%s', (_what, program, arch, number, argument, answer) => expect(decide(program, arch, number, argument)).toBe(answer));
});

it.each([['6.14.0-24-generic', true], ['6.18.44', true], ['7.0-rc1', true], ['6.8.0-60-generic', false], ['5.15.0', false]])(
  'Linux %s has a pid_max of each namespace: %s', (kernel, has) => expect(hasOwnPidMax(kernel)).toBe(has),
);

it('the hard limit of processes is read from /proc', () => {
  expect(hardProcessLimit('Limit      Soft Limit  Hard Limit  Units\nMax processes             96365                1000                 processes \n')).toBe(1000);
  expect(hardProcessLimit('Max processes             unlimited            unlimited            processes \n')).toBe(Number.POSITIVE_INFINITY);
});

it('a program that is silent is told of, and goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hew-silence-'));
  const flag = join(folder, 'told');
  const lines: string[] = [];
  // It stays silent until it has been told of, however long this machine takes.
  const script = 'echo first; until [ -e "$1" ]; do sleep 0.05; done; echo last';
  try {
    await runProcess(
      { argv: ['sh', '-c', script, 'sh', flag], env: { PATH: process.env['PATH'] ?? '' }, signal: new AbortController().signal },
      { onLine: (line) => lines.push(line), onSilence: () => writeFileSync(flag, '') },
      100,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(lines).toEqual(['first', 'last']);
});
