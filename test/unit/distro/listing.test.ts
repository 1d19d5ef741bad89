import { describe, expect, it } from 'vitest';
import { parseListing, parseMode } from '../../distro/listing.ts';

const root = { owner: 'root', group: 'root' };

describe('parseListing', () => {
  it('reads every kind of member', () => {
    const text = [
      'drwxr-xr-x root/root         0 2026-01-02 03:04 ./',
      'drwxr-xr-x root/root         0 2026-01-02 03:04 ./usr/bin/',
      '-rwxr-sr-x root/shadow  109672 2026-01-02 03:04 ./usr/bin/chage',
      'lrwxrwxrwx root/root         0 2026-01-02 03:04 ./usr/bin/sh -> dash',
      'hrwxr-xr-x root/root         0 2026-01-02 03:04 ./usr/bin/perl5 link to ./usr/bin/perl',
      '-rw-r--r-- root/root         1 2026-01-02 03:04 ./usr/a b\\303\\244\\\\c',
      '',
    ].join('\n');
    expect(parseListing(text)).toEqual([
      { path: 'usr/bin', kind: 'directory', mode: 0o755, ...root },
      { path: 'usr/bin/chage', kind: 'file', mode: 0o2755, owner: 'root', group: 'shadow' },
      { path: 'usr/bin/sh', kind: 'symlink', mode: 0o777, target: 'dash', ...root },
      { path: 'usr/bin/perl5', kind: 'hardlink', mode: 0o755, target: 'usr/bin/perl', ...root },
      { path: 'usr/a bä\\c', kind: 'file', mode: 0o644, ...root },
    ]);
  });

  it('refuses another format', () => {
    expect(() => parseListing('crw-rw-rw- root/root 1,3 2026-01-01 00:00 ./dev/null')).toThrow('not an archive listing');
  });
});

describe('parseMode', () => {
  it.each([['rwxr-xr-x', 0o755], ['rwsr-xr-x', 0o4755], ['rwxrwxrwt', 0o1777], ['rw-r-Sr-T', 0o3644], ['---------', 0]])(
    '%s', (bits, mode) => {
      expect(parseMode(bits)).toBe(mode);
    });
});
