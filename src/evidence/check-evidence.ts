import type { Problem } from '../errors.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { SIGNATURES } from './cosign.ts';
import { EVIDENCE } from './make-evidence.ts';
import { readChecksums, type Checksum } from './read-checksums.ts';
import {
  readCycloneDx, readManifest, readProvenance, readSpdx, type ManifestStatement, type ProvenanceStatement, type Statement,
} from './statements.ts';

/** The files of an evidence folder. */
export interface EvidenceFolder {
  /** Its name in messages. */
  readonly path: string;
  /** Every file in it. `text` is undefined if it is not a plain file. */
  readonly files: ReadonlyMap<string, { readonly text: string; readonly sha256: string } | undefined>;
}

/** The digest that identifies an artifact: of the file, or of the `index.json` of an OCI layout. */
export interface ArtifactDigest {
  readonly name: string;
  readonly kind: 'file' | 'layout';
  readonly sha256: string;
}

export interface CheckedEvidence {
  readonly problems: readonly Problem[];
  /** Undefined where the manifest cannot be read. */
  readonly manifest: ManifestStatement | undefined;
}

/** What the checksums must list, besides other files. */
const BOUND = [EVIDENCE.manifest, EVIDENCE.spdx, EVIDENCE.cycloneDx, EVIDENCE.provenance] as const;

/** Files that the checksums do not list: the checksums themselves, their signatures, and what differs between builds. */
const UNBOUND: readonly string[] = [EVIDENCE.checksums, EVIDENCE.timings, ...Object.values(SIGNATURES)];

/**
 * Checks an evidence folder against the digest of an artifact: every file matches the checksums, no file is missing or
 * extra, and all files name the same artifacts and packages. Signatures say who wrote it.
 */
export function checkEvidence({ path, files }: EvidenceFolder, artifact: ArtifactDigest): CheckedEvidence {
  const sums = files.get(EVIDENCE.checksums);
  if (sums === undefined) {
    return {
      manifest: undefined,
      problems: [problem('evidence-missing', `${path} holds no evidence: there is no ${EVIDENCE.checksums} in it`, 'name the folder that ends in .evidence, beside the artifact')],
    };
  }
  const rows = readChecksums(sums.text);
  if (rows === undefined) return { manifest: undefined, problems: [invalid(EVIDENCE.checksums)] };
  const own = rows.filter(({ name }) => !name.startsWith('../'));
  const made = rows.filter(({ name }) => name.startsWith('../')).map(({ name, sha256 }) => ({ name: name.slice('../'.length), sha256 }));
  const read = readStatements(files);
  return {
    manifest: read.manifest,
    problems: [
      ...checkFiles(own, files),
      ...read.unreadable.map(invalid),
      ...checkArtifact(artifact, made),
      ...checkAgreement(read, made, own),
    ],
  };
}

function checkFiles(own: readonly Checksum[], files: EvidenceFolder['files']): readonly Problem[] {
  const listed = new Map(own.map(({ name, sha256 }) => [name, sha256]));
  const names = [...new Set([...BOUND, ...listed.keys()])];
  return [
    ...names.flatMap((name): readonly Problem[] => {
      const sha256 = listed.get(name);
      if (sha256 === undefined) return [problem('evidence-incomplete', `${EVIDENCE.checksums} does not list ${name}`, WRONG_FOLDER)];
      const file = files.get(name);
      if (file === undefined) return [problem('evidence-incomplete', `${name} is missing, and ${EVIDENCE.checksums} lists it`, WRONG_FOLDER)];
      return file.sha256 === sha256 ? [] : [problem('evidence-altered', `${name} is not the file that ${EVIDENCE.checksums} lists: its digest is ${file.sha256}`, DISTRUST)];
    }),
    ...[...files].flatMap(([name, file]): readonly Problem[] =>
      file !== undefined && (listed.has(name) || UNBOUND.includes(name)) ? [] : [problem('evidence-extra', `${name} is in the evidence folder, and ${EVIDENCE.checksums} does not list it`, 'remove it: the folder may hold only evidence')]),
  ];
}

/** The name of a layout's row in the checksums ends like this; a file with the same bytes is not a layout. */
const INDEX = '/index.json';

/** Names are not compared: an artifact may be renamed, but its bytes may not change. */
function checkArtifact({ name, kind, sha256 }: ArtifactDigest, made: readonly Checksum[]): readonly Problem[] {
  if (made.some((row) => row.sha256 === sha256 && row.name.endsWith(INDEX) === (kind === 'layout'))) return [];
  const names = made.map((row) => (row.name.endsWith(INDEX) ? row.name.slice(0, -INDEX.length) : row.name));
  return [names.includes(name)
    ? problem('artifact-mismatch', `${name} is not the artifact that this evidence describes: its digest is ${sha256}`, 'it was changed after it was built, or this is the evidence of another build of it')
    : problem('artifact-mismatch', `this evidence describes ${names.join(', ') || 'nothing'} and not ${name}`, 'it is the evidence of another build')];
}

interface ReadStatements {
  readonly manifest: ManifestStatement | undefined;
  readonly provenance: ProvenanceStatement | undefined;
  readonly others: readonly (readonly [string, Statement])[];
  readonly unreadable: readonly string[];
}

function readStatements(files: EvidenceFolder['files']): ReadStatements {
  const read = <T>(name: string, reader: (text: string) => T | undefined): T | undefined => {
    const text = files.get(name)?.text;
    return text === undefined ? undefined : reader(text);
  };
  const manifest = read(EVIDENCE.manifest, readManifest);
  const provenance = read(EVIDENCE.provenance, readProvenance);
  const all: readonly (readonly [string, Statement | undefined])[] = [
    [EVIDENCE.manifest, manifest], [EVIDENCE.provenance, provenance],
    [EVIDENCE.spdx, read(EVIDENCE.spdx, readSpdx)], [EVIDENCE.cycloneDx, read(EVIDENCE.cycloneDx, readCycloneDx)],
  ];
  return {
    manifest,
    provenance,
    others: all.flatMap(([name, statement]) => (statement === undefined || name === EVIDENCE.manifest ? [] : [[name, statement] as const])),
    unreadable: all.flatMap(([name, statement]) => (statement === undefined && files.get(name) !== undefined ? [name] : [])),
  };
}

function checkAgreement({ manifest, provenance, others }: ReadStatements, made: readonly Checksum[], own: readonly Checksum[]): readonly Problem[] {
  if (manifest === undefined) return [];
  const listed: Statement = { artifacts: new Set(made.map(({ sha256 }) => sha256)), packages: manifest.packages };
  const sums = new Map(own.map(({ name, sha256 }) => [name, sha256]));
  return [
    ...[[EVIDENCE.checksums, listed] as const, ...others].flatMap(([name, statement]) => [
      ...disagreements(name, 'artifact', manifest.artifacts, statement.artifacts),
      ...disagreements(name, 'package', manifest.packages, statement.packages),
    ]),
    ...[...(provenance?.byproducts ?? [])].flatMap(([name, sha256]) => (sums.get(name) === sha256 ? [] : [
      problem('evidence-disagrees', `${EVIDENCE.provenance} describes another ${name} than ${EVIDENCE.checksums}`, DISTRUST),
    ])),
  ];
}

function disagreements(name: string, kind: string, manifest: ReadonlySet<string>, other: ReadonlySet<string>): readonly Problem[] {
  const only = (a: ReadonlySet<string>, b: ReadonlySet<string>, says: string, silent: string): readonly Problem[] => {
    const rows = [...a].filter((row) => !b.has(row));
    if (rows.length === 0) return [];
    const more = rows.length === 1 ? '' : ` and ${rows.length - 1} more`;
    return [problem('evidence-disagrees', `${says} names the ${kind} ${rows[0] ?? ''}${more}, and ${silent} does not`, DISTRUST)];
  };
  return [...only(manifest, other, EVIDENCE.manifest, name), ...only(other, manifest, name, EVIDENCE.manifest)];
}

const WRONG_FOLDER = 'name the evidence folder as the build wrote it';
const DISTRUST = 'do not trust this artifact by this evidence; get both again from where they were built';

const invalid = (name: string): Problem => problem('evidence-invalid', `${name} is not what hew writes under this name`, DISTRUST);

const problem = (code: ErrorCode, message: string, hint: string): Problem => ({ code, message, hint });
