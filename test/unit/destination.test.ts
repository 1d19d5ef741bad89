import { describe, expect, it } from 'vitest';

import { formatDestination, parseDestination } from '../../src/destination.ts';

describe('a destination', () => {
  it.each([
    ['example.com:443', 'example.com:443'],
    ['Example.COM:80', 'example.com:80'],
    ['127.0.0.1:1', '127.0.0.1:1'],
    // The same address in another spelling.
    ['127.1:8080', '127.0.0.1:8080'],
    ['[::1]:65535', '[::1]:65535'],
    ['[0:0:0:0:0:0:0:1]:80', '[::1]:80'],
  ])('%s is %s', (text, expected) => {
    const found = parseDestination(text);
    expect(found === undefined ? undefined : formatDestination(found)).toBe(expected);
  });

  it.each([
    '', 'example.com', ':443', 'example.com:', 'example.com:0', 'example.com:080', 'example.com:65536', 'example.com:443/x', '*.example.com:443', '*:443',
    'user@example.com:443', 'https://example.com:443', 'a b:443', '::1:80', '[::1', '[1:2]:80', '300.0.0.1:80', 'a:443\nb:443', `${'a'.repeat(300)}:443`,
  ])('%j is none', (text) => {
    expect(parseDestination(text)).toBeUndefined();
  });
});
