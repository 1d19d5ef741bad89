import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { resolveLinks } from '../../src/resolve-links.ts';
import { CHECKOUT } from '../support/checkout.ts';

const FOLDERS = ['/usr', '/usr/bin', '/etc'];
const LINKS: Readonly<Record<string, string>> = { '/bin': 'usr/bin', '/usr/bin/sh': '/bin/bash', '/etc/out': '../../../etc/passwd', '/loop': 'loop/x', '/far': '/usr/../usr/bin' };

const resolve = (path: string, follow = true, looked: string[] = []) => resolveLinks(path, {
  follow,
  look: ({ above, name }) => {
    const at = `/${[...above, name].join('/')}`;
    looked.push(at);
    const target = LINKS[at];
    if (target !== undefined) return { kind: 'link', target };
    return { kind: FOLDERS.includes(at) ? 'folder' : ['/usr/bin/bash', '/etc/passwd'].includes(at) ? 'other' : 'missing' };
  },
});

describe('resolving links inside a root', () => {
  it.each([
    ['/', [], true],
    ['/../..', [], true],
    ['/bin/./sh', ['usr', 'bin', 'bash'], true],
    ['/etc/out', ['etc', 'passwd'], true],
    ['/far/../../etc', ['etc'], true],
    ['/usr/bin/none', ['usr', 'bin', 'none'], false],
    ['/none/of/these', ['none', 'of', 'these'], false],
    ['/etc/passwd/x', ['etc', 'passwd', 'x'], false],
    // As Linux: what is no folder has none above.
    ['/etc/passwd/..', ['etc', 'passwd', '..'], false],
  ])('leads %s to where the image would', (path, parts, exists) => {
    expect(resolve(path)).toEqual({ parts, exists });
  });

  it('leaves the last link where it is asked to', () => {
    expect(resolve('/bin', false)).toEqual({ parts: ['bin'], exists: true });
    expect(resolve('/bin/sh', false)).toEqual({ parts: ['usr', 'bin', 'sh'], exists: true });
  });

  it('says where links go round in circles', () => {
    expect(resolve('/loop')).toBe('loop');
    expect(resolve(`/${'usr/../'.repeat(9000)}`)).toBe('loop');
  });

  it('looks at each component in the folder that it found before, or at the root', () => {
    const looked: string[] = [];
    resolve('/etc/../bin/sh', true, looked);
    expect(looked).toEqual(['/etc', '/bin', '/usr', '/usr/bin', '/usr/bin/sh', '/bin', '/usr', '/usr/bin', '/usr/bin/bash']);
  });

  it('is one place, with one text', () => {
    const texts = globSync('src/**/*.ts', { cwd: CHECKOUT }).filter((file) => !file.startsWith('src/errors/') && readFileSync(join(CHECKOUT, file), 'utf8').includes("'link-loop'"));
    expect(texts).toEqual(['src/resolve-links.ts']);
  });
});
