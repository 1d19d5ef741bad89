import { describe, expect, it } from 'vitest';
import { formatPlace } from '../../../src/errors.ts';
import { HEAD, OCI } from './memory.ts';
import { load, print, problemsOf } from './helpers.ts';

const image = (body: string): string => `extends = ["base"]\n${HEAD}${OCI}${body}`;
const base = `[packages]\ninstall = ["bash", "vim"]\n[system]\nhostname = "base"\n[system.services]\nenable = ["sshd", "vim"]\n[[files]]\npath = "/etc/motd"\ncontent = "hi"\n[[system.users]]\nname = "azl"\ngroups = ["wheel"]\n`;
const withBase = (body: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  ({ 'images/web.toml': image(body), 'profiles/base.toml': base, ...more });

describe('merging', () => {
  it('adds to lists without a reason, each thing once, in order', async () => {
    const { definition, places } = await load(withBase('[packages]\ninstall = ["nano", "bash"]\n'));
    expect(definition.packages.install).toEqual(['bash', 'vim', 'nano']);
    expect(formatPlace(places['packages.install[0]'] ?? { file: '' })).toBe('profiles/base.toml:2:12');
    expect(formatPlace(places['packages.install[2]'] ?? { file: '' })).toBe('images/web.toml:8:12');
  });

  it('merges tables of a list that name the same thing', async () => {
    const { definition } = await load(withBase('[[system.users]]\nname = "azl"\ngroups = ["video"]\nshell = "/bin/zsh"\n[[files]]\npath = "/etc/x"\ncontent = ""\n'));
    expect(definition.system.users).toMatchObject([{ name: 'azl', groups: ['wheel', 'video'], shell: '/bin/zsh' }]);
    expect(definition.files.map(({ path }) => path)).toEqual(['/etc/motd', '/etc/x']);
  });

  it('needs no reason to say the same', async () => {
    expect((await load(withBase('[system]\nhostname = "base"\n'))).deviations).toEqual([]);
  });

  it('refuses another value without a reason, with both places and what to write', async () => {
    expect((await problemsOf(withBase('[system]\nhostname = "web"\n'))).map(print)).toEqual([
      'images/web.toml:8:12: override-without-reason: `system.hostname` is "web" here and "base" at profiles/base.toml:4:12, with no reason given\n'
      + '    add to images/web.toml:\n[[overrides]]\nreplace = ["system.hostname"]\nreason = "…"',
    ]);
  });

  it('takes another value with a reason, and lists it', async () => {
    const { definition, deviations } = await load(withBase('[system]\nhostname = "web"\n[[overrides]]\nreplace = ["system.hostname"]\nreason = "It is the web."\n'));
    expect(definition.system.hostname).toBe('web');
    expect(deviations).toEqual([{
      kind: 'replace', subject: 'system.hostname', reason: 'It is the web.', now: 'web',
      place: { file: 'images/web.toml', line: 8, column: 12 },
      was: { value: 'base', place: { file: 'profiles/base.toml', line: 4, column: 12 } },
    }]);
  });

  it('replaces a field of a named element, or the whole of it', async () => {
    const override = (path: string): string => `[[files]]\npath = "/etc/motd"\nsource = "motd"\n[[overrides]]\nreplace = ['${path}']\nreason = "a test"\n`;
    const { definition, deviations } = await load(withBase(override('files."/etc/motd"')));
    expect(definition.files).toMatchObject([{ path: '/etc/motd', source: 'motd' }]);
    expect(definition.files[0]?.content).toBeUndefined();
    expect(deviations.map(({ subject }) => subject)).toEqual(['files."/etc/motd"']);
    expect((await problemsOf(withBase(override('files."/etc/motd".content')))).map(({ code }) => code)).toEqual(['override-replaces-nothing', 'file-content']);
  });

  it('ends the options of mkfs with the file system that they were written for, and lists it', async () => {
    const root = (filesystem: string, more = ''): string => `[[disk.partitions]]\nmount = "/"\nfilesystem = "${filesystem}"\n${more}`;
    const vm = `[boot]\n[disk]\nsize = "2GiB"\n[[disk.partitions]]\nmount = "/boot/efi"\nfilesystem = "vfat"\nsize = "100MiB"\n`
      + `${root('ext4', 'mkfs-options = ["-m", "1"]\n')}[[outputs]]\nformat = "raw"\n`;
    const over = (filesystem: string, more = '', replace = '"/".filesystem'): ReturnType<typeof load> => load({
      'images/web.toml': `extends = ["vm"]\n${HEAD}[[overrides]]\nreplace = ['disk.partitions.${replace}']\nreason = "a test"\n${root(filesystem, more)}`,
      'profiles/vm.toml': vm,
    });
    const flagged = (...set: readonly { readonly key: string; readonly value: string }[]): ReturnType<typeof load> =>
      load({ 'images/web.toml': `extends = ["vm"]\n${HEAD}`, 'profiles/vm.toml': vm }, { set });
    const xfs = await over('xfs');
    expect(xfs.definition.disk?.partitions[1]).toMatchObject({ filesystem: 'xfs', 'mkfs-options': [] });
    expect(xfs.deviations.map(({ subject, was, now }) => [subject, was?.value, now])).toEqual([
      ['disk.partitions."/".mkfs-options', ['-m', '1'], []], ['disk.partitions."/".filesystem', 'ext4', 'xfs'],
    ]);
    const own = await over('xfs', 'mkfs-options = ["-K"]\n', '"/"');
    expect(own.definition.disk?.partitions[1]?.['mkfs-options']).toEqual(['-K']);
    const set = await flagged({ key: 'disk.partitions."/".filesystem', value: 'xfs' });
    expect(set.definition.disk?.partitions[1]).toMatchObject({ filesystem: 'xfs', 'mkfs-options': [] });
    expect(set.deviations.map(({ subject, was, now }) => [subject, was?.value, now])).toEqual([
      ['disk.partitions."/".filesystem', 'ext4', 'xfs'], ['disk.partitions."/".mkfs-options', ['-m', '1'], []],
    ]);
    const both = await flagged(
      { key: 'disk.partitions."/".mkfs-options', value: '["-K"]' }, { key: 'disk.partitions."/".filesystem', value: 'xfs' });
    expect(both.definition.disk?.partitions[1]?.['mkfs-options']).toEqual(['-K']);
    expect((await flagged({ key: 'disk.partitions."/".filesystem', value: 'ext4' })).definition.disk?.partitions[1]?.['mkfs-options']).toEqual(['-m', '1']);
  });

  it('removes what a profile put in, wherever the word stands, or only of one kind', async () => {
    const remove = (word: string): string => `[[overrides]]\nremove = ["${word}"]\nreason = "Not here."\n`;
    const both = await load(withBase(remove('vim')));
    expect([both.definition.packages.install, both.definition.system.services.enable]).toEqual([['bash'], ['sshd']]);
    expect(both.deviations.map(({ subject, reason }) => `${subject}: ${reason}`)).toEqual(['package vim: Not here.', 'service vim: Not here.']);
    const one = await load(withBase(remove('service:vim.service')));
    expect([one.definition.packages.install, one.definition.system.services.enable]).toEqual([['bash', 'vim'], ['sshd']]);
    expect((await load(withBase(remove('/etc/motd')))).definition.files).toEqual([]);
    expect((await load(withBase(remove('user:azl')))).definition.system.users).toEqual([]);
  });

  it('refuses to remove what is not there, with the nearest name', async () => {
    expect((await problemsOf(withBase('[[overrides]]\nremove = ["vmi"]\nreason = "a test"\n'))).map(print)).toEqual([
      'images/web.toml:8:11: override-removes-nothing: no extended profile has `vmi`, so there is nothing to remove\n    did you mean `vim`?',
    ]);
  });

  it('refuses an override that replaces nothing', async () => {
    expect((await problemsOf(withBase('[[overrides]]\nreplace = ["system.hostnam"]\nreason = "a test"\n'))).map(print)).toEqual([
      'images/web.toml:8:12: override-replaces-nothing: nothing that a profile set is replaced at `system.hostnam`\n    did you mean `system.hostname`?',
    ]);
  });

  it('refuses an override that says nothing and one that is not a key path', async () => {
    const codes = (await problemsOf(withBase('[[overrides]]\nreason = "a test"\n[[overrides]]\nreplace = ["a b"]\nreason = "a test"\n'))).map(({ code }) => code);
    expect(codes).toEqual(['override-empty', 'override-bad-path']);
  });

  it('reads a profile that two others extend once', async () => {
    const files = {
      'images/web.toml': `extends = ["a", "b"]\n${HEAD}${OCI}`,
      'profiles/base.toml': base,
      'profiles/a.toml': 'extends = ["base"]\n[system]\nhostname = "a"\n[[overrides]]\nreplace = ["system.hostname"]\nreason = "a test"\n',
      'profiles/b.toml': 'extends = ["base"]\n[packages]\ninstall = ["b"]\n',
    };
    const { definition, layers } = await load(files);
    expect(layers.map((file) => file.split('/').at(-1))).toEqual(['base.toml', 'a.toml', 'b.toml', 'web.toml']);
    expect(definition.system.hostname).toBe('a');
  });

  it('lets the file that brings two profiles together give the reason for their conflict', async () => {
    const files = (reason: string): Readonly<Record<string, string>> => ({
      'images/web.toml': `extends = ["a", "b"]\n${HEAD}${OCI}${reason}`,
      'profiles/a.toml': '[system]\nhostname = "a"\n',
      'profiles/b.toml': '[system]\nhostname = "b"\n',
    });
    expect((await problemsOf(files(''))).map(print)).toEqual([
      'profiles/b.toml:2:12: override-without-reason: `system.hostname` is "b" here and "a" at profiles/a.toml:2:12, with no reason given\n'
      + '    add to images/web.toml:\n[[overrides]]\nreplace = ["system.hostname"]\nreason = "…"',
    ]);
    expect((await load(files('[[overrides]]\nreplace = ["system.hostname"]\nreason = "b wins"\n'))).definition.system.hostname).toBe('b');
  });

  it('lets a file replace a whole table of which a profile replaced a part', async () => {
    const motd = (line: string, path: string): string => `[[files]]\npath = "/etc/motd"\n${line}\n[[overrides]]\nreplace = ['${path}']\nreason = "a test"\n`;
    const files = {
      'images/web.toml': `extends = ["a"]\n${HEAD}${OCI}${motd('source = "motd"', 'files."/etc/motd"')}`,
      'profiles/base.toml': base,
      'profiles/a.toml': `extends = ["base"]\n${motd('content = "a"', 'files."/etc/motd".content')}`,
    };
    const { definition, deviations } = await load(files);
    expect(definition.files).toMatchObject([{ path: '/etc/motd', source: 'motd' }]);
    expect(deviations.map(({ subject, was }) => [subject, was?.value])).toEqual([
      ['files."/etc/motd".content', 'hi'],
      ['files."/etc/motd"', { path: '/etc/motd', content: 'a' }],
    ]);
  });

  it('never prints a password’s hash', async () => {
    const hash = (letter: string): string => `[system]\nroot-password = "$6$saltsalt$${letter.repeat(20)}"\n`;
    const files = (reason: string): Readonly<Record<string, string>> => withBase(hash('b') + reason, { 'profiles/base.toml': hash('a') });
    expect(JSON.stringify(await problemsOf(files('')))).not.toMatch(/aaaa|bbbb/);
    const { deviations, definition } = await load(files('[[overrides]]\nreplace = ["system.root-password"]\nreason = "a test"\n'));
    expect(definition.system['root-password']).toMatch(/bbbb/);
    expect(JSON.stringify(deviations)).not.toMatch(/aaaa|bbbb/);
  });

  it('keeps what a profile says of itself out of the image', async () => {
    const { definition } = await load(withBase('', { 'profiles/base.toml': 'name = "base"\nsummary = "A base"\n' }));
    expect([definition.name, definition.summary]).toEqual(['web', undefined]);
  });
});
