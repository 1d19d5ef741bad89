import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { sampleFolder } from '../support/checkout.ts';
import { build } from '../support/hew.ts';
import { readLayout } from '../support/oci.ts';
import { makeCache, testFolder } from '../support/places.ts';
import { readTar, type TarEntry } from '../support/tar.ts';
import { runTestTool } from '../support/test-tools.ts';

const folder = testFolder();
const output = join(folder, 'out');
const layout = join(output, 'container-distroless-base-4.0.oci');
const rootfs = join(folder, 'bundle/rootfs');
let result: BuildResult;
let entries: readonly TarEntry[];

beforeAll(async () => {
  result = await build('container-distroless-base', output, ['--distro', 'sample'], { env: { HEW_CACHE: makeCache(folder) } });
  entries = readTar(readLayout(layout).images[0]?.layers[0] ?? Buffer.alloc(0));
  await runTestTool(['umoci', 'unpack', '--image', `${layout}:4.0`, join(folder, 'bundle')], { read: [output], write: [folder] });
});

const names = (): readonly string[] => entries.map(({ path }) => path);

describe('container-distroless-base', () => {
  it('has no shell', () => {
    const shells = /^usr\/(s?bin|local\/s?bin)\/(sh|bash|dash|zsh|ksh|rbash|busybox)$/;
    expect(names().filter((path) => shells.test(path))).toEqual([]);
    expect(result.packages.map(({ name }) => name)).not.toContain('bash');
  });

  it('has no package manager and no package database', () => {
    const managers = /^usr\/s?bin\/(rpm\w*|dnf\d?|yum|tdnf)$|^usr\/lib\/sysimage\/|rpmdb\.sqlite|^var\/lib\/(rpm|dnf)(\/|$)/;
    expect(names().filter((path) => managers.test(path))).toEqual([]);
  });

  it('leaves no script together with its interpreter: that would be a way in', () => {
    const bin = new Set(names().map((path) => path.slice(path.lastIndexOf('/') + 1)));
    const working = entries.filter(({ content, type, path, mode }) => {
      const interpreter = /^#! ?(\S+)/.exec(content.subarray(0, 128).toString('latin1'))?.[1];
      return type === 'file' && (mode & 0o111) !== 0 && /^usr\/s?bin\//.test(path) && interpreter !== undefined &&
        bin.has(interpreter.slice(interpreter.lastIndexOf('/') + 1));
    });
    expect(working.map(({ path }) => path)).toEqual([]);
  });

  it('runs a program that is linked dynamically', async () => {
    expect(await runTestTool(['chroot', rootfs, '/usr/bin/getent', 'passwd', 'root'], { write: [folder] })).toContain('root:x:0:0');
  });

  it('tells scanners what is in it: ten fields a package, as Azure Linux writes them', () => {
    const lines = readFileSync(join(rootfs, 'var/lib/rpmmanifest/container-manifest-2'), 'utf8').trimEnd().split('\n');
    const rows = lines.map((line) => line.split('\t'));
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => 10));
    expect(rows.map(([name]) => name).sort()).toEqual(result.packages.map(({ name }) => name).sort());
    for (const [, versionRelease = '', installed = '', built = '', vendor, , size = '', arch = '', , source = ''] of rows) {
      expect(versionRelease).toMatch(/^[^-]+-[^-]+$/);
      expect([Number(installed), Number(built), Number(size)].every((value) => Number.isInteger(value))).toBe(true);
      expect(vendor).toBe('Sample Linux');
      expect(['x86_64', 'noarch']).toContain(arch);
      expect(source).toMatch(/\.src\.rpm$/);
    }
    const first = readFileSync(join(rootfs, 'var/lib/rpmmanifest/container-manifest-1'), 'utf8').trimEnd().split('\n');
    expect(first).toHaveLength(rows.length);
  });

  it('has packages with files of their own, and none of those that were removed', () => {
    const glibc = entries.filter(({ path }) => path.endsWith('libc.so.6'));
    expect(glibc).not.toEqual([]);
    const removed = ['bash', 'coreutils', 'p11-kit', 'ncurses-libs', 'rpm', 'dnf5'];
    expect(result.packages.filter(({ name }) => removed.includes(name))).toEqual([]);
  });

  it('has certificates that work: the bundle verifies every root in it', async () => {
    const bundle = join(rootfs, 'etc/pki/tls/certs/ca-bundle.crt');
    const certificates = readFileSync(bundle, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    expect(certificates.length).toBeGreaterThan(100);
    for (const pem of [certificates[0], certificates.at(-1)]) {
      const told = await runTestTool(['openssl', 'verify', '-no_check_time', '-no-CApath', '-CAfile', bundle], { read: [folder], input: `${pem ?? ''}\n` });
      expect(told).toBe('stdin: OK');
    }
    // The places where OpenSSL itself and Go's crypto/x509 look.
    for (const path of ['etc/ssl/certs/ca-certificates.crt', 'etc/pki/tls/cert.pem', 'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem']) {
      expect(readFileSync(join(rootfs, path), 'utf8')).toBe(readFileSync(bundle, 'utf8'));
    }
  });

  it('is smaller than what its definition allows', () => {
    expect(result.packages.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(100 * 1024 ** 2);
    expect(readdirSync(join(sampleFolder(), 'repos/base/x86_64')).some((name) => name.startsWith('bash-'))).toBe(true);
  });
});
