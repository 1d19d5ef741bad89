import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { machineFiles } from '../../../src/host/files.ts';
import { isoImage } from '../../../src/seed/iso9660.ts';
import { seedFiles, type Seed } from '../../../src/seed/documents.ts';
import { makeSeed, type SeedRequest } from '../../../src/usecases/make-seed.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-seed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KEY = `ssh-ed25519 ${'A'.repeat(68)} me@example`;
const SECOND = `ecdsa-sha2-nistp256 ${'B'.repeat(140)}`;
const parsed = (seed: Seed): Readonly<Record<string, unknown>> =>
  Object.fromEntries(seedFiles(seed).map(({ name, content }): [string, unknown] => [name, parse(content)]));

describe('the documents of a seed', () => {
  it('make one account that logs in by its keys and becomes root', () => {
    const seed = { user: 'azl', keys: [KEY, SECOND], hostname: 'web1' };
    expect(seedFiles(seed).find(({ name }) => name === 'user-data')?.content).toMatch(/^#cloud-config\n/);
    expect(parsed(seed)).toEqual({
      'meta-data': { 'instance-id': expect.stringMatching(/^hew-[0-9a-f]{16}$/) as string, 'local-hostname': 'web1' },
      'user-data': {
        hostname: 'web1',
        users: [{ name: 'azl', groups: ['wheel'], sudo: ['ALL=(ALL) NOPASSWD:ALL'], shell: '/bin/bash', lock_passwd: true, ssh_authorized_keys: [KEY, SECOND] }],
      },
    });
  });

  it('leave the network to the image, or set one card by its name or its address', () => {
    const network = { addresses: ['192.0.2.7/24', '2001:db8::7/64'], gateway: '192.0.2.1', nameservers: ['192.0.2.53'] };
    expect(parsed({ user: 'azl', keys: [KEY], device: { device: 'eth1', mac: false, ...network } })['network-config']).toEqual({
      version: 2,
      ethernets: { eth1: { addresses: network.addresses, routes: [{ to: '0.0.0.0/0', via: '192.0.2.1' }], nameservers: { addresses: ['192.0.2.53'] } } },
    });
    expect(parsed({ user: 'azl', keys: [KEY], device: { device: '00-15-5D-01-02-03', mac: true, addresses: ['2001:db8::7/64'], gateway: 'fe80::1', nameservers: [] } })['network-config']).toEqual({
      version: 2,
      ethernets: { eth0: { 'match': { macaddress: '00:15:5d:01:02:03' }, 'set-name': 'eth0', 'addresses': ['2001:db8::7/64'], 'routes': [{ to: '::/0', via: 'fe80::1' }] } },
    });
  });

  it('name another instance when anything in them changes', () => {
    const ids = [
      { user: 'azl', keys: [KEY] }, { user: 'azl', keys: [SECOND] }, { user: 'other', keys: [KEY] }, { user: 'azl', keys: [KEY], hostname: 'web1' },
    ].map((seed) => seedFiles(seed)[0]?.content.split('\n')[0]);
    expect(new Set(ids).size).toBe(4);
  });
});

/** Reads one tree of an ISO 9660 image as ECMA-119 has it: names and contents of its root. */
function readIso(image: Buffer, descriptor: number, decode: (name: Buffer) => string): Readonly<Record<string, string>> {
  const record = (at: number) => ({
    length: image[at] ?? 0, sector: image.readUInt32LE(at + 2), size: image.readUInt32LE(at + 10), flags: image[at + 25] ?? 0,
    name: image.subarray(at + 33, at + 33 + (image[at + 32] ?? 0)),
  });
  const root = record(descriptor * 2048 + 156);
  const found: Record<string, string> = {};
  for (let at = root.sector * 2048; (image[at] ?? 0) > 0; at += record(at).length) {
    const { sector, size, flags, name } = record(at);
    expect(image.readUInt32BE(at + 6)).toBe(sector);
    expect(image.readUInt32BE(at + 14)).toBe(size);
    if (flags === 0) found[decode(name)] = image.toString('utf8', sector * 2048, sector * 2048 + size);
  }
  return found;
}

describe('an ISO 9660 image', () => {
  const files = [{ name: 'user-data', content: 'ü'.repeat(3000) }, { name: 'meta-data', content: '' }, { name: 'network-config', content: 'x' }];
  const image = Buffer.from(isoImage('CIDATA', files));

  it('holds each file under its name for ISO 9660 and for Joliet', () => {
    const contents = Object.fromEntries(files.map(({ name, content }) => [name, content]));
    expect(readIso(image, 17, (name) => Buffer.from(name).swap16().toString('utf16le'))).toEqual(contents);
    expect(readIso(image, 16, (name) => name.toString('latin1').replace(/\.;1$/, '').toLowerCase())).toEqual(contents);
  });

  it('is one for the programs of Linux, with the label that cloud-init looks for', () => {
    const file = join(folder, 'test.iso');
    writeFileSync(file, image);
    const told = execFileSync('/usr/sbin/blkid', ['-p', '-o', 'export', file], { encoding: 'utf8' });
    expect(told).toContain('LABEL=CIDATA\n');
    expect(told).toContain('TYPE=iso9660\n');
    expect(told).toMatch(/VERSION=Joliet\\? Extension\n/);
    expect(image.length).toBe(image.readUInt32LE(16 * 2048 + 80) * 2048);
  });
});

describe('hew seed', () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const make = (more: Partial<SeedRequest> = {}) => makeSeed({ fs: machineFiles }, {
    user: 'azl', keyFiles: [write('id.pub', `# mine\n${KEY}\n\n`)], addresses: [], nameservers: [], device: 'eth0', output: join(folder, 'seed.iso'), ...more,
  });

  it('gives equal bytes for equal input, readable by their owner alone, over an older file too', async () => {
    write('seed.iso', 'old');
    const made = await make();
    const first = readFileSync(made.path);
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    await make({ keyFiles: [write('copy.pub', `${KEY}\r\n${KEY}\r\n`)] });
    expect(readFileSync(made.path).equals(first)).toBe(true);
    expect(made).toMatchObject({ user: 'azl', keys: 1, files: ['meta-data', 'user-data'] });
  });

  it('refuses a private key by its content, and repeats nothing of it', async () => {
    const secret = 'c2VjcmV0c2VjcmV0';
    const file = write('renamed.pub', `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----\n`);
    const error = await make({ keyFiles: [file], output: join(folder, 'none.iso') }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'private-key', problems: [{ place: { file } }] });
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(() => statSync(join(folder, 'none.iso'))).toThrow(/ENOENT/);
  });

  it.each([
    ['a file without keys', { keyFiles: [write('empty.pub', '# nothing\n')] }, /there is no key in it/],
    ['a line that is no key', { keyFiles: [write('bad.pub', `${KEY}\nhello\n`)] }, /this is not a line of authorized_keys/],
    ['no file', { keyFiles: [join(folder, 'absent.pub')] }, /is no file with a key/],
    ['a folder', { keyFiles: [folder] }, /is no file with a key/],
    ['root', { user: 'root' }, /--user root/],
    ['an odd name', { user: 'a:b' }, /--user `a:b` must be/],
    ['an odd host name', { hostname: '-x' }, /--hostname `-x` must be a host name/],
    ['a gateway for DHCP', { gateway: '192.0.2.1' }, /need --address/],
    ['no prefix length', { addresses: ['192.0.2.7'] }, /`192\.0\.2\.7` has no prefix length/],
    ['a gateway elsewhere', { addresses: ['192.0.2.7/24'], gateway: '198.51.100.1' }, /is in no network of `eth0`/],
    ['several cards', { addresses: ['192.0.2.7/24'], device: 'en*' }, /`en\*` may be several interfaces/],
  ] as const)('refuses %s', async (_, more, message) => {
    await expect(make(more as Partial<SeedRequest>)).rejects.toThrow(message);
  });
});
