import { describe, expect, it } from 'vitest';
import { chooseMirror, parseDeb822, parseOneLine } from '../../distro/mirror.ts';

describe('the Debian archive of this machine', () => {
  it('is found in the one-line form', () => {
    const text = '# deb http://no.invalid/debian x main\n'
      + 'deb [arch=amd64] http://vendor.invalid/repo stable main\n'
      + 'deb http://mirror.invalid/debian-security bookworm-security main\n'
      + 'deb-src http://source.invalid/debian bookworm main\n'
      + 'deb http://mirror.invalid/debian/ bookworm main contrib # near\n';
    expect(chooseMirror(parseOneLine(text))).toBe('http://mirror.invalid/debian');
  });

  it('is found in the deb822 form', () => {
    const text = 'Types: deb\nURIs: http://old.invalid/debian\nSuites: x\nComponents: main\nEnabled: no\n\n'
      + 'Types: deb deb-src\nURIs: http://mirror.invalid/debian\nSuites: bookworm bookworm-updates\nComponents: main\n';
    expect(parseDeb822(text)).toEqual([
      { uri: 'http://mirror.invalid/debian', suites: ['bookworm', 'bookworm-updates'], components: ['main'] },
    ]);
    expect(chooseMirror(parseDeb822(text))).toBe('http://mirror.invalid/debian');
  });

  it('may not be there', () => {
    expect(chooseMirror(parseOneLine('deb http://mirror.invalid/ubuntu noble main\n'))).toBeUndefined();
  });
});
