import { describe, expect, it } from 'vitest';
import { licenseExpression } from '../../distro/license.ts';

const copyright = (...licenses: string[]): string => [
  'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n',
  ...licenses.map((license, index) => `Files: part${index}/*\nCopyright: someone\nLicense: ${license}\n text\n`),
  'Files: debian/*\nCopyright: a packager\nLicense: something-of-the-packager\n',
].join('\n');

describe('licenseExpression', () => {
  it.each([
    [['GPL-3+'], 'GPL-3.0-or-later'],
    [['Expat', 'GPL-2+', 'Expat'], 'GPL-2.0-or-later AND MIT'],
    [['GPL-2+ or Artistic'], '(GPL-2.0-or-later OR Artistic-1.0-Perl)'],
    [['LGPL-2.1+ and BSD-3-clause'], 'BSD-3-Clause AND LGPL-2.1-or-later'],
    [['MPL-2.0'], 'MPL-2.0'],
  ])('%j', (licenses, expression) => {
    expect(licenseExpression(copyright(...licenses))).toBe(expression);
  });

  it('says nothing where one part is unknown or the file is free text', () => {
    expect(licenseExpression(copyright('GPL-3+', 'my-own-1'))).toBeUndefined();
    expect(licenseExpression('This package was debianized by hand.\nLicense: GPL-3+\n')).toBeUndefined();
  });
});
