import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { bootSector, probeArguments } from '../../../src/guest/probe-kvm.ts';
import { overlayArguments, qemuArguments, type GuestMachine } from '../../../src/guest/qemu-arguments.ts';
import { consoleTail, readConsole } from '../../../src/guest/read-console.ts';
import { parseReport, reportCredentials } from '../../../src/guest/report-unit.ts';
import { guestFailure, isHealthy } from '../../../src/guest/guest-failure.ts';
import { readEnd } from '../../../src/guest/console-file.ts';
import type { GuestResult } from '../../../src/guest/run-guest.ts';
import { machineFiles } from '../../../src/host/files.ts';

const MACHINE: GuestMachine = {
  disk: '/w/overlay.qcow2', kind: 'bios', accelerator: 'tcg', cpu: 'qemu64', memory: 1024, processors: 2, console: '/w/console', report: '/w/report',
  credentials: {},
};

describe('qemuArguments', () => {
  it('describes a machine with a BIOS, without network, display or anything of the host', () => {
    expect(qemuArguments(MACHINE)).toEqual([
      '-nodefaults', '-no-user-config', '-machine', 'pc,usb=off,vmport=off', '-accel', 'tcg,thread=multi', '-cpu', 'qemu64', '-m', '1024', '-smp', '2',
      '-display', 'none', '-no-reboot', '-monitor', 'stdio', '-L', '/usr/share/seabios', '-L', '/usr/share/qemu',
      '-drive', 'if=none,id=disk,format=qcow2,cache=unsafe,discard=unmap,file=/w/overlay.qcow2', '-device', 'virtio-blk-pci,drive=disk,bootindex=1',
      '-device', 'virtio-rng-pci', '-chardev', 'file,id=console,path=/w/console', '-serial', 'chardev:console',
      '-chardev', 'file,id=report,path=/w/report', '-device', 'virtio-serial-pci', '-device', 'virtserialport,chardev=report,name=hew.report',
    ]);
  });

  it('gives UEFI a variable store of its own, and Secure Boot the protection that it needs', () => {
    const firmware = { code: '/usr/share/OVMF/CODE,1.fd', variables: '/w/vars.fd' };
    const plain = qemuArguments({ ...MACHINE, kind: 'uefi', firmware });
    expect(plain).toEqual(expect.arrayContaining([
      'q35,usb=off,vmport=off,smm=off', 'if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/CODE,,1.fd', 'if=pflash,unit=1,format=raw,file=/w/vars.fd',
    ]));
    expect(plain.join(' ')).not.toContain('property=secure');
    const secure = qemuArguments({ ...MACHINE, kind: 'uefi-secure-boot', firmware });
    expect(secure).toEqual(expect.arrayContaining(['q35,usb=off,vmport=off,smm=on', 'driver=cfi.pflash01,property=secure,value=on']));
  });

  it.each([['scsi', 'scsi-hd,drive=disk,bootindex=1'], ['nvme', 'nvme,drive=disk,serial=hew,bootindex=1'], ['ide', 'ide-hd,drive=disk,bootindex=1']] as const)(
    'attaches the disk to %s', (bus, device) => {
      expect(qemuArguments({ ...MACHINE, bus })).toContain(device);
    });

  it('attaches a seed that the guest cannot write, and a network from which nothing is reached', () => {
    expect(qemuArguments({ ...MACHINE, seed: '/w/a,b.iso', network: true })).toEqual(expect.arrayContaining([
      'if=none,id=seed,format=raw,readonly=on,file=/w/a,,b.iso', 'virtio-blk-pci,drive=seed', 'user,id=net,restrict=on', 'virtio-net-pci,netdev=net',
    ]));
  });

  it('hands credentials over in the firmware tables, whatever is in them', () => {
    const args = qemuArguments({ ...MACHINE, accelerator: 'kvm', credentials: { 'a.b': 'x,y\nü' } });
    expect(args).toContain('kvm');
    expect(args.at(-1)).toBe(`type=11,value=io.systemd.credential.binary:a.b=${Buffer.from('x,y\nü').toString('base64')}`);
  });

  it('keeps the image as it is', () => {
    expect(overlayArguments('/i/a.vhd', 'vpc', '/w/o')).toEqual(['create', '-q', '-f', 'qcow2', '-F', 'vpc', '-b', '/i/a.vhd', '/w/o']);
  });
});

describe('the probe of KVM', () => {
  it('is a boot sector that says that it was reached', () => {
    const sector = bootSector();
    expect(sector.length).toBe(512);
    expect([...sector.subarray(510)]).toEqual([0x55, 0xaa]);
    expect(Buffer.from(sector.subarray(0, 9)).toString('hex')).toBe('baf400b010eef4ebfd');
    expect(probeArguments('/w/p', 'uefi-secure-boot')).toContain('q35,usb=off,vmport=off,smm=on');
    expect(probeArguments('/w/p', 'bios')).toEqual(expect.arrayContaining(['isa-debug-exit,iobase=0xf4,iosize=0x04', 'if=ide,format=raw,file=/w/p']));
  });
});

const REPORT = [
  'noise', '----- hew report -----', '== state', 'degraded', '== failed', 'sshd.service loaded failed failed OpenSSH server',
  String.raw`● dev-disk-by\x2duuid.device loaded failed failed x`, '== failures', '× sshd.service', 'no host keys', '== kernel', '6.12.1', '== os', 'NAME="Sample Linux"',
  'VERSION_ID=4.0', '== times', 'FinishTimestampMonotonic=41500000', '== levels', '  x86-64-v4', '  x86-64-v3 (supported, searched)',
  '  x86-64-v2 (supported, searched)', '== root', '    1B-blocks', '1809420288', '== cmdline', 'root=UUID=x', '== secure-boot', '   6   0   0   0   1',
  '== hostname', 'web1', '== keys', 'root', 'azl',
  '----- hew end -----', '',
].join('\r\n');

describe('parseReport', () => {
  it('reads what the unit tells', () => {
    expect(parseReport(REPORT)).toEqual({
      state: 'degraded', failedUnits: ['sshd.service', String.raw`dev-disk-by\x2duuid.device`], failures: ['× sshd.service', 'no host keys'], kernel: '6.12.1',
      os: { NAME: 'Sample Linux', VERSION_ID: '4.0' }, bootSeconds: 41.5, levels: ['x86-64-v3', 'x86-64-v2'], rootBytes: 1_809_420_288,
      commandLine: 'root=UUID=x', secureBoot: true, hostname: 'web1', keyHolders: ['root', 'azl'],
    });
  });

  it('waits for its end, and knows what was not told', () => {
    expect(parseReport(REPORT.slice(0, -10))).toBeUndefined();
    expect(parseReport('')).toBeUndefined();
    expect(parseReport('----- hew report -----\n== state\nrunning\n----- hew end -----')).toMatchObject({
      state: 'running', failedUnits: [], rootBytes: undefined, secureBoot: undefined, bootSeconds: undefined,
    });
  });

  it('is made by a unit that systemd does not expand', () => {
    const service = reportCredentials()['systemd.extra-unit.hew-report.service'] ?? '';
    expect(service).toContain('state=$$(systemctl is-system-running --wait)');
    expect(service.split('\n').filter((line) => line.startsWith('ExecStart=')).length).toBe(1);
    expect(service.replaceAll('$$', '')).not.toContain('$');
  });
});

describe('readConsole', () => {
  it.each([
    ['BdsDxe: failed to load Boot0001 "UEFI Misc Device" from PciRoot(0x0)/Pci(0x3,0x0): Access Denied', 'refused'],
    ['Verification failed: (0x1A) Security Violation', 'refused-by-shim'],
    ['error: bad shim signature.', 'refused-by-shim'],
    ['/sbin/init: CPU ISA level is lower than required', 'level-too-high'],
    ['BdsDxe: No bootable option or device was found.', 'nothing-to-boot'],
    ['No bootable device.', 'nothing-to-boot'],
    ['grub rescue> ', 'nothing-to-boot'],
    ['[    3.1] Kernel panic - not syncing: VFS: Unable to mount root fs', 'panic'],
    ['You are in emergency mode. After logging in', 'emergency'],
    ['hew login: ', 'login'],
    ['[  OK  ] Reached target multi-user.target', 'running'],
    ['Cannot login: nobody', 'running'],
  ])('%s', (line, kind) => {
    expect(readConsole(`\u001b[2J\u001b[01;01HUEFI\r\n\u001b[0;32m${line}\u001b[0m\r\n`).kind).toBe(kind);
  });

  it('counts a panic more than the prompt that came before it', () => {
    expect(readConsole('hew login: \nKernel panic - not syncing: Attempted to kill init!').kind).toBe('panic');
  });

  it('reads a dialogue that is drawn place by place', () => {
    const drawn = '\u001b[10;05H\u250c\u2500\u2500\u2510\u001b[11;05H\u2502 ERROR \u2502\u001b[12;05H\u2502 Verification failed: (0x1A) Security Violation \u2502\u001b[13;05H\u2514\u2500\u2518';
    expect(readConsole(drawn)).toEqual({ kind: 'refused-by-shim', line: ' Verification failed: (0x1A) Security Violation' });
    expect(consoleTail(drawn)).toEqual([' ERROR', ' Verification failed: (0x1A) Security Violation']);
  });

  it('shows the last lines without the movements of a terminal', () => {
    expect(consoleTail('one\r\n\u001b[!p\u001b]104\u0007\u001b7\u001b8two\r\n\r\n\u001bP+q6E61\u001b\\  \r\n[ *  ] a\r[  * ] b\r\n', 2)).toEqual(['two', '[  * ] b']);
  });
});

describe('guestFailure', () => {
  const result: GuestResult = { outcome: 'timeout', seconds: 61.2, accelerator: { name: 'tcg', why: '' }, cpu: 'max', firmware: 'uefi', console: ['last line'] };
  const report = parseReport(REPORT);
  if (report === undefined) throw new Error('the report above is whole');

  it('is silent about a guest that runs', () => {
    const running: GuestResult = { ...result, outcome: 'settled', report: { ...report, state: 'running', failedUnits: [] } };
    expect(isHealthy(running)).toBe(true);
    expect(guestFailure(running, 'a.vhdx')).toBeUndefined();
  });

  it('names the failed units, or why there is no telling, and shows the end of the console', () => {
    const degraded = guestFailure({ ...result, outcome: 'settled', report }, 'a.vhdx');
    expect(degraded?.code).toBe('guest-degraded');
    expect(degraded?.message).toContain('sshd.service');
    expect(degraded?.problems[0]?.hint).toMatch(/no host keys[^]*last line/);
    const refused = guestFailure({ ...result, outcome: 'refused', line: 'Access Denied' }, 'a.vhdx');
    expect(refused?.code).toBe('guest-refused');
    expect(refused?.message).toMatch(/refused by the firmware.*\(Access Denied\) after 61 s/);
    expect(refused?.problems[0]?.hint).toMatch(/profile `secure-boot`[^]*last line/);
  });

  it('believes in Secure Boot only where the guest says so itself', () => {
    const running: GuestResult = { ...result, firmware: 'uefi-secure-boot', outcome: 'settled', report: { ...report, state: 'running', failedUnits: [] } };
    expect(guestFailure(running, 'a.vhdx')).toBeUndefined();
    for (const secureBoot of [false, undefined]) {
      expect(guestFailure({ ...running, report: { ...report, state: 'running', secureBoot } }, 'a.vhdx')?.code).toBe('guest-insecure');
    }
  });

  it('says that a processor is too old for the image, at the first program and at a later one', () => {
    const line = '/sbin/init: CPU ISA level is lower than required';
    const early = guestFailure({ ...result, outcome: 'level-too-high', line }, 'a.vhdx');
    expect([early?.code, early?.message]).toEqual(['guest-level-too-high', `a.vhdx cannot run on this processor (${line}) after 61 s`]);
    const late = guestFailure({ ...result, outcome: 'settled', report: { ...report, failures: [line] } }, 'a.vhdx');
    for (const failure of [early, late]) expect(failure?.problems[0]?.hint).toMatch(/choose it with --cpu/);
  });
});

describe('a guest that floods its console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hew-console-'));
  const file = join(folder, 'console');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is seen by the end of what it wrote', () => {
    writeFileSync(file, `${'x'.repeat(10_000_000)}\nfedora login: `);
    const { text, size } = readEnd({ fs: machineFiles }, file);
    expect([text.length, size, readConsole(text).kind]).toEqual([256 * 1024, 10_000_015, 'login']);
  });
  it('is given up when it goes on', () => {
    truncateSync(file, 65 * 2 ** 20);
    expect(() => readEnd({ fs: machineFiles }, file)).toThrow('the guest has written more than 64 MiB to its console');
  });
  it('shows no line that is longer than a screen', () => {
    expect(consoleTail('y'.repeat(200_000))).toEqual(['y'.repeat(1000)]);
  });
  it('holds hew no longer with controls that never end', () => {
    // Each of these would be sought an end for up to the end of the text, had it none of its own.
    for (const open of ['\u001bP', '\u001b]', '\u001b[']) expect(readConsole(open.repeat(128 * 1024)).kind).toBe('running');
  }, 10_000);
});
