import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { describeFile } from '../formats/describe-file.ts';
import { HewError, ToolError, type Problem } from '../errors.ts';
import { checkEvidence, type ArtifactDigest, type EvidenceFolder } from '../evidence/check-evidence.ts';
import { SIGNATURES, verifyAttestationArguments, verifyBlobArguments } from '../evidence/cosign.ts';
import { EVIDENCE } from '../evidence/make-evidence.ts';
import type { Host, ToolsOrigin } from '../host/port.ts';
import { checkLayout } from '../artifact/check-layout.ts';
import { cosignFiles, KEY_PLACE } from '../build/sign-evidence.ts';

export interface EvidenceRequest {
  /** Absolute paths. */
  readonly artifact: string;
  readonly evidence: string;
  /** A cosign public key, and where cosign is. */
  readonly signer?: { readonly key: string; readonly tools: ToolsOrigin };
}

/** The result of the check. */
export interface EvidenceReport {
  readonly artifact: string;
  readonly sha256: string;
  readonly image: string;
  readonly version: string;
  readonly packages: number;
  /** `valid` for the given key; otherwise it is unknown who made the evidence, signed or not. */
  readonly signature: 'valid' | 'not-checked' | 'absent';
}

/**
 * Proves that an artifact, its evidence and, if a key is given, the signatures belong together. Throws one `HewError`
 * with everything that does not match.
 */
export async function verifyEvidence(host: Host, { artifact, evidence, signer }: EvidenceRequest): Promise<EvidenceReport> {
  const folder = await readFolder(host, evidence);
  const { sha256, kind, problems: inside } = await digestOfArtifact(host, artifact);
  const { manifest, problems } = checkEvidence(folder, { name: posix.basename(artifact), kind, sha256 });
  const isThere = folder.files.has(EVIDENCE.checksums);
  const signatures = signer === undefined || !isThere ? [] : await checkSignatures(host, folder, signer);
  const all = [...signatures, ...problems, ...inside];
  if (all.length > 0) throw new HewError(all);
  if (manifest === undefined) throw new TypeError('evidence without a manifest passed');
  return {
    artifact,
    sha256,
    image: manifest.image.name,
    version: manifest.image.version,
    packages: manifest.packages.size,
    signature: signer !== undefined ? 'valid' : folder.files.has(SIGNATURES.checksums) ? 'not-checked' : 'absent',
  };
}

/** Limit of a file of evidence, in bytes. */
const MAX_SIZE = 256 * 1024 * 1024;

async function readFolder(host: Host, path: string): Promise<EvidenceFolder> {
  const status = await host.fs.status(path);
  if (status?.kind !== 'directory') {
    throw new HewError({ code: 'evidence-missing', message: `there is no folder ${path}`, hint: 'name the folder that ends in .evidence, beside the artifact' });
  }
  const files = new Map<string, { text: string; sha256: string } | undefined>();
  for (const name of await host.fs.list(path)) {
    const file = await host.fs.status(posix.join(path, name));
    if (file?.kind !== 'file' || file.size > MAX_SIZE) {
      files.set(name, undefined);
      continue;
    }
    const bytes = await host.fs.readBytes(posix.join(path, name));
    files.set(name, { text: Buffer.from(bytes).toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return { path, files };
}

/** The digest that identifies an artifact, and what in the artifact does not follow from that digest. */
async function digestOfArtifact(host: Host, path: string): Promise<Pick<ArtifactDigest, 'sha256' | 'kind'> & { readonly problems: readonly Problem[] }> {
  const status = await host.fs.status(path);
  if (status?.kind === 'file') return { kind: 'file', sha256: (await describeFile(host, 'file', path)).sha256, problems: [] };
  const index = posix.join(path, 'index.json');
  if (status?.kind === 'directory' && (await host.fs.status(index))?.kind === 'file') {
    return { kind: 'layout', sha256: (await describeFile(host, 'layout', index)).sha256, problems: await checkLayout(host, path) };
  }
  throw new HewError({
    code: status === undefined ? 'artifact-not-found' : 'artifact-unknown',
    message: status === undefined ? `there is no file or folder ${path}` : `${path} is neither a file nor an OCI layout`,
    hint: 'name an artifact as the build wrote it',
  });
}

async function checkSignatures(
  host: Host,
  { path, files }: EvidenceFolder,
  { key, tools }: NonNullable<EvidenceRequest['signer']>,
): Promise<readonly Problem[]> {
  if (!/-----BEGIN PUBLIC KEY-----/.test((await host.fs.readTextIfThere(key)) ?? '')) throw noPublicKey(key);
  const cosign = await cosignFiles(host);
  const at = (name: string): string => posix.join(path, name);
  const isValid = async (args: readonly string[]): Promise<boolean> => {
    try {
      await host.run({ tool: 'cosign', args, view: { tools: tools.root, place: { [KEY_PLACE]: key }, read: [path, posix.dirname(cosign.trustedRoot)] } });
      return true;
    } catch (error) {
      if (error instanceof ToolError && error.status !== undefined) return false;
      throw error;
    }
  };
  const checks: readonly (readonly [string, string, readonly string[]])[] = [
    [SIGNATURES.checksums, EVIDENCE.checksums, verifyBlobArguments(cosign, at(EVIDENCE.checksums), at(SIGNATURES.checksums))],
    [SIGNATURES.provenance, EVIDENCE.provenance, verifyAttestationArguments(cosign, at(SIGNATURES.provenance))],
  ];
  const problems: Problem[] = [];
  for (const [signature, signed, args] of checks) {
    if (files.get(signature) === undefined) problems.push(unsigned(signed, signature));
    else if (!(await isValid(args))) problems.push(badSignature(signed, signature, key));
  }
  if (problems.length === 0 && !holdsStatement(files.get(SIGNATURES.provenance)?.text ?? '', files.get(EVIDENCE.provenance)?.text ?? '')) {
    problems.push(badSignature(EVIDENCE.provenance, SIGNATURES.provenance, key));
  }
  return problems;
}

/** Whether the signed envelope holds the statement beside it. */
function holdsStatement(bundle: string, statement: string): boolean {
  const { dsseEnvelope } = JSON.parse(bundle) as { dsseEnvelope?: { payload?: string } };
  return Buffer.from(dsseEnvelope?.payload ?? '', 'base64').toString('utf8') === statement;
}

const noPublicKey = (key: string): HewError =>
  new HewError({ code: 'key-unusable', message: `${key} is not a public key`, hint: 'name the .pub file of the signer' }, { exitCode: 2 });

const unsigned = (signed: string, signature: string): Problem => ({
  code: 'evidence-unsigned',
  message: `${signed} is not signed: there is no ${signature}`,
  hint: 'build with `--sign-key`, or leave --key out: then it is not proven who made it',
});

const badSignature = (signed: string, signature: string, key: string): Problem => ({
  code: 'evidence-signature',
  message: `${signature} is not a signature of this ${signed} by the key ${posix.basename(key)}`,
  hint: 'another key signed it, or a file changed since: do not trust this artifact',
});
