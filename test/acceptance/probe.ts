import type { Plan } from '../../src/plan/types.ts';
import { expandVariables, repositoryVariables } from '../../src/packages/repository-variables.ts';

/** What an address of a distribution answers: `answers`, `refuses` (the server is there and says 4xx) or `silent`. */
export interface Probe {
  readonly url: string;
  readonly found: 'answers' | 'refuses' | 'silent';
  readonly why?: string;
  /** Whether the address is a list of mirrors, each of which may be down all the same. */
  readonly list: boolean;
}

const TRIES = 3;
const TIMEOUT_MS = 30_000;
/** The server is there, but not now: https://www.rfc-editor.org/rfc/rfc6585#section-4 and RFC 9110, section 15.6. */
const comesBack = (status: number): boolean => status === 429 || status >= 500;

type Fetch = (url: string) => Promise<{ readonly status: number }>;

/** Node's own fetch, without a body. */
export const fetchStatus: Fetch = async (url) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'follow' });
  await response.body?.cancel();
  return response;
};

/**
 * The addresses of a plan that can be asked without a certificate: of each repository its list of mirrors or its
 * metadata, and its keys. Each once.
 */
export function addressesOf(plan: Pick<Plan, 'distribution' | 'targets'>): readonly Pick<Probe, 'url' | 'list'>[] {
  const found = plan.targets.flatMap((target) => {
    const variables = repositoryVariables(plan, target);
    return target.repositories.flatMap(({ settings }) => {
      if (settings.sslclientcert !== undefined) return [];
      const list = settings.metalink ?? settings.mirrorlist;
      const metadata = list ?? `${settings.baseurl[0]?.replace(/\/$/, '') ?? ''}/repodata/repomd.xml`;
      return [
        { url: metadata, list: list !== undefined },
        ...settings.gpgkey.map((url) => ({ url, list: false })),
      ].map(({ url, ...rest }) => ({ url: expandVariables(url, variables), ...rest }));
    });
  });
  return [...new Map(found.filter(({ url }) => /^https?:/.test(url)).map((one) => [one.url, one])).values()];
}

/** Asks each address, up to three times while nothing answers. `pause` waits before the next try, whose number it gets. */
export async function probeAddresses(
  addresses: readonly Pick<Probe, 'url' | 'list'>[], ask: Fetch, pause: (tried: number) => Promise<void>,
): Promise<readonly Probe[]> {
  return Promise.all(addresses.map(async (address): Promise<Probe> => {
    let why = '';
    for (let tried = 1; tried <= TRIES; tried++) {
      try {
        const { status } = await ask(address.url);
        if (status < 400) return { ...address, found: 'answers' };
        why = `status ${status}`;
        if (!comesBack(status)) return { ...address, found: 'refuses', why };
      } catch (error) {
        why = reasonOf(error);
      }
      if (tried < TRIES) await pause(tried);
    }
    return { ...address, found: 'silent', why };
  }));
}

/** fetch says "fetch failed" and keeps the reason to itself. */
const reasonOf = (error: unknown): string => {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  if (typeof cause?.message === 'string') return cause.message;
  return error instanceof Error ? error.message : String(error);
};
