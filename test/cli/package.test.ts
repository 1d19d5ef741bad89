import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { builtProgram, CHECKOUT, installedPlaces, NODE } from '../support/checkout.ts';
import { testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();

describe('too old a Node', () => {
  // `execve` is what a newer Node has; the version is what bin/run.js reads.
  const pretend = (version: string, more = ''): string =>
    `data:text/javascript,${encodeURIComponent(`Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });${more}`)}`;

  it('is told what to do where no newer one is at hand', () => {
    // The program alone, without the node_modules of the checkout.
    const copy = join(folder, 'alone');
    mkdirSync(join(copy, 'bin'), { recursive: true });
    for (const name of ['bin/run.js', 'package.json']) cpSync(join(CHECKOUT, name), join(copy, name));
    const { status, stderr } = spawnSync(NODE, ['--import', pretend('18.20.4'), join(copy, 'bin/run.js'), '--version'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^hew needs Node\.js 22\.15 or newer; this is 18\.20\.4\.\nInstall a current one/);
  });

  it('hands over to the newer one of node_modules', () => {
    const other = join(folder, 'node');
    cpSync(NODE, other);
    const program = builtProgram();
    for (const more of ['', 'delete process.execve;']) {
      const { status, stdout, stderr } = spawnSync(other, ['--import', pretend('22.14.0', more), program, '--version'], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^hew\/\S+ linux-\S+ node-v2[2-9]/);
    }
  });

  it.each(['22.15.0', '24.0.0'])('%s is new enough', (version) => {
    const { status, stderr } = spawnSync(NODE, ['--import', pretend(version), builtProgram(), '--version'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('the npm package', () => {
  const installed = join(folder, 'project/node_modules/hew');
  let listed: readonly string[];

  beforeAll(() => {
    builtProgram();
    // What `npm pack` takes, without building again: bin/test has done that.
    const npm = (...args: string[]): string => execFileSync('npm', [...args, '--loglevel=error'], { cwd: CHECKOUT, encoding: 'utf8' });
    const [made] = JSON.parse(npm('pack', '--ignore-scripts', '--json', '--pack-destination', folder)) as [{ filename: string; files: { path: string }[] }];
    listed = made.files.map(({ path }) => path);
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, made.filename), '-C', installed, '--strip-components=1']);
    // The packages that npm would install with it, and no other of this checkout.
    for (const place of installedPlaces()) {
      mkdirSync(dirname(join(folder, 'project', place)), { recursive: true });
      symlinkSync(join(CHECKOUT, place), join(folder, 'project', place));
    }
  });

  it('holds the program, images, profiles and distributions, and nothing of the work on it', () => {
    expect(listed).toEqual(expect.arrayContaining([
      'bin/run.js', 'dist/cli/start.js', 'oclif.manifest.json', 'LICENSE', 'package.json',
      'images/container-base.toml', 'profiles/container.toml', 'profiles/distros/azurelinux-4.0.toml',
    ]));
    expect(listed.filter((path) => /^(src|test|\.ci|docs|bin\/(test|dev\.js|quickstart))(\/|$)|\.ts$/.test(path))).toEqual([]);
  });

  it('works outside the checkout', () => {
    const project = join(folder, 'project');
    const hew = (...args: string[]): string =>
      execFileSync(NODE, [join(installed, 'bin/run.js'), ...args], { cwd: project, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: folder } });
    expect(hew('--version')).toMatch(/^hew\//);
    expect(hew('list')).toContain('container-base');
    expect(hew('check')).toBe('all definitions are well-formed\n');
    const own = writeFiles(project, {
      'images/mine.toml': 'name = "mine"\nversion = "1"\nextends = ["container"]\ndistro = "azurelinux-4.0"\n[packages]\ninstall = ["bash"]\n[[outputs]]\nformat = "oci"\n',
    });
    expect(hew('show', 'mine')).toContain('bash');
    expect(hew('show', own)).toContain('bash');
  });
});
