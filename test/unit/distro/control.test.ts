import { describe, expect, it } from 'vitest';
import { parseControl, proseOf, sourceOf } from '../../distro/control.ts';

const text = `Package: dnf5
Source: dnf5 (5.4.6.0-2)
Version: 5.4.6.0-2+b1
Description: package manager
 First line.
 .
  indented

# a comment
Package: libc6
Source: glibc
Version: 2.43-7
`;

describe('parseControl', () => {
  it('reads stanzas, continuations and comments', () => {
    const [first, second, ...rest] = parseControl(text);
    expect(rest).toEqual([]);
    expect(first?.get('Version')).toBe('5.4.6.0-2+b1');
    expect(second?.get('Package')).toBe('libc6');
  });

  it.each([[' orphan\n', 'line 1: nothing to continue'], ['A: b\nrubbish\n', 'line 2: neither a field']])(
    'refuses %j', (broken, message) => {
      expect(() => parseControl(broken)).toThrow(message);
    });
});

describe('what a stanza says', () => {
  const stanzas = parseControl(text);

  it('names the source with its own version, or the binary’s', () => {
    expect(sourceOf(stanzas[0] ?? new Map())).toEqual({ name: 'dnf5', version: '5.4.6.0-2' });
    expect(sourceOf(stanzas[1] ?? new Map())).toEqual({ name: 'glibc', version: '2.43-7' });
    expect(sourceOf(new Map([['Package', 'bash'], ['Version', '5.3-4']]))).toEqual({ name: 'bash', version: '5.3-4' });
  });

  it('splits the description', () => {
    const prose = proseOf(stanzas[0] ?? new Map());
    expect(prose).toEqual({ summary: 'package manager', description: 'First line.\n\n indented' });
  });
});
