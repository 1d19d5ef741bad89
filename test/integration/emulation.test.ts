import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { sampleFolder } from '../support/checkout.ts';
import { build, failureOf, runHew } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { asOrdinaryUser, onProcessor, withMounts } from '../support/processor.ts';

// A builder below the target: /proc/cpuinfo says Nehalem, so that hew has to refuse v3 or to emulate it. What really
// ran under emulation is told by the scriptlets themselves, since the processor of this machine is a better one.
const folder = testFolder();
const cache = makeCache(folder);
const env = { HEW_CACHE: cache };
const nehalem = onProcessor('Nehalem', folder);
const sample = sampleFolder();
const userCache = join(folder, 'user/cache');
const userSample = join(userCache, 'sample/current');
let image = '';

const EVIDENCE = '/usr/share/evidence';

const evidence = `
%post
exec > ${EVIDENCE}/post 2>&1
echo "loader: $(/lib64/ld-linux-x86-64.so.2 --help | grep -c 'x86-64-v3 (supported')$(/lib64/ld-linux-x86-64.so.2 --help | grep -c 'x86-64-v4 (supported')"
echo "program: $(sample-hello)"
echo "parent: $(tr '\\0' ' ' < /proc/$PPID/cmdline | cut -d ' ' -f 1)"
echo "child of a child: $(sh -c 'tr "\\0" " " < /proc/$PPID/cmdline | cut -d " " -f 1')"
echo "own program: $(readlink /proc/self/exe)"
%posttrans -p <lua>
local file = io.open("${EVIDENCE}/lua", "w")
local maps = io.open("/proc/self/cmdline"):read("a")
file:write((maps:gsub("%z.*", "")))
file:close()
`;

/** Installed after what scriptlets start: a root without its file system cannot run any. */
const afterwards = (...more: readonly string[]): readonly string[] =>
  ['filesystem', 'glibc', 'bash', 'coreutils', 'grep', ...more].map((name) => `Requires(post): ${name}`);

beforeAll(async () => {
  const local = join(folder, 'repository');
  await makePackages(local, [
    { name: 'evidence', preamble: afterwards('sample-hello'), files: { [`${EVIDENCE}/about`]: 'evidence' }, scriptlets: evidence, signer: 'sample' },
    { name: 'sleeper', preamble: afterwards(), scriptlets: '%post\nsleep 60\n', signer: 'sample' },
  ]);
  await publish(local);
  const keys = [join(sample, 'keys/RPM-GPG-KEY-sample')];
  const packages = ['bash', 'filesystem', 'coreutils', 'iputils', 'sample-hello'];
  const distro = (base: string, signers: readonly string[]): string =>
    distribution([
      { id: 'base', url: `file://${base}/x86_64`, keys: signers },
      { id: 'base-v3', url: `file://${base}/x86_64_v3`, keys: signers },
      { id: 'local', url: `file://${local}`, keys: signers },
    ]).replace(/(id = "base-v3"[^[]*level = )"v1"/, '$1"v3"');
  image = writeFiles(folder, {
    'test.toml': definition([...packages, 'evidence'], '', './distro.toml'),
    'sleeper.toml': definition(['bash', 'filesystem', 'coreutils', 'sleeper'], '', './distro.toml'),
    'distro.toml': distro(join(sample, 'repos/base'), keys),
    'user.toml': definition([...packages, 'evidence'], '', './user-distro.toml'),
    'user-distro.toml': distro(join(userSample, 'repos/base'), [join(userSample, 'keys/RPM-GPG-KEY-sample')]),
  });
});

describe('a v3 image on a machine that lacks v3', () => {
  it('is refused before anything is downloaded or run, with the missing flags named', async () => {
    const run = await runHew(['build', image, '--level', 'v3', '--output', join(folder, 'refused'), '--json', '--verbose'], { env, before: nehalem });
    expect(run.status).toBe(1);
    const error = failureOf(run);
    expect(error.code).toBe('builder-below-target');
    expect(error.message).toMatch(/lacks avx, avx2, bmi1, bmi2, f16c, fma, abm, movbe, xsave$/);
    expect(error.problems[0]?.hint).toMatch(/--emulate/);
    expect(run.stderr).not.toMatch(/^\+ /m);
    expect(existsSync(join(cache, 'packages'))).toBe(false);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it('is not refused by a machine that has it: the refusal is about the flags', async () => {
    const run = await runHew(['build', image, '--level', 'v3', '--output', join(folder, 'haswell'), '--json'], { env, before: onProcessor('Haswell', folder) });
    // A machine without v3 cannot take part in this: its own loader disagrees with the list.
    expect(run.status === 0 || failureOf(run).message.includes('glibc')).toBe(true);
  });

  describe('with --emulate', () => {
    const output = join(folder, 'emulated');
    const read = (name: string): string => readFileSync(join(output, 'test-1.root', EVIDENCE, name), 'utf8');
    const handlers = (): readonly string[] => readdirSync('/proc/sys/fs/binfmt_misc');
    const before = handlers();
    const during = new Set<string>();
    let commands = '';
    let emulated: BuildResult;

    beforeAll(async () => {
      emulated = await build(image, output, ['--level', 'v3', '--emulate', '--no-cache', '--keep-root', '--verbose'], {
        env,
        before: nehalem,
        onStderr: (text) => {
          commands += text;
          for (const name of handlers()) during.add(name);
        },
      });
    });

    it('builds, by programs that --verbose names', () => {
      expect(commands).toMatch(/^\+ .* nsenter --user=.* dnf5 .* replay /m);
      expect(readdirSync(output).some((name) => name.includes('v3'))).toBe(true);
    });

    it('ran its scriptlets on a processor with v3 and without v4', () => {
      expect(read('post')).toMatch(/^loader: 10$/m);
    });

    it('ran a v3 program of the image in a scriptlet', () => {
      expect(read('post')).toMatch(/^program: sample-hello 1\.0 built for x86-64-v3, library for x86-64-v3: 30$/m);
    });

    it('emulated what scriptlets start, and not the package manager', () => {
      expect(read('post')).toMatch(/^parent: dnf5$/m);
      expect(read('post')).toMatch(/^child of a child: qemu-x86_64$/m);
      expect(read('lua')).toBe('dnf5');
    });

    it('let programs see themselves and not the emulator', () => {
      expect(read('post')).toMatch(/^own program: \/usr\/bin\/readlink$/m);
    });

    it('never showed a handler to the rest of the machine, and left none', async () => {
      expect([...during].sort()).toEqual([...before].sort());
      expect(handlers()).toEqual(before);
      expect(await settledTraces([cache])).toEqual(NO_TRACES);
      expect(keepers()).toEqual([]);
    });

    it('makes the same packages as a machine with v3', async () => {
      const native = await build(image, join(folder, 'native'), ['--level', 'v3', '--no-cache'], { env });
      expect(emulated.packages).toEqual(native.packages);
      // What the scriptlet writes names whoever started it.
      const audited = ({ audit }: typeof native): unknown => audit?.map((one) => ({ ...one, counts: { ...one.counts, bytes: 0 } }));
      expect(audited(emulated)).toEqual(audited(native));
    });
  });

  it('is emulated for an ordinary user with subordinate ids too', async () => {
    chmodSync(folder, 0o755);
    mkdirSync(userCache, { recursive: true });
    const before = [...nehalem, ...asOrdinaryUser(userCache)];
    const output = join(userCache, 'out');
    const user = { HEW_CACHE: userCache, HOME: userCache };
    await build(join(folder, 'user.toml'), output, ['--level', 'v3', '--emulate', '--keep-root'], { env: user, before });
    const post = readFileSync(join(output, 'test-1.root', EVIDENCE, 'post'), 'utf8');
    expect(post).toMatch(/^loader: 10$/m);
    expect(post).toMatch(/^parent: dnf5$/m);
    expect(post).toMatch(/^program: sample-hello 1\.0 built for x86-64-v3, /m);
    expect(statSync(join(output, 'test-1.root')).uid).toBe(65_534);
  });

  it('leaves no handler and no process when hew is killed in a scriptlet', async () => {
    const output = join(folder, 'killed');
    const run = await runHew(['build', join(folder, 'sleeper.toml'), '--level', 'v3', '--emulate', '--output', output, '--verbose'], {
      env,
      before: nehalem,
      onStderr: (text, child) => {
        if (/^\+ .* nsenter --user=.* replay /m.test(text)) setTimeout(() => process.kill(child.pid ?? 0, 'SIGKILL'), 1_500);
      },
    });
    expect(run.signal).toBe('SIGKILL');
    const { processes, mounts } = await settledTraces([cache]);
    expect({ processes, mounts }).toEqual({ processes: [], mounts: [] });
    expect(keepers()).toEqual([]);
  });

  it('cannot be v4, which QEMU does not know', async () => {
    const run = await runHew(['build', image, '--level', 'v4', '--emulate', '--output', output('v4'), '--json'], { env, before: nehalem });
    expect(run.status).toBe(1);
    expect(failureOf(run)).toMatchObject({ code: 'emulation-unavailable', message: expect.stringMatching(/AVX-512/) as string });
  });

  it('is refused with what is needed where the kernel has no binfmt_misc for namespaces', async () => {
    // A mount(8) that answers as an older kernel does.
    const real = spawnSync('sh', ['-c', 'readlink -f "$(command -v mount)"'], { encoding: 'utf8' }).stdout.trim();
    const fake = writeFiles(folder, {
      'old-mount': `#!/bin/sh\ncase " $* " in *" binfmt_misc "*) echo 'mount: binfmt_misc: permission denied.' >&2; exit 32;; esac\nexec '${folder}/real-mount' "$@"\n`,
    });
    const mounts = `cp '${real}' '${folder}/real-mount'; chmod +x '${fake}'; mount --bind '${fake}' '${real}'`;
    const run = await runHew(['build', image, '--level', 'v3', '--emulate', '--no-cache', '--output', output('old'), '--json'], {
      env, before: [...nehalem, ...withMounts(mounts)],
    });
    expect(run.status).toBe(1);
    const error = failureOf(run);
    expect(error).toMatchObject({ code: 'emulation-unavailable', message: expect.stringMatching(/permission denied/) as string });
    expect(error.problems[0]?.hint).toMatch(/Linux 6\.7.*CONFIG_BINFMT_MISC/);
  });
});

const output = (name: string): string => join(folder, name);

/** Processes that hold a handler of this cache's builds. */
function keepers(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(':hew:M:') && readlinkSync(`/proc/${pid}/cwd`).includes(folder);
    } catch {
      return false;
    }
  });
}
