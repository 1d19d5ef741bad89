// Verifies artifacts by their evidence in one namespace: `node worker.ts REQUESTS.json`; prints the codes of what does not hold.
import { readFileSync } from 'node:fs';

import { HewError } from '../../../src/errors.ts';
import { createMachine } from '../../../src/host/machine.ts';
import { enterNamespace } from '../../../src/host/namespace.ts';
import { hostPaths } from '../../../src/host/paths.ts';
import { findSignTools } from '../../../src/host/sign-tools.ts';
import { verifyEvidence } from '../../../src/usecases/verify-evidence.ts';

export interface VerifyRequest {
  readonly artifact: string;
  readonly evidence: string;
  /** Public key. */
  readonly key?: string;
}

await enterNamespace(process.argv.slice(1), hostPaths().work);
const requests = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Readonly<Record<string, VerifyRequest>>;
const host = createMachine({ signal: new AbortController().signal });
try {
  host.openWorkspace();
  const tools = findSignTools(host.paths.cache, await host.tools());
  const answers: Record<string, readonly string[]> = {};
  for (const [name, { artifact, evidence, key }] of Object.entries(requests)) {
    answers[name] = await faultsOf(verifyEvidence(host, { artifact, evidence, ...(key === undefined ? {} : { signer: { key, tools } }) }));
  }
  process.stdout.write(JSON.stringify(answers));
} finally {
  await host.close();
}

/** Codes of all that does not hold, each once. */
async function faultsOf(verified: Promise<unknown>): Promise<readonly string[]> {
  try {
    await verified;
    return [];
  } catch (error) {
    if (!(error instanceof HewError)) throw error;
    return [...new Set(error.problems.map(({ code }) => code))];
  }
}
