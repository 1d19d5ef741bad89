import { describe, expect, it } from 'vitest';

import { loadDefinition } from '../../../src/definition/index.ts';
import { makeLockFile } from '../../../src/packages/lock-file.ts';
import { formatLock } from '../../../src/packages/lock-format.ts';
import { parseLock } from '../../../src/packages/lock-parse.ts';
import { staleReasons } from '../../../src/packages/lock-stale.ts';
import { packagesFor } from '../../../src/plan/packages-for.ts';
import { dnfFiles, localPaths } from '../../../src/packages/dnf5/settings.ts';
import type { BuilderFacts } from '../../../src/plan/targets.ts';
import type { Plan } from '../../../src/plan/types.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { DISTRO, HEAD, memory, OCI } from '../definition/memory.ts';

const plan = async (text: string, folder = '/work', builder: BuilderFacts = { architecture: 'x86_64' }, files: Readonly<Record<string, string>> = {}) =>
  makePlan(await loadDefinition(memory({ ...files, [`${folder}/images/web.toml`]: `${HEAD}${text}` }), `${folder}/images/web.toml`), builder);

const PATHS = { settings: '/s', cache: '/c', hewCache: '/h' };

describe('makePlan', () => {
  it('asks for packages by the names of the distribution, sorted, once each', async () => {
    const { packages } = await plan(`[packages]\ninstall = ["web", "release-container", "bash", "web"]\nexclude = ["*-doc"]\n${OCI}`);
    expect(packages).toMatchObject({ install: ['bash', 'test-release', 'web'], exclude: ['*-doc'], weakDependencies: false, docs: false });
  });

  it('goes the steps of a container, with the tools that they start', async () => {
    const { steps } = await plan(`[packages]\ninstall = ["bash"]\n[[outputs]]\nformat = "oci"\ncompression = "gzip"\n`);
    expect(steps.map(({ id }) => id)).toEqual(expect.arrayContaining(['resolve', 'verify', 'install', 'configure', 'clean', 'pack', 'publish']));
    expect(steps.find(({ id }) => id === 'pack')?.tools).toEqual(expect.arrayContaining(['tar', 'igzip']));
  });

  it('goes the steps of a disk, with the tools of the file systems that it has', async () => {
    const toolsOf = async (boot: string, partitions: string) => {
      const { steps } = await plan(`[boot]\n${boot}[disk]\n${partitions}[[outputs]]\nformat = "raw"\n`);
      return steps.filter(({ id }) => id === 'boot' || id === 'disk').map(({ tools }) => tools);
    };
    const partition = (mount: string, filesystem?: string): string =>
      `[[disk.partitions]]\nmount = "${mount}"\n${filesystem === undefined ? '' : `filesystem = "${filesystem}"\n`}`;
    expect(await toolsOf('', `${partition('/boot/efi')}${partition('/')}`)).toEqual([
      ['sh', 'zstd', 'igzip', 'ukify', 'setfiles', 'rpm'], ['sfdisk', 'find', 'mv', 'cp', 'mkfs.vfat', 'mmd', 'mcopy', 'mkfs.ext4'],
    ]);
    expect(await toolsOf('firmware = "bios"\nloader = "grub2"\n', `${partition('/', 'xfs')}${partition('/srv', 'btrfs')}${partition('swap')}`)).toEqual([
      ['sh', 'zstd', 'igzip', 'setfiles', 'rpm'], ['sfdisk', 'find', 'mv', 'cp', 'mkfs.xfs', 'qemu-img', 'mkfs.btrfs', 'mkswap'],
    ]);
  });

  describe('of several architectures', () => {
    const BOTH = `[hardware]\narch = ["x86_64", "aarch64"]\nlevel = ["baseline", "v3"]\n${OCI}`;
    const targetsOf = ({ targets }: Plan): readonly string[] => targets.map(({ arch, level }) => `${arch} ${level}`);

    it('takes that of the builder, and says what is left to others', async () => {
      const [x86, arm] = await Promise.all([plan(BOTH), plan(BOTH, '/work', { architecture: 'aarch64' })]);
      expect([targetsOf(x86), x86.skippedArchitectures]).toEqual([['x86_64 baseline', 'x86_64 v3'], ['aarch64']]);
      expect([targetsOf(arm), arm.skippedArchitectures]).toEqual([['aarch64 baseline'], ['x86_64']]);
      expect((await plan(OCI)).skippedArchitectures).toBeUndefined();
    });

    it('takes all of them for a lock', async () => {
      const made = await plan(BOTH, '/work', { architecture: 'x86_64', everyArchitecture: true });
      expect([targetsOf(made), made.skippedArchitectures]).toEqual([['x86_64 baseline', 'x86_64 v3', 'aarch64 baseline'], undefined]);
    });

    it('asks each for a package by the name that it has there', async () => {
      const distro = DISTRO.replace('release-container =', 'loader = { x86_64 = "loader-x64", aarch64 = "loader-aa64" }\nrelease-container =');
      const text = `[packages]\ninstall = ["loader", "bash"]\nexclude = ["loader-debug"]\n${BOTH}`;
      const files = { 'profiles/distros/test.toml': distro };
      const made = await plan(text, '/work', { architecture: 'x86_64', everyArchitecture: true }, files);
      expect(made.packages.install).toEqual(['bash']);
      expect(packagesFor(made, 'x86_64')).toMatchObject({ install: ['bash', 'loader-x64'], exclude: ['loader-debug'] });
      expect(packagesFor(made, 'aarch64').install).toEqual(['bash', 'loader-aa64']);
      // A lock of both answers a machine that builds one of them.
      const [own, arm] = await Promise.all(['x86_64' as const, 'aarch64' as const].map((architecture) => plan(text, '/work', { architecture }, files)));
      if (own === undefined || arm === undefined) throw new Error('no plan');
      const lock = makeLockFile(made, []);
      expect(lock.request.targets.map(({ install }) => install)).toEqual([['loader-aa64'], ['loader-x64'], ['loader-x64']]);
      for (const one of [own, arm]) expect(staleReasons(parseLock(formatLock(lock), 'a.lock.yaml'), one)).toEqual([]);
      const renamed = await plan(text, '/work', { architecture: 'aarch64' }, { 'profiles/distros/test.toml': distro.replace('loader-aa64', 'loader-arm') });
      expect(staleReasons(lock, renamed)).toEqual(['package of aarch64-baseline loader-arm is asked for since', 'package of aarch64-baseline loader-aa64 is asked for no more']);
    });

    it('gives each its own kernel arguments', async () => {
      const { configuration } = await plan(`${BOTH}[system]\nkernel-cmdline = ["quiet"]\n[system.kernel-cmdline-by-arch]\naarch64 = ["console=ttyAMA0"]\n`);
      expect(configuration.system['kernel-cmdline-by-arch']).toEqual({ aarch64: ['console=ttyAMA0'] });
    });
  });

  it('is known by a digest that changes with what is asked for', async () => {
    const [one, same, other] = await Promise.all([
      plan(`[packages]\ninstall = ["a"]\n${OCI}`), plan(`[packages]\ninstall = ["a"]\n${OCI}`), plan(`[packages]\ninstall = ["b"]\n${OCI}`),
    ]);
    expect(one.digest).toBe(same.digest);
    expect(one.digest).not.toBe(other.digest);
  });

  it('has one digest in every folder and on every machine, whatever files it names', async () => {
    const text = `${OCI}[packages]\ninstall = ["a"]\nlocal = ["a.rpm"]\n[[files]]\npath = "/a"\nsource = "files/a"\n[[scripts]]\nrun = "post.sh"\n`
      + `[[repositories]]\nid = "own"\nbaseurl = "https://me:pw@example.invalid/"\ngpgkey = ["own.asc"]\n`;
    const [one, other] = await Promise.all([plan(text, '/work'), plan(text, '/somewhere/else')]);
    expect(JSON.stringify(other)).toContain('/somewhere/else/');
    expect(other.digest).toBe(one.digest);
    expect((await plan(text.replace('files/a', 'files/b'))).digest).not.toBe(one.digest);
    expect((await plan(text.replace('me:pw@', 'you:other@'))).digest).toBe(one.digest);
  });

  it('has a digest from which no password can be guessed', async () => {
    const withPassword = (password: string): Promise<Plan> =>
      plan(`${OCI}[system]\nroot-password = "${password}"\nallow-plain-text-passwords = "A lab."\n`);
    const hash = (letter: string): string => `$6$saltsalt$${letter.repeat(20)}`;
    const [a, b, c, d] = await Promise.all([withPassword('hunter2'), withPassword('other'), withPassword(hash('a')), withPassword(hash('b'))]);
    expect(a.digest).toBe(b.digest);
    expect(new Set([a.digest, c.digest, d.digest]).size).toBe(3);
  });
});

describe('settings of dnf5', () => {
  it('say no to everything that was not asked for', async () => {
    const made = await plan(`[packages]\ninstall = ["a"]\nlanguages = ["C.utf8", "de"]\nexclude = ["x*"]\n${OCI}`);
    const [target] = made.targets;
    if (target === undefined) throw new Error('no target');
    const files = dnfFiles({ plan: made, target, keys: new Map([['base', ['/k.asc']]]), paths: PATHS });
    const main = files.get('/s/dnf.conf') ?? '';
    for (const line of ['plugins=0', 'install_weak_deps=0', 'tsflags=nodocs', 'excludepkgs=x*', 'gpgcheck=1', 'skip_if_unavailable=0']) {
      expect(main.split('\n')).toContain(line);
    }
    expect(files.get('/s/repos.d/hew.repo')?.split('\n')).toEqual(expect.arrayContaining([
      '[base]', `baseurl=https://example.invalid/${made.distribution.releasever}/x86_64`, 'gpgcheck=1', 'repo_gpgcheck=1', 'gpgkey=file:///k.asc',
    ]));
    expect(files.get('/s/.config/rpm/macros')?.split('\n')).toContain('%_install_langs C.utf8:de');
    expect(localPaths({ plan: made, target, paths: PATHS })).toEqual([]);
  });
});
