import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { release } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { hasOwnPidMax } from '../../../src/host/containment.ts';
import { sampleFolder } from '../../support/checkout.ts';
import { failBuild, type Failure } from '../../support/failures.ts';
import { runHew } from '../../support/hew.ts';
import { NO_TRACES, settledTraces } from '../../support/leftovers.ts';
import { hostilePackage, makePackages, publish, SCRIPTLETS, type MadePackage } from '../../support/packages.ts';
import { definition, distribution, machineFolder, makeCache, sampleKey, testFolder, writeFiles } from '../../support/places.ts';
import { files, serve } from '../../support/server.ts';
import { readTar, type TarEntry } from '../../support/tar.ts';

// Packages and scripts that try to leave, in one build that goes through: what came of each try is read from the image,
// and what became of the machine is looked at from outside.
const folder = testFolder();
const victim = machineFolder();
const repository = join(folder, 'repository');
const program = readFileSync(join(import.meta.dirname, 'attack.py'), 'utf8');
const ABSTRACT = `hew-test-${process.pid}`;
const WORD = `hew-test-daemon-${process.pid}`;
const PASSWORD = 'correct-horse-battery';
const TAR = '[[outputs]]\nformat = "tar"\ncompression = "none"\nfile-name = "root"\n';

const reached: string[] = [];
const listen = (address: object, name: string): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      reached.push(name);
      socket.destroy();
    }).unref();
    server.listen(address, () => resolve(server));
  });

let servers: readonly Server[];
let bystander: ChildProcess;
let entries: readonly TarEntry[];
let cache: string;
let output: string;

const text = (path: string): string => {
  const found = entries.find((entry) => entry.path === path);
  if (found === undefined) throw new Error(`no ${path} in the image`);
  return found.content.toString();
};
const attack = (by: string): Readonly<Record<string, unknown>> => JSON.parse(text(`usr/share/test-attack/${by}.json`)) as Record<string, unknown>;

beforeAll(async () => {
  writeFiles(victim, { canary: 'alive' });
  servers = [await listen({ port: 0, host: '127.0.0.1' }, 'tcp'), await listen({ path: `\0${ABSTRACT}` }, 'abstract'), await listen({ path: join(victim, 'socket') }, 'file')];
  bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  const address = servers[0]?.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const words = (result: string): readonly string[] => [victim, port, ABSTRACT, join(victim, 'socket'), String(bystander.pid), result, PASSWORD];
  const run = (by: string): string => `python3 /usr/libexec/attack.py ${words(`/usr/share/test-attack/${by}.json`).join(' ')}`;
  await makePackages(repository, [
    hostilePackage('test-attack', run, { '/usr/libexec/attack.py': program }),
    {
      name: 'test-stays',
      preamble: ['Requires(post): util-linux', 'Requires(post): bash', 'Requires(post): coreutils'],
      scriptlets: [
        '%pretrans -p <lua>', ...luaProbe('/pretrans'),
        '%post -p /bin/bash', `setsid sh -c 'while sleep 1; do echo ${WORD} >> /srv/daemon; done' > /dev/null 2>&1 &`,
        '%posttrans -p <lua>', ...luaProbe('/srv/lua'),
      ].join('\n'),
      signer: 'sample',
    },
    { name: 'test-planter', links: { '/opt/absolute': victim, '/opt/relative': '../../../../../../../../../..' + victim }, signer: 'sample' },
    ...['absolute', 'relative'].map((way) =>
      ({ name: `test-${way}`, preamble: ['Requires: test-planter'], files: { [`/opt/${way}/planted`]: 'x' }, signer: 'sample' as const })),
    scriptlet('test-killer', 'kill -KILL -1; kill -KILL 1; sleep 60'),
    scriptlet('test-idler', `echo ${WORD}-idles; sleep 3600`),
    {
      name: 'test-rights',
      preamble: ['Requires(post): libcap', 'Requires(post): bash', 'Requires(post): coreutils'],
      files: { '/usr/bin/test-owner': '#!/bin/sh\n', '/usr/bin/test-able': '#!/bin/sh\n' },
      attributes: { '/usr/bin/test-owner': '%attr(4755,root,root)', '/usr/bin/test-able': '%caps(cap_sys_admin=ep)' },
      signer: 'sample',
    },
  ]);
  await publish(repository);
  const { port: web } = await serve(files('', repository));
  writeFiles(folder, {
    'distro.toml': distribution([
      { id: 'base', url: `file://${join(sampleFolder(), 'repos/base/x86_64')}`, keys: [sampleKey()] },
      { id: 'test', url: `http://alice:${PASSWORD}@127.0.0.1:${web}`, keys: [sampleKey()] },
    ]),
    'attack.py': program,
    'image.toml': definition(['filesystem', 'bash', 'coreutils', 'python3', 'util-linux', 'test-attack', 'test-stays', 'test-rights'], `${TAR}
      [[scripts]]
      run = "attack.py"
      args = ${JSON.stringify(words('/usr/share/test-attack/root.json'))}
      [[scripts]]
      in = "build"
      run = "attack.py"
      args = ${JSON.stringify(words('/mnt/sysimage/usr/share/test-attack/build.json'))}`, './distro.toml'),
  });
  cache = makeCache(folder);
  output = join(folder, 'out');
  // A terminal of its own: without one, nothing could be typed into it.
  const built = await runHew(['build', join(folder, 'image.toml'), '--output', output, '--no-cache'], {
    before: ['sh', '-c', 'exec 9< /; exec script --quiet --return --flush --command "$*" /dev/null', 'sh'],
    env: { HEW_CACHE: cache, HEW_WORKSPACE_SIZE: '1G', SSH_AUTH_SOCK: join(victim, 'socket'), HEW_TEST_SECRET: 'secret' },
  });
  expect(built.status, built.stdout + built.stderr).toBe(0);
  entries = readTar(readFileSync(join(output, 'root.tar')));
});

const scriptlet = (name: string, body: string): MadePackage =>
  ({ name, preamble: ['Requires(post): bash', 'Requires(post): coreutils'], scriptlets: `%post -p /bin/bash\n${body}`, signer: 'sample' });

const luaProbe = (result: string): readonly string[] => [
  `local file = io.open("${victim}/through-lua", "w")`,
  'if file then file:write("planted") file:close() end',
  `local host = io.open("/proc/1/root${victim}/canary")`,
  `local told = io.open("${result}", "w")`,
  'if told then told:write(file and "wrote " or "refused ", host and "read" or "nothing") told:close() end',
];

afterAll(() => {
  bystander?.kill('SIGKILL');
  for (const server of servers ?? []) server.close();
});

/** What each way out comes to; `done` nowhere. Names of error numbers are in errno(3). */
const CONTAINED: Readonly<Record<string, unknown>> = {
  'a file through an absolute link': 'ENOENT',
  'a file through ..': 'ENOENT',
  'a file below another process': 'nothing',
  'a file after chroot': 'ENOENT',
  'a folder after chroot': 'ENOENT',
  // Memory of the sandbox itself.
  'places to write in after chroot': '/dev/full /dev/null /dev/random /dev/shm /dev/urandom /dev/zero /run /tmp /var',
  'memory without a limit': 'nothing',
  'settings after chroot': expect.stringMatching(/^(?:(?:alternatives|crypto-policies|group|passwd|ld\.so\.\S+|nsswitch\.conf) ?)+$/),
  'the package cache': 'EROFS',
  'the password of a repository': 'nothing',
  'a file below an open folder': 'ENOENT',
  // The tests are root's.
  'processes without end': hasOwnPidMax(release()) ? 'an end' : 'no end',
  'memory beyond the limit': 'ENOMEM',
  'a folder of the machine': 'ENOENT',
  'a block device': 'EPERM',
  'a character device': 'EPERM',
  mount: 'EPERM',
  'bind mount': 'EPERM',
  remount: 'EPERM',
  umount: 'EPERM',
  pivot_root: 'EPERM',
  // No space for one more, or refused already since rpm changed the root.
  'a new user namespace': expect.stringMatching(/^(?:ENOSPC|EPERM)$/),
  'a new mount namespace': 'EPERM',
  'the mount namespace of process 1': 'EPERM',
  'a kernel setting': 'EROFS',
  // Not in every kernel.
  'the kernel over sysrq': expect.stringMatching(/^(?:ENOENT|EROFS)$/),
  'another file of /proc': 'EROFS',
  '/sys': 'nothing',
  'the loopback interface': 'ECONNREFUSED',
  'an address outside': 'ENETUNREACH',
  'an abstract socket': 'ECONNREFUSED',
  'a socket file': 'ENOENT',
  'the host of a virtual machine': 'EAFNOSUPPORT',
  'a raw packet': 'EAFNOSUPPORT',
  'a process of the machine': 'ESRCH',
  'the terminal': 'ENXIO',
  'a key into the session': 'EPERM',
  'the keys of the session': 'EPERM',
  'the kernel’s log': 'EPERM',
  ptrace: 'EPERM',
  'the memory of process 1': 'EROFS',
  process_vm_readv: 'EPERM',
  process_vm_writev: 'EPERM',
  kcmp: 'EPERM',
  pidfd_getfd: 'EPERM',
  bpf: 'EPERM',
  perf_event_open: 'EPERM',
  userfaultfd: 'EPERM',
  io_uring_setup: 'EPERM',
  kexec_load: expect.stringMatching(/^(?:EPERM|ENOSYS)$/),
  init_module: expect.stringMatching(/^(?:EPERM|ENOSYS)$/),
  reboot: 'EPERM',
  'the clock': 'EPERM',
  'the host name': 'EPERM',
  environments: expect.not.stringMatching(/HEW_TEST|HEW_CACHE|SSH|NODE|SUDO|USER/),
  identity: '0 0',
  no_new_privs: 1,
  // chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, sys_chroot, setfcap.
  capabilities: '00000000800401fb',
  'own files': 'done',
  owners: 'done',
  'a pipe': 'done',
  '/dev/null': 'done',
  'a local socket': 'done',
};

/** A script of the definition has the image itself around it. */
const IN_ROOT = { 'places to write in after chroot': 'done', 'settings after chroot': 'done', 'the package cache': 'none' };

/** `build`: there is no package any more. */
const DIFFERENT: Readonly<Record<string, object>> = { root: IN_ROOT, build: { 'the package cache': 'none' } };

describe('what a package or a script tries comes to nothing', () => {
  it.each([...SCRIPTLETS, 'root', 'build'])('%s', (by) => {
    expect(attack(by)).toEqual({ ...CONTAINED, ...DIFFERENT[by] });
  });

  it('Lua scriptlets, before there is a root and after', () => {
    expect(['pretrans', 'srv/lua'].map(text)).toEqual(['refused nothing', 'refused nothing']);
  });

  it('set-user-ID bits and capabilities are kept as the package says them, and gave nobody anything', () => {
    const [owner, able] = ['usr/bin/test-owner', 'usr/bin/test-able'].map((path) => entries.find((entry) => entry.path === path));
    expect(owner?.mode).toBe(0o4755);
    expect([...(able?.pax.keys() ?? [])]).toContain('SCHILY.xattr.security.capability');
  });

  it('the machine is as it was', async () => {
    expect(readdirSync(victim).sort()).toEqual(['canary', 'socket']);
    expect(readFileSync(join(victim, 'canary'), 'utf8')).toBe('alive');
    expect(reached).toEqual([]);
    expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
    expect(await settledTraces([cache, output, WORD])).toEqual(NO_TRACES);
  });

  it.each(['absolute', 'relative'])('a file through the %s link of another package ends the build, and names both', async (way) => {
    const { error, status } = await fail(way, ['filesystem', `test-${way}`]);
    expect([error.code, status]).toEqual(['install-failed', 1]);
    expect(JSON.stringify(error.problems)).toContain(`test-${way}`);
    expect(JSON.stringify(error.problems)).toContain(`/opt/${way}`);
    expect(readdirSync(victim).sort()).toEqual(['canary', 'socket']);
  });

  it('a scriptlet that ends every process that it sees ends the build alone', async () => {
    const { error, status } = await fail('killer', ['filesystem', 'bash', 'coreutils', 'test-killer']);
    expect([error.code, status]).toEqual(['tool-failed', 1]);
    expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
  });

  it('one that idles is named after a while, and a cancelled build leaves nothing of it', async () => {
    const idlers = makeCache(folder, 'idle-cache');
    const run = await runHew(['build', image('idler', ['filesystem', 'bash', 'coreutils', 'test-idler']), '--output', output], {
      env: { HEW_CACHE: idlers },
      before: ['timeout', '--kill-after=5', '120'],
      onStderr: (said, child) => {
        if (/said nothing for \d+ s; not done yet: test-idler/.test(said)) child.kill('SIGTERM');
      },
    });
    expect(run.stderr).toMatch(/said nothing for \d+ s; not done yet: test-idler/);
    expect(run.status).not.toBe(0);
    expect(await settledTraces([idlers, `${WORD}-idles`])).toEqual(NO_TRACES);
  });
});

const image = (name: string, packages: readonly string[]): string =>
  writeFiles(folder, { [`${name}.toml`]: definition(packages, TAR, './distro.toml') });
const fail = (name: string, packages: readonly string[]): Promise<Failure> => failBuild(folder, image(name, packages));
