import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { FIRMWARE_TRUSTS } from '../../../src/boot/efi/authorities.ts';
import { chainFaults, describeSignatures } from '../../../src/boot/efi/chain.ts';
import { describeProgram, type EfiProgram, type ReadProgram } from '../../../src/boot/efi/program.ts';
import { judgePrograms } from '../../../src/boot/efi/trust.ts';
import { derElement } from '../../../src/readers/der.ts';
import { parsePe } from '../../../src/readers/pe.ts';
import { readSignedData } from '../../../src/readers/signed-data.ts';
import { sampleFolder } from '../../support/checkout.ts';
import { testFolder } from '../../support/places.ts';
import { runTestTool } from '../../support/test-tools.ts';
import { sourceOf } from '../../unit/disk/support.ts';

// shim, GRUB and kernel as Debian ships them: signed by Microsoft and by Debian's own authority.
const folder = testFolder();
const FILES = { shim: 'shimx64.efi', GRUB: 'grubx64.efi', kernel: 'vmlinuz' } as const;
const bytes: Record<string, Buffer> = {};

beforeAll(async () => {
  const repository = join(sampleFolder(), 'repos/base/x86_64');
  for (const [name, start] of [['shim', 'shim-1'], ['GRUB', 'grub2-efi-x64-1'], ['kernel', 'kernel-core-']] as const) {
    const file = readdirSync(repository).find((entry) => entry.startsWith(start)) ?? '';
    const unpack = `cd ${folder} && mkdir ${name} && rpm2archive - < ${repository}/${file} | tar -xz -C ${name}`;
    await runTestTool(['sh', '-c', unpack], { read: [repository], write: [folder] });
    const found = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(FILES[name]));
    bytes[name] = readFileSync(join(folder, name, found ?? ''));
  }
});

const read = (name: keyof typeof FILES, content = bytes[name] ?? Buffer.alloc(0)): ReadProgram =>
  describeProgram(`EFI/x/${FILES[name]}`, parsePe(sourceOf(content)), name);
const chain = (...programs: readonly ReadProgram[]): readonly EfiProgram[] => judgePrograms(programs[0], programs);

describe('what Microsoft and Debian signed', () => {
  it('verifies from the authorities of the firmware to the kernel', () => {
    const [shim, ...others] = chain(read('shim'), read('GRUB'), read('kernel'));
    expect(shim && describeSignatures(shim)).toMatch(/^signed by .* \(Microsoft Corporation UEFI CA 2011\)(?: and .* \(Microsoft UEFI CA 2023\))?$/);
    expect(others.map(describeSignatures)).toEqual([
      expect.stringMatching(/^signed by Debian .* \(Debian Secure Boot CA\)$/), expect.stringMatching(/^signed by Debian .* \(Debian Secure Boot CA\)$/),
    ]);
    expect(shim && chainFaults(shim, others)).toEqual([]);
  });

  it.each(['GRUB', 'kernel'] as const)('does not verify once a byte of %s was changed', (name) => {
    const whole = bytes[name] ?? Buffer.alloc(0);
    const table = whole.readUInt32LE(whole.readUInt32LE(60) + 24 + 144);
    const certificate = whole.indexOf(Buffer.from('Debian Secure Boot Signer'), table);
    const places = { header: 96, section: 0x2000, end: table - 1, certificate, key: certificate + 100, signature: whole.length - 20 };
    for (const [place, at] of Object.entries(places)) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const [, program] = chain(read('shim'), read(name, changed));
      expect(program && describeSignatures(program), place).toMatch(/^not signed; /);
    }
  });

  it('is verified by OpenSSL too', async () => {
    const [vendor] = read('shim').trusts;
    if (vendor === undefined) throw new Error('shim brings no certificate');
    const authorities = { shim: FIRMWARE_TRUSTS[0]?.certificate ?? vendor, GRUB: vendor, kernel: vendor };
    for (const [name, authority] of Object.entries(authorities)) {
      const whole = bytes[name] ?? Buffer.alloc(0);
      const message = derElement(parsePe(sourceOf(whole)).certificates, 8).whole;
      const at = (file: string): string => join(folder, `${name}-${file}`);
      writeFileSync(at('message'), message);
      writeFileSync(at('authority'), authority.toString());
      writeFileSync(at('content'), readSignedData(message).content);
      const verify = (content: string): Promise<string> => runTestTool([
        'openssl', 'smime', '-verify', '-inform', 'DER', '-in', at('message'), '-content', content, '-CAfile', at('authority'),
        '-partial_chain', '-no_check_time', '-purpose', 'any', '-out', '/dev/null',
      ], { read: [folder] });
      await verify(at('content'));
      await expect(verify(at('authority'))).rejects.toThrow(/digest failure/);
    }
  });
});
