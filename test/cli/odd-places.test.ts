import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { builtProgram, NODE } from '../support/checkout.ts';
import { makeCache, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const HEW = `'${NODE}' '${builtProgram()}'`;

/** Runs a command line of a shell in which `hew` is hew; ended after a minute, which no answer takes. */
function shell(line: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `set -o pipefail; hew() { ${HEW} "$@"; }; ${line}`], {
    cwd: folder, encoding: 'utf8', timeout: 60_000, env: { PATH: process.env['PATH'] ?? '', HEW_CACHE: join(folder, 'cache'), ...env },
  });
  return { status, stdout, stderr };
}

const isPlain = (text: string): boolean => !/^\s+at |defect|Warning|node:internal/m.test(text);

it.each([
  ['a full disk takes no results', 'hew list > /dev/full', 1, 'error: standard output cannot be written: ENOSPC'],
  ['a full disk takes no JSON', 'hew list --json > /dev/full', 1, 'error: standard output cannot be written: ENOSPC'],
  ['a full disk takes no error either', 'HEW_TOOLS=x hew list --json > /dev/full', 2, 'error: standard output cannot be written: ENOSPC'],
  ['a reader closes its pipe', 'hew list | head -1', 0, ''],
  ['a reader was never there', 'hew list | true', 0, ''],
  ['standard output is closed', 'hew list >&-', 0, ''],
  ['standard error is full', 'hew list 2> /dev/full > /dev/null', 0, ''],
  ['the working folder was removed', 'mkdir gone && cd gone && rmdir ../gone && hew list', 2, 'error: the current folder no longer exists'],
  ['there is no home', 'unset HEW_CACHE; hew list > /dev/null', 0, ''],
  ['nothing can be made in the cache folder', 'HEW_CACHE=/proc/none hew inspect .', 1, "mkdir '/proc/none'"],
  ['a setting is no word', 'HEW_TOOLS=hsot hew list', 2, 'error: the environment variable HEW_TOOLS is not what it takes: "hsot"'],
  ['a setting is no size', 'HEW_WORKSPACE_SIZE=banana hew inspect .', 2, 'error: the environment variable HEW_WORKSPACE_SIZE is not what it takes: "banana"'],
  ['a setting brings options of mount', 'HEW_WORKSPACE_SIZE=1G,mode=0777 hew inspect .', 2, 'HEW_WORKSPACE_SIZE is not what it takes'],
  ['a setting is more than the machine has', 'HEW_WORKSPACE_SIZE=900T hew inspect .', 2, 'HEW_WORKSPACE_SIZE is more than the'],
])('%s', (_what, line, expected, message) => {
  const { status, stderr } = shell(line);
  expect([status, isPlain(stderr)], stderr).toEqual([expected, true]);
  expect(stderr).toMatch(message === '' ? /^$/ : message);
});

const TOML = `
name = "test"
version = "1"
extends = ["container"]
distro = "sample"
[packages]
install = ["filesystem"]
[[outputs]]
format = "oci"
`;

it.each([
  ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ['a device', (path: string) => symlinkSync('/dev/zero', path)],
  ['a folder', (path: string) => mkdirSync(path)],
])('%s in the place of a file of a definition is refused by name', (kind, make) => {
  const place = join(folder, kind.replaceAll(' ', '-'));
  mkdirSync(place);
  for (const name of ['image.toml', 'image.yaml', 'kickstart.ks', 'source']) make(join(place, name));
  writeFiles(place, { 'locked.toml': TOML, 'files.toml': `${TOML}[[files]]\npath = "/etc/x"\nsource = "source"\n` });
  make(join(place, 'locked.lock.yaml'));
  const cache = makeCache(place);
  for (const [args, name] of [
    ['check image.toml', 'image.toml'], ['check image.yaml', 'image.yaml'], ['check kickstart.ks', 'kickstart.ks'], ['kickstart check kickstart.ks', 'kickstart.ks'],
    ['lock locked.toml --check', 'locked.lock.yaml'], ['build files.toml', 'source'], ['inspect source', 'source'],
  ] as const) {
    if (kind === 'a folder' && args === 'inspect source') continue;
    const { status, stderr } = shell(`cd '${place}' && hew ${args}`, { HEW_CACHE: cache });
    expect([status === 1 || status === 2, isPlain(stderr)], `${args}: ${status} ${stderr}`).toEqual([true, true]);
    expect(stderr).toContain(name);
    expect(stderr).toMatch(/a pipe|a device|a folder|is a link to \/dev\/zero/);
  }
}, 300_000);
