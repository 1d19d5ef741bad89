import { parseControl } from './control.ts';

/** SPDX identifiers of the short names that Debian's machine-readable copyright files use, in lower case. */
const identifiers: Readonly<Record<string, string>> = {
  'apache-2.0': 'Apache-2.0', 'apache-2': 'Apache-2.0', 'asl-2.0': 'Apache-2.0',
  'artistic': 'Artistic-1.0-Perl', 'artistic-2.0': 'Artistic-2.0',
  'bsd-2-clause': 'BSD-2-Clause', 'bsd-2': 'BSD-2-Clause', 'bsd-3-clause': 'BSD-3-Clause', 'bsd-3': 'BSD-3-Clause',
  'bsd-4-clause': 'BSD-4-Clause', 'bsl-1.0': 'BSL-1.0', 'boost-1.0': 'BSL-1.0', 'cc0-1.0': 'CC0-1.0', 'cc0': 'CC0-1.0',
  'cc-by-sa-4.0': 'CC-BY-SA-4.0', 'curl': 'curl', 'expat': 'MIT', 'mit': 'MIT', 'mit/x11': 'MIT', 'x11': 'X11',
  'fsfap': 'FSFAP', 'fsful': 'FSFUL', 'fsfulr': 'FSFULLR', 'fsfullr': 'FSFULLR', 'isc': 'ISC', 'ijg': 'IJG',
  'gpl-1': 'GPL-1.0-only', 'gpl-1+': 'GPL-1.0-or-later', 'gpl-2': 'GPL-2.0-only', 'gpl-2+': 'GPL-2.0-or-later',
  'gpl-2.0': 'GPL-2.0-only', 'gpl-2.0+': 'GPL-2.0-or-later', 'gpl-2.0-or-later': 'GPL-2.0-or-later',
  'gpl-2.0-only': 'GPL-2.0-only', 'gpl-3': 'GPL-3.0-only', 'gpl-3+': 'GPL-3.0-or-later', 'gpl-3.0+': 'GPL-3.0-or-later',
  'gpl-3.0-or-later': 'GPL-3.0-or-later', 'lgpl-2': 'LGPL-2.0-only', 'lgpl-2+': 'LGPL-2.0-or-later',
  'lgpl-2.0+': 'LGPL-2.0-or-later', 'lgpl-2.1': 'LGPL-2.1-only', 'lgpl-2.1+': 'LGPL-2.1-or-later',
  'lgpl-2.1-or-later': 'LGPL-2.1-or-later', 'lgpl-2.1-only': 'LGPL-2.1-only', 'lgpl-3': 'LGPL-3.0-only',
  'lgpl-3+': 'LGPL-3.0-or-later', 'mpl-2.0': 'MPL-2.0', 'mpl-1.1': 'MPL-1.1', 'openssl': 'OpenSSL', 'psf-2': 'PSF-2.0',
  'gfdl-1.3+': 'GFDL-1.3-or-later', 'gfdl-1.3': 'GFDL-1.3-only', 'gfdl-1.2+': 'GFDL-1.2-or-later',
  'gfdl-niv-1.3+': 'GFDL-1.3-no-invariants-or-later', 'gfdl-niv-1.2+': 'GFDL-1.2-no-invariants-or-later',
  'unicode': 'Unicode-DFS-2016', 'unlicense': 'Unlicense', 'vim': 'Vim', 'zlib': 'Zlib', 'openldap-2.8': 'OLDAP-2.8',
  '0bsd': '0BSD', 'blessing': 'blessing', 'mit-0': 'MIT-0', 'hpnd': 'HPND', 'libpng': 'Libpng', 'ofl-1.1': 'OFL-1.1',
  // No licence is needed for what is in the public domain; SPDX asks for a reference of one's own.
  'public-domain': 'LicenseRef-Public-Domain', 'pd': 'LicenseRef-Public-Domain',
};

/** Stands where the copyright file is free text or names a licence without an SPDX identifier: it says where to read. */
export const seeCopyrightFile = 'LicenseRef-Debian-Copyright-File';

/**
 * The SPDX expression of a machine-readable `debian/copyright` (the format of Debian's DEP-5), over all its files but
 * the packaging. Undefined when it is not machine-readable or names a licence that SPDX does not know.
 */
export function licenseExpression(copyright: string): string | undefined {
  if (!/^Format:/im.test(copyright)) return undefined;
  const found = new Set<string>();
  for (const stanza of parseTolerantly(copyright)) {
    const files = stanza.get('Files');
    const license = stanza.get('License')?.split('\n')[0]?.trim();
    if (files === undefined || license === undefined || /^debian\/\S*$/.test(files.trim())) continue;
    const expression = translate(license);
    if (expression === undefined) return undefined;
    for (const part of expression) found.add(part);
  }
  return found.size === 0 ? undefined : [...found].sort().join(' AND ');
}

/** The parts of a conjunction; a choice stays one part, in parentheses. */
function translate(license: string): string[] | undefined {
  const parts = license.replaceAll(',', ' ').split(/\s+and\s+/i).map((part) => {
    const choices = part.split(/\s+or\s+/i).map((name) => identifiers[name.trim().replace(/\.0?$/, '').toLowerCase()]
      ?? identifiers[name.trim().toLowerCase()]);
    if (choices.some((choice) => choice === undefined)) return undefined;
    return choices.length === 1 ? choices[0] : `(${choices.join(' OR ')})`;
  });
  return parts.some((part) => part === undefined) ? undefined : parts.filter((part) => part !== undefined);
}

/** Copyright files are written by hand: one that does not parse counts as free text. */
function parseTolerantly(text: string): ReturnType<typeof parseControl> {
  try {
    return parseControl(text);
  } catch {
    return [];
  }
}
