import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ToolError } from '../../../../src/errors.ts';
import { sandboxArguments } from '../../../../src/host/sandbox.ts';
import type { PlannedFile, PlannedScript } from '../../../../src/plan/types.ts';
import { checkInputs } from '../../../../src/rootfs/inputs.ts';
import { placeFiles } from '../../../../src/rootfs/system/files.ts';
import { runScripts } from '../../../../src/rootfs/system/scripts.ts';
import { codesOf, testRoot } from './support.ts';

const file = (fields: Partial<PlannedFile>): PlannedFile => ({ path: '/srv/a', mode: 0o644, owner: 'root', group: 'root', ...fields });

describe('files of the definition', () => {
  it('keep their bytes', async () => {
    const { system, root, folder, owners } = testRoot({ 'etc/passwd': 'a:x:7:8::/:/bin/sh\n', 'etc/group': 'g:x:9:\n' });
    const bytes = Buffer.from([0, 255, 10, 13, 10, 128]);
    writeFileSync(join(folder, 'definition/blob'), bytes);
    await placeFiles(system({}, { files: [file({ source: join(folder, 'definition/blob'), owner: 'a', group: 'g' })] }));
    expect(readFileSync(join(root, 'srv/a')).equals(bytes)).toBe(true);
    expect(owners.get('/srv/a')).toBe('7:9');
  });

  it('may come from links that stay beside the definition', async () => {
    const { system, root, folder } = testRoot({});
    writeFileSync(join(folder, 'definition/real'), 'x');
    symlinkSync('real', join(folder, 'definition/link'));
    await placeFiles(system({}, { files: [file({ source: join(folder, 'definition/link') })] }));
    expect(readFileSync(join(root, 'srv/a'), 'utf8')).toBe('x');
  });

  it.each([
    ['a link to a file elsewhere', 'link', 'source-outside'],
    ['a folder that is a link elsewhere', 'elsewhere/secret', 'source-outside'],
    ['nothing', 'none', 'source-missing'],
    ['a link to nothing', 'dangling', 'source-missing'],
    ['a folder', 'folder', 'source-is-folder'],
  ])('are refused where the source is %s', async (_what, name, code) => {
    const { system, root, folder } = testRoot({});
    const place = join(folder, 'definition');
    mkdirSync(join(folder, 'private'));
    writeFileSync(join(folder, 'private/secret'), 'secret');
    symlinkSync('../private/secret', join(place, 'link'));
    symlinkSync('../private', join(place, 'elsewhere'));
    symlinkSync('nothing', join(place, 'dangling'));
    mkdirSync(join(place, 'folder'));
    const { host, plan, ...rest } = system({}, { files: [file({ source: join(place, name) })] });
    expect(await codesOf(placeFiles({ host, plan, ...rest }))).toEqual([code]);
    expect(await codesOf(checkInputs(host, plan.inputs))).toEqual([code]);
    expect(existsSync(join(root, 'srv/a'))).toBe(false);
  });

  it('never land outside the image', async () => {
    const { system, root, folder } = testRoot({});
    mkdirSync(join(folder, 'outside'));
    symlinkSync('/', join(root, 'srv'));
    symlinkSync('../../../../../../..', join(root, 'usr/up'));
    symlinkSync(join(folder, 'outside'), join(root, 'usr/out'));
    symlinkSync(join(folder, 'outside/passwd'), join(root, 'etc/target'));
    await placeFiles(system({}, {
      files: ['/srv/one', '/usr/up/two', '/usr/out/three', '/etc/target'].map((path) => file({ path, content: path })),
    }));
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
    expect(readFileSync(join(root, 'one'), 'utf8')).toBe('/srv/one');
    expect(readFileSync(join(root, 'two'), 'utf8')).toBe('/usr/up/two');
    expect(readFileSync(join(root, 'etc/target'), 'utf8')).toBe('/etc/target');
  });

  it('cannot take the place of a folder, nor belong to a stranger', async () => {
    const { system } = testRoot({ 'srv/a/b': '' });
    expect(await codesOf(placeFiles(system({}, { files: [file({ content: '' })] })))).toEqual(['file-is-folder']);
    expect(await codesOf(placeFiles(system({}, { files: [file({ path: '/x', content: '', owner: 'stranger' })] })))).toEqual(['unknown-account']);
  });
});

const script = (fields: Partial<PlannedScript>): PlannedScript =>
  ({ name: 'one', args: [], env: [], in: 'root', network: false, onFailure: 'stop', content: 'true', ...fields });
const SHELL = { 'bin/sh': '', 'usr/bin/python3': '' };

describe('scripts', () => {
  it.each([
    [{}, ['/bin/sh', '/run/hew-script']],
    [{ content: '#!/usr/bin/python3 -I\n', args: ['a b'] }, ['/usr/bin/python3', '-I', '/run/hew-script', 'a b']],
    [{ content: '#!/usr/bin/none\n', interpreter: '/usr/bin/python3' }, ['/usr/bin/python3', '/run/hew-script']],
  ])('%j run as %j', async (fields, argv) => {
    const { system, ran, root, folder } = testRoot(SHELL);
    await runScripts(system({}, { scripts: [script({ ...fields, env: ['A=b=c', 'EMPTY='] })] }));
    expect(ran[0]).toMatchObject({ tool: '/bin/sh', args: ['-c', "trap '' 25; ulimit -f 4194304; exec \"$@\" 2>&1", '/bin/sh', ...argv], env: { A: 'b=c', EMPTY: '' } });
    expect(ran[0]?.view).toEqual({ root, network: false, place: { '/run/hew-script': join(folder, 'scripts/script-1') } });
  });

  it('outside the image find it in $HEW_ROOT and where installers have it', async () => {
    const { system, ran, root, folder } = testRoot({});
    await runScripts(system({}, { scripts: [script({ in: 'build' })] }));
    expect(ran[0]?.env).toMatchObject({ HEW_ROOT: root });
    expect(ran[0]?.view).toEqual({
      installroot: root, installrootAt: ['/mnt/sysimage', '/mnt/sysroot'], network: false, place: { '/run/hew-script': join(folder, 'scripts/script-1') },
    });
  });

  it('need their interpreter in the image', async () => {
    const { system, ran } = testRoot(SHELL);
    expect(await codesOf(runScripts(system({}, { scripts: [script({ content: '#!/usr/bin/perl\n' })] })))).toEqual(['interpreter-missing']);
    expect(ran).toEqual([]);
  });

  it('keep to their order and leave a log, never through a link out of the image', async () => {
    const { system, root, folder } = testRoot(SHELL, (_command, { onLine }) => {
      onLine?.('told', 'stdout');
      return '';
    });
    symlinkSync(join(folder, 'outside.log'), join(root, 'etc/log'));
    await runScripts(system({}, { scripts: [script({ log: '/etc/log' }), script({ name: 'two' })] }));
    expect(existsSync(join(folder, 'outside.log'))).toBe(false);
    expect(readFileSync(join(root, 'etc/log'), 'utf8')).toBe('told\n');
  });

  const failing = (status: number | undefined) => testRoot(SHELL, (_command, { onLine }) => {
    onLine?.('the reason', 'stderr');
    throw new ToolError({ code: 'tool-failed', message: '/bin/sh was ended by SIGKILL' }, { commandLine: 'x', stdout: '', stderr: '', status });
  });

  it('that fail stop the build, and say why', async () => {
    const { system, ran } = failing(3);
    const failure = await runScripts(system({}, { scripts: [script({ name: 'setup' }), script({})] })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'script-failed', message: 'script setup ended with status 3', problems: [{ hint: 'the reason' }] });
    expect(ran).toHaveLength(1);
    const killed = await runScripts(failing(undefined).system({}, { scripts: [script({})] })).catch((error: unknown) => error);
    expect(killed).toMatchObject({ code: 'script-failed', message: 'script one did not end by itself (/bin/sh was ended by SIGKILL)' });
  });

  it('that may fail are told of, and the next one runs', async () => {
    const { system, ran, notices } = failing(3);
    await runScripts(system({}, { scripts: [script({ onFailure: 'ignore' }), script({ onFailure: 'ignore' })] }));
    expect(ran).toHaveLength(2);
    expect(notices[0]).toContain('script one ended with status 3');
  });

  it('that may reach the network get the builder’s name servers for that time only', async () => {
    const { system, ran, root, notices } = testRoot(SHELL, () => '');
    await runScripts(system({}, { scripts: [script({ network: true })] }));
    expect(notices).toEqual(['script one shares the machine’s network, loopback interface and abstract sockets included']);
    expect(ran[0]?.view).toMatchObject({ network: true });
    expect(existsSync(join(root, 'etc/resolv.conf'))).toBe(false);
  });
});

describe('the sandbox', () => {
  const tools = { path: '/tree' };
  const WORKSPACE = 4 * 1024 ** 3;
  it('gives the right to set labels to labelling alone', () => {
    expect(sandboxArguments({ write: ['/r'] }, tools, WORKSPACE)).not.toContain('CAP_SYS_ADMIN');
    expect(sandboxArguments({ root: '/r' }, tools, WORKSPACE)).not.toContain('CAP_SYS_ADMIN');
    expect(sandboxArguments({ write: ['/r'], labels: true }, tools, WORKSPACE)).toContain('CAP_SYS_ADMIN');
  });

  it('shows a root at several places, each with its own /proc, and files at another place read-only', () => {
    const line = sandboxArguments({ installroot: '/r', installrootAt: ['/mnt/sysimage'], place: { '/run/x': '/s' } }, tools, WORKSPACE).join(' ');
    for (const part of ['--bind /r /r --proc /r/proc', '--bind /r /mnt/sysimage --proc /mnt/sysimage/proc', '--ro-bind /s /run/x']) {
      expect(line).toContain(part);
    }
  });
});
