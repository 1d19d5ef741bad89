import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Plan } from '../../src/plan/types.ts';
import { failureOf, runHew } from '../support/hew.ts';
import { testFolder, writeFiles } from '../support/places.ts';

// A definition that names a kickstart file: one system, of which the two may not say different things without a reason.
const folder = testFolder();
const KICKSTART = `lang de_DE.UTF-8
  services --enabled=sshd,chronyd
part / --size=2048
%packages --nocore
vim
-nano
%end
`;
const HEAD = `name = "web"
version = "1"
distro = "sample"
kickstart = "x.ks"
`;
const TAIL = '[[outputs]]\nformat = "tar"\n';

let count = 0;
const check = (definition: string, kickstart = KICKSTART, args: readonly string[] = []) => {
  count += 1;
  writeFiles(folder, { [`${count}/web.toml`]: HEAD + definition + TAIL, [`${count}/x.ks`]: kickstart });
  return runHew(['check', 'web.toml', '--json', ...args], { cwd: join(folder, String(count)) });
};

const CONFLICTS: readonly (readonly [what: string, definition: string, message: string, place: string])[] = [
  ['a single value', '[system]\nlocale = "C.UTF-8"\n', '"C.UTF-8" here and "de_DE.UTF-8" at x.ks:1:1, with no reason given', 'web.toml:6:10'],
  ['a partition’s size', '[disk]\n[[disk.partitions]]\nmount = "/"\nsize = "3GiB"\n', '"3GiB" here and "2GiB" at x.ks:3:1', 'web.toml:8:8'],
  ['a service that the other disables', '[system.services]\ndisable = ["sshd"]\n', '(enabled at x.ks:2:3)', 'web.toml:6:12'],
  ['a package that the other keeps out', '[packages]\nexclude = ["vi*"]\n', '(asked for at x.ks:5:1)', 'web.toml:6:12'],
  ['a package that the kickstart keeps out', '[packages]\ninstall = ["bash", "nano"]\n', '(asked for at web.toml:6:20)', 'x.ks:6:1'],
];

describe('a contradiction', () => {
  it.each(CONFLICTS)('about %s is told with both places', async (_what, definition, message, place) => {
    const run = await check(definition);
    expect(run.status, run.stdout).toBe(2);
    const [problem, ...others] = failureOf(run).problems;
    expect(others).toEqual([]);
    expect(problem?.message).toContain(message);
    const { file, line, column } = problem?.place ?? { file: '' };
    expect(`${file}:${line}:${column}`).toBe(place);
    expect(problem?.hint).toBeTruthy();
  });

  it('passes with its reason, and is listed', async () => {
    const reason = '[[overrides]]\nreplace = ["system.locale"]\nremove = ["service:sshd"]\nreason = "a test"\n';
    const definition = `${reason}[system]\nlocale = "C.UTF-8"\n[system.services]\ndisable = ["sshd"]\n`;
    expect((await check(definition)).status).toBe(0);
    const shown = await runHew(['show', 'web.toml', '--deviations'], { cwd: join(folder, String(count)) });
    expect(shown.stdout).toMatch(/system\.locale.*\n?.*a test/);
    expect(shown.stdout).toContain('x.ks:1:1');
  });
});

describe('what a definition adds', () => {
  it('merges with what the kickstart says', async () => {
    expect((await check('[system.services]\nenable = ["auditd"]\n[packages]\ninstall = ["bash"]\n')).status).toBe(0);
    const { stdout } = await runHew(['show', 'web.toml'], { cwd: join(folder, String(count)) });
    for (const place of ['x.ks:2:3', 'x.ks:5:1', 'web.toml:6:11', 'web.toml:8:12']) expect(stdout).toContain(place);
  });

  it('is the key of a repository; without one the repository is refused, and --distro takes its place', async () => {
    const kickstart = `repo --name=extra --baseurl=https://example.org/os --cost=50 --excludepkgs=a*,b\n${KICKSTART}`;
    const refused = failureOf(await check('', kickstart));
    expect(refused.problems.map(({ code, place }) => [code, place?.file, place?.line])).toEqual([['key-missing', 'x.ks', 1]]);
    expect((await check('[[repositories]]\nid = "extra"\ngpgkey = ["https://example.org/key"]\n', kickstart)).status).toBe(0);
    const cwd = join(folder, String(count));
    const repositories = async (args: readonly string[]): Promise<string> => (await runHew(['plan', 'web.toml', '--json', ...args], { cwd })).stdout;
    expect(JSON.parse(await repositories([]))).toMatchObject({
      targets: [{ repositories: [{}, { settings: { id: 'extra', cost: 50, excludepkgs: ['a*', 'b'] } }] }],
    });
    await check('', kickstart);
    const replaced = await runHew(['show', 'web.toml', '--distro', 'sample', '--deviations'], { cwd: join(folder, String(count)) });
    expect(replaced.stdout).toMatch(/repository extra/);
  });
});

describe('a kickstart file for a container', () => {
  it('sets nothing that belongs to what runs the container, which is listed; and imported it is the same', async () => {
    const file = 'network --bootproto=dhcp\nselinux --enforcing\nskipx\nbootloader --disabled\nautopart\n%packages --nocore\nbash\n%end\n';
    writeFiles(folder, { 'container/c.ks': file });
    const cwd = join(folder, 'container');
    const run = (args: readonly string[]) => runHew(args, { cwd });
    const { stdout } = await run(['show', 'c.ks', '--distro', 'sample', '--format', 'oci', '--deviations']);
    expect(stdout).toMatch(/c\.ks:1:1: .*system\.network.*its runtime[^]*c\.ks:2:1: .*system\.selinux[^]*c\.ks:3:1: .*system\.default-target/);
    const imported = await run(['kickstart', 'import', 'c.ks', '--distro', 'sample', '--format', 'oci', '-o', 'c.toml']);
    expect(imported.status, imported.stderr).toBe(0);
    expect(readFileSync(join(cwd, 'c.toml'), 'utf8')).toContain('# `system.network` is left out: a container gets its network from its runtime.\n');
    const system = async (args: readonly string[]): Promise<unknown> =>
      (JSON.parse((await run(['plan', ...args, '--distro', 'sample', '--json'])).stdout) as { configuration: { system: unknown } }).configuration.system;
    const own = await system(['c.ks', '--format', 'oci']);
    expect(own).toMatchObject({ network: [] });
    expect(own).toEqual(await system(['c.toml']));
    expect(await system(['c.ks', '--format', 'qcow2'])).toMatchObject({ network: [{ device: 'link' }], selinux: 'enforcing' });
  });
});

describe('--include', () => {
  const kickstart = `%include /tmp/parts.ks\n${KICKSTART.replace(/^part.*\n/m, '')}`;

  it('gives a file that %pre would write, as kickstart-includes does', async () => {
    const missing = failureOf(await check('', kickstart));
    expect(missing.problems[0]).toMatchObject({ code: 'kickstart-refused', place: { file: 'x.ks', line: 1, column: 1 } });
    writeFiles(folder, { 'parts.ks': 'part / --size=4096\n' });
    expect((await check('', kickstart, ['--include', '/tmp/parts.ks=../parts.ks'])).status).toBe(0);
    writeFiles(folder, { [`${count + 1}/own/parts.ks`]: 'part / --size=4096\n' });
    expect((await check('[kickstart-includes]\n"/tmp/parts.ks" = "own/parts.ks"\n', kickstart)).status).toBe(0);
  });

  it('counts for `kickstart check`, `kickstart import` and for a build of the file itself', async () => {
    writeFiles(folder, { 'own/x.ks': kickstart, 'own/parts.ks': 'part / --size=4096\n' });
    const cwd = join(folder, 'own');
    const given = ['--include', '/tmp/parts.ks=parts.ks'];
    const status = async (args: readonly string[]): Promise<number | null> => (await runHew(args, { cwd })).status;
    expect([await status(['kickstart', 'check', 'x.ks']), await status(['kickstart', 'check', 'x.ks', ...given])]).toEqual([1, 0]);
    const imported = await runHew(['kickstart', 'import', 'x.ks', ...given], { cwd });
    expect([imported.status, imported.stdout]).toEqual([0, expect.stringMatching(/mount = "\/"\n(?:.*\n)*size = "4GiB"\n/)]);
    expect(imported.stdout).toContain('# parts.ks:1');
    const plan = (args: readonly string[]) => runHew(['plan', 'x.ks', '--distro', 'sample', '--format', 'qcow2', '--json', ...args], { cwd });
    expect(failureOf(await plan([])).problems[0]?.place).toMatchObject({ file: 'x.ks', line: 1 });
    expect(JSON.parse((await plan(given)).stdout)).toMatchObject({ disk: { partitions: [{ mount: '/boot/efi' }, { mount: '/', size: '4GiB' }] } });
    expect(await status(['kickstart', 'check', 'x.ks', '--include', '/tmp/other.ks=parts.ks'])).toBe(1);
  });

  it('names a file', async () => {
    const run = await check('', kickstart, ['--include', '/tmp/parts.ks']);
    expect([run.status, failureOf(run).problems[0]?.code]).toEqual([2, 'usage']);
  });
});

describe('--plain-partitions', () => {
  const FLAG = '--plain-partitions';
  const VOLUMES = `part /boot/efi --fstype=efi --size=200
part pv.01 --size=4096 --grow
volgroup vg00 pv.01
logvol / --vgname=vg00 --name=root --fstype=xfs --size=3072
logvol /var --vgname=vg00 --name=var --fstype=ext4 --size=1024
`;

  it('makes partitions of volumes for `kickstart check`, `kickstart import` and a build of the file itself, which says so', async () => {
    const cwd = join(folder, 'volumes');
    writeFiles(cwd, { 'x.ks': VOLUMES });
    const run = (...args: readonly string[]) => runHew(args, { cwd });
    const refused = await run('kickstart', 'check', 'x.ks');
    expect([refused.status, refused.stdout.match(/refused: \w+/g)]).toEqual([1, ['refused: part', 'refused: volgroup', 'refused: logvol', 'refused: logvol']]);
    expect(refused.stdout).toContain(`instead: Write \`part\` lines, or have the volumes made partitions: ${FLAG}.`);
    const checked = await run('kickstart', 'check', 'x.ks', FLAG);
    expect([checked.status, checked.stdout.match(/note: .*volume.*/g)?.length]).toEqual([0, 4]);
    const imported = await run('kickstart', 'import', 'x.ks', '--distro', 'sample', '--format', 'qcow2', FLAG, '-o', 'imported.toml');
    expect(imported.status, imported.stderr).toBe(0);
    expect(readFileSync(join(cwd, 'imported.toml'), 'utf8')).toContain(`# Volumes of LVM became partitions of their sizes: ${FLAG}\n`);
    const plan = async (...args: readonly string[]): Promise<Plan> => JSON.parse((await run('plan', ...args, '--json')).stdout) as Plan;
    const [own, other] = [await plan('x.ks', '--distro', 'sample', '--format', 'qcow2', FLAG), await plan('imported.toml')];
    expect(own.disk?.partitions.map(({ mount, filesystem, size }) => [mount, filesystem, size])).toEqual([['/boot/efi', 'vfat', '200MiB'], ['/', 'xfs', '3GiB'], ['/var', 'ext4', '1GiB']]);
    expect(other.disk).toEqual(own.disk);
    expect(JSON.stringify(own.deviations)).toContain(`asked for by ${FLAG}`);
  });
});

describe('a kickstart file by itself', () => {
  const files = writeFiles(folder, { 'lab/lab.ks': 'lang C.UTF-8\nrootpw hunter22\npart / --grow\nraid / --device=md0 --level=1 raid.1 raid.2\n' });
  const run = (...args: readonly string[]) => runHew(['kickstart', ...args], { cwd: join(folder, 'lab') });
  const REASON = ['--hash-passwords', 'boxes for a lab'];

  it('is checked with what a build of it would be given', async () => {
    expect(files).toContain('lab.ks');
    const verdict = async (...args: readonly string[]): Promise<string> =>
      /lab\.ks:2:1: (\w+): rootpw/.exec((await run('check', 'lab.ks', ...args)).stdout)?.[1] ?? '';
    expect(await verdict()).toBe('refused');
    expect(await verdict(...REASON)).toBe('applied');
    expect(await verdict('--set', 'system.allow-plain-text-passwords=boxes for a lab')).toBe('applied');
    const vague = await run('check', 'lab.ks', '--hash-passwords', 'lab', '--json');
    expect([vague.status, failureOf(vague).problems[0]?.message]).toEqual([2, '--hash-passwords lab gives no reason']);
  });

  it('says on the terminal what an imported definition leaves out', async () => {
    const imported = await run('import', 'lab.ks', '-o', 'lab.toml', ...REASON);
    expect(imported.status).toBe(1);
    expect(imported.stdout).toMatch(/^lab\.ks:4:1: refused: raid: .*\n {2}instead: .*\n\nlab\.toml was written without what is refused: its first comment lists it\n$/);
    expect(readFileSync(join(folder, 'lab/lab.toml'), 'utf8')).toMatch(/root-password = "\$6\$/);
    writeFiles(folder, { 'lab/good.ks': 'lang C.UTF-8\n' });
    const whole = await run('import', 'good.ks', '-o', 'good.toml');
    expect([whole.status, whole.stdout]).toEqual([0, '']);
  });
});
