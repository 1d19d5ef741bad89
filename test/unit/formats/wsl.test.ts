import { describe, expect, it } from 'vitest';

import { hewIcon } from '../../../src/formats/wsl/icon.ts';
import { wslConf, wslDistributionConf } from '../../../src/formats/wsl/root-files.ts';

describe('what WSL reads', () => {
  it('starts systemd and the user asked for', () => {
    expect(wslConf({ systemd: true, 'default-user': 'azl' })).toBe('[boot]\nsystemd=true\n\n[user]\ndefault=azl\n');
    expect(wslConf({ systemd: false })).toBe('[boot]\nsystemd=false\n');
  });

  it('names the distribution after the image unless told otherwise', () => {
    const image = { name: 'web' };
    expect(wslDistributionConf(image, {})).toContain('defaultName = web\n');
    expect(wslDistributionConf(image, { 'default-name': 'Azure' })).toContain('defaultName = Azure\n');
  });

  it('gets an icon whose header and directory hold', () => {
    const icon = Buffer.from(hewIcon());
    expect([icon.readUInt16LE(0), icon.readUInt16LE(2), icon.readUInt16LE(4)]).toEqual([0, 1, 1]);
    const [size, offset] = [icon.readUInt32LE(14), icon.readUInt32LE(18)];
    expect(offset + size).toBe(icon.length);
    expect([icon.readUInt32LE(offset), icon.readInt32LE(offset + 4), icon.readInt32LE(offset + 8)]).toEqual([40, 32, 64]);
    // Something is drawn, and not everywhere.
    const pixels = icon.subarray(offset + 40, offset + 40 + 32 * 32 * 4);
    const opaque = pixels.filter((value, index) => index % 4 === 3 && value === 255).length;
    expect(opaque).toBeGreaterThan(200);
    expect(opaque).toBeLessThan(800);
  });
});
