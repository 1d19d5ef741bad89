import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { build } from '../support/hew.ts';
import { readLayout } from '../support/oci.ts';
import { testFolder } from '../support/places.ts';
import { readTar, type TarEntry } from '../support/tar.ts';
import { runTestTool } from '../support/test-tools.ts';

// Containers for one program, and those without a shell or with busybox's: what is in them, and that the program runs.
const folder = testFolder();

interface Made {
  readonly result: BuildResult;
  readonly entries: readonly TarEntry[];
  readonly config: { readonly Cmd?: readonly string[]; readonly User?: string };
  /** Runs a program inside the unpacked image. */
  readonly run: (...argv: readonly string[]) => Promise<string>;
}

const containers = new Map<string, Promise<Made>>();

/** Each is built once, by whichever test asks for it first. */
function made(image: string): Promise<Made> {
  const container = containers.get(image) ?? make(image);
  containers.set(image, container);
  return container;
}

async function make(image: string): Promise<Made> {
  const output = join(folder, image);
  const result = await build(image, output, ['--distro', 'sample']);
  const layout = join(output, `${image}-4.0.oci`);
  const { layers, config } = readLayout(layout).images[0] ?? {};
  const bundle = join(folder, `${image}-bundle`);
  await runTestTool(['umoci', 'unpack', '--image', `${layout}:4.0`, bundle], { read: [output], write: [folder] });
  return {
    result, entries: readTar(layers?.[0] ?? Buffer.alloc(0)), config: config?.config ?? {},
    run: (...argv) => runTestTool(['chroot', join(bundle, 'rootfs'), ...argv], { write: [folder] }),
  };
}

const MANAGERS = /^usr\/s?bin\/(?:rpm\w*|dnf\d?|yum|tdnf)$/;
const names = ({ entries }: Made): readonly string[] => entries.map(({ path }) => path);

describe('containers without a package manager', () => {
  it.each(['container-distroless-minimal', 'container-distroless-debug', 'busybox'])('%s has no trace of one, and no documentation', async (image) => {
    const container = await made(image);
    const left = /^(?:etc\/(?:dnf|yum\.repos\.d)|usr\/share\/(?:doc|licenses|locale)|usr\/lib\/(?:systemd|locale))(?:\/|$)|^usr\/lib\/sysimage\//;
    expect(names(container).filter((path) => MANAGERS.test(path) || left.test(path))).toEqual([]);
    expect(names(container)).toEqual(expect.arrayContaining(['var/lib/rpmmanifest/container-manifest-2', 'etc/pki/tls/certs/ca-bundle.crt']));
    const shells = names(container).filter((path) => /^usr\/bin\/(?:sh|bash|dash)$/.test(path));
    expect(shells).toEqual(image === 'container-distroless-minimal' ? [] : ['usr/bin/sh']);
    if (image === 'container-distroless-minimal') return;
    expect(await container.run('/usr/bin/sh', '-c', 'echo $((6 * 7))')).toBe('42');
  });
});

describe('containers for one program', () => {
  it.each([
    ['busybox', ['/usr/bin/busybox', 'sh'], ['/usr/bin/busybox', 'true'], ''],
    ['python', ['/usr/bin/python3'], ['/usr/bin/python3', '-c', 'print(6 * 7)'], '42'],
    ['nginx', ['/usr/sbin/nginx', '-g', 'daemon off;'], ['/usr/bin/bash', '-c', '/usr/sbin/nginx -V 2>&1'], 'nginx version'],
    ['postgres', ['/usr/local/bin/postgres-entrypoint.sh'], ['/usr/bin/postgres', '--version'], 'postgres (PostgreSQL)'],
  ])('%s starts its program, which runs', async (image, cmd, argv, says) => {
    const container = await made(image);
    expect(container.config.Cmd).toEqual(cmd);
    expect(container.config.User).toBe(image === 'postgres' ? 'postgres' : undefined);
    expect(names(container).filter((path) => MANAGERS.test(path))).toEqual([]);
    expect(await container.run(...argv)).toContain(says);
  });
});
