import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { VerifyRequest } from './worker.ts';

/** A build to spoil: the test's image as a layout and as one file. */
export interface BuiltCopy {
  readonly folder: string;
  readonly layout: string;
  readonly archive: string;
  readonly evidence: string;
}

/** What is done to a copy of a build, and the codes of what must not hold then. */
export interface Case {
  readonly name: string;
  readonly spoil: (one: BuiltCopy, another: BuiltCopy) => Partial<VerifyRequest> | void;
  readonly faults: readonly string[];
  /** The key that is named; `none` for none. */
  readonly key?: 'theirs' | 'none';
  readonly from?: 'unsigned';
}

export const built = (folder: string): BuiltCopy => ({
  folder, layout: join(folder, 'test-1.oci'), archive: join(folder, 'test-1.oci.tar'), evidence: join(folder, 'test-1.evidence'),
});

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** What somebody does who can write the folder and has no key. */
function forge(evidence: string, name: string, from: string, to: string): void {
  const [file, sums] = [join(evidence, name), join(evidence, 'SHA256SUMS')];
  const before = sha256(file);
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${name} does not say ${from}`);
  writeFileSync(file, text.replaceAll(from, to));
  writeFileSync(sums, readFileSync(sums, 'utf8').replace(before, sha256(file)));
}

/** Its content stays the same, beside the layout. */
function moveBehindLink(layout: string, path: string): void {
  const away = `${layout}-moved`;
  renameSync(path, away);
  symlinkSync(away, path);
}

const blobs = (layout: string): string => join(layout, 'blobs/sha256');
const largestBlob = (layout: string): string =>
  readdirSync(blobs(layout)).map((name) => join(blobs(layout), name)).toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';

const altered = (name: string, faults: readonly string[]): Case =>
  ({ name: `an altered ${name}`, spoil: ({ evidence }) => appendFileSync(join(evidence, name), '\n'), faults });

const taken = (name: string, faults: readonly string[]): Case =>
  ({ name: `${name} of another build`, spoil: ({ evidence }, another) => cpSync(join(another.evidence, name), join(evidence, name)), faults });

const without = (name: string, faults: readonly string[]): Case =>
  ({ name: `no ${name}`, spoil: ({ evidence }) => rmSync(join(evidence, name)), faults });

export const CASES: readonly Case[] = [
  { name: 'nothing: the archive', spoil: () => undefined, faults: [] },
  { name: 'nothing: the layout', spoil: ({ layout }) => ({ artifact: layout }), faults: [] },
  { name: 'nothing, without a key', spoil: () => undefined, faults: [], key: 'none' },
  {
    name: 'nothing but the name',
    spoil: ({ archive }) => {
      renameSync(archive, `${archive}.new`);
      return { artifact: `${archive}.new` };
    },
    faults: [],
  },
  { name: 'other timings, which nothing vouches for', spoil: ({ evidence }) => appendFileSync(join(evidence, 'timings.json'), '\n'), faults: [] },
  { name: 'an altered archive', spoil: ({ archive }) => flip(archive), faults: ['artifact-mismatch'] },
  {
    name: 'an altered index of the layout',
    spoil: ({ layout }) => {
      appendFileSync(join(layout, 'index.json'), '\n');
      return { artifact: layout };
    },
    faults: ['artifact-mismatch'],
  },
  ...([
    ['an altered blob', (layout: string) => flip(largestBlob(layout))],
    ['a missing blob', (layout: string) => rmSync(largestBlob(layout))],
    ['one more blob', (layout: string) => writeFileSync(join(blobs(layout), 'a'.repeat(64)), 'more')],
    ['one more file', (layout: string) => writeFileSync(join(layout, 'notes.txt'), 'more')],
    ['another marker', (layout: string) => writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"9.0.0"}')],
    ['no marker', (layout: string) => rmSync(join(layout, 'oci-layout'))],
    ['a link in place of the marker', (layout: string) => moveBehindLink(layout, join(layout, 'oci-layout'))],
    ['a link in place of the blobs', (layout: string) => moveBehindLink(layout, join(layout, 'blobs'))],
    ['a link in place of the folder of a blob', (layout: string) => moveBehindLink(layout, blobs(layout))],
    ['a link in place of a blob', (layout: string) => moveBehindLink(layout, largestBlob(layout))],
  ] as const).map(([name, change]): Case => ({
    name: `${name} of the layout`,
    spoil: ({ layout }) => {
      change(layout);
      return { artifact: layout };
    },
    faults: ['artifact-altered'],
  })),
  {
    name: 'the index alone, as a file in place of the layout',
    spoil: ({ folder, layout }) => {
      const file = join(folder, 'index.json');
      cpSync(join(layout, 'index.json'), file);
      return { artifact: file };
    },
    faults: ['artifact-mismatch'],
  },
  altered('manifest.json', ['evidence-altered']),
  altered('sbom.spdx.json', ['evidence-altered']),
  altered('sbom.cdx.json', ['evidence-altered']),
  altered('provenance.intoto.json', ['evidence-altered', 'evidence-signature']),
  altered('SHA256SUMS', ['evidence-invalid', 'evidence-signature']),
  {
    name: 'checksums that were made to fit another manifest',
    spoil: ({ evidence }) => forge(evidence, 'manifest.json', '"gpgcheck": true', '"gpgcheck": false'),
    faults: ['evidence-disagrees', 'evidence-signature'],
  },
  {
    name: 'without any key, an SBOM of other packages whose checksum was made to fit',
    spoil: ({ evidence }) => forge(evidence, 'sbom.spdx.json', 'pkg:rpm/sample/setup@', 'pkg:rpm/sample/setting@'),
    faults: ['evidence-disagrees'],
    key: 'none',
  },
  { name: 'another key', spoil: () => undefined, faults: ['evidence-signature'], key: 'theirs' },
  { name: 'a private key in the place of the public one', spoil: ({ folder }) => ({ key: join(folder, '../keys/ours.key') }), faults: ['key-unusable'] },
  { name: 'no signature', spoil: () => undefined, faults: ['evidence-unsigned'], from: 'unsigned' },
  without('SHA256SUMS.sigstore.json', ['evidence-unsigned']),
  without('provenance.sigstore.json', ['evidence-unsigned']),
  { name: 'the evidence of another build', spoil: (_, another) => ({ evidence: another.evidence }), faults: ['artifact-mismatch'] },
  { name: 'the evidence of another build, without a key', spoil: (_, another) => ({ evidence: another.evidence }), faults: ['artifact-mismatch'], key: 'none' },
  taken('sbom.cdx.json', ['evidence-altered', 'evidence-disagrees']),
  taken('SHA256SUMS.sigstore.json', ['evidence-signature']),
  taken('provenance.sigstore.json', ['evidence-signature']),
  {
    name: 'an empty folder',
    spoil: ({ folder }) => {
      mkdirSync(join(folder, 'empty'));
      return { evidence: join(folder, 'empty') };
    },
    faults: ['evidence-missing'],
  },
  { name: 'no folder', spoil: ({ folder }) => ({ evidence: join(folder, 'nowhere') }), faults: ['evidence-missing'] },
  { name: 'one more file among the evidence', spoil: ({ evidence }) => writeFileSync(join(evidence, 'notes.txt'), 'more'), faults: ['evidence-extra'] },
  without('sbom.cdx.json', ['evidence-incomplete']),
];
