import { spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseDestination } from '../destination.ts';
import { HewError } from '../errors.ts';
import { CLEAN_ENVIRONMENT } from './process.ts';

/** A network in which nothing is but a proxy of hew's own. */
export interface LimitedNetwork {
  /** Command line in front of a program, which then has this network and no other. */
  readonly enter: readonly string[];
  /** Tells programs of the proxy, in the variables that curl, Python, Go and most others read. */
  readonly env: Readonly<Record<string, string>>;
  /** What programs asked for in vain. */
  refused(): readonly string[];
  close(): Promise<void>;
}

/** The module of the process lies here, bundled or not; the bundler keeps it a file of its own (bin/bundle.js). */
const LISTENER = fileURLToPath(new URL(`../host/listener${extname(import.meta.url)}`, import.meta.url));

const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

/**
 * Makes a network namespace with a loopback interface and one listening socket, which is hew's: a socket stays in the
 * namespace where it was made (network_namespaces(7)), so hew serves it from outside, and programs inside need no help
 * to reach it. Names are looked up outside too. `allowed` are destinations as `parseDestination` reads them.
 * Throws `HewError` where the kernel allows no such namespace.
 */
export async function openLimitedNetwork(allowed: readonly string[]): Promise<LimitedNetwork> {
  const destinations = allowed.flatMap((text) => parseDestination(text) ?? []);
  // bubblewrap brings the loopback interface up.
  const holder = spawn(
    'bwrap', ['--die-with-parent', '--unshare-net', '--dev-bind', '/', '/', '--', process.execPath, LISTENER],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...CLEAN_ENVIRONMENT } },
  );
  let complaint = '';
  holder.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // `close` comes with the last word of the complaint, and not at all where this end of the channel was closed.
  const failed = new Promise<undefined>((resolve) => {
    holder.once('error', (error) => ((complaint = error.message), resolve(undefined)));
    holder.once('close', () => resolve(undefined));
  });
  const ended = new Promise<void>((resolve) => holder.once('exit', () => resolve()));
  const listening = new Promise<{ readonly pid: number; readonly port: number; readonly server: Server }>((resolve) => {
    holder.once('message', (told: { readonly pid: number; readonly port: number }, server) => resolve({ ...told, server: server as Server }));
  });
  const ready = await Promise.race([listening, failed]);
  if (ready === undefined) {
    throw new HewError({
      code: 'no-network-namespace',
      message: `no network could be made that reaches ${allowed.join(', ')} alone: ${complaint.trim() || 'bwrap ended'}`,
      hint: 'bubblewrap has to be allowed to make network namespaces, as it does for every tool',
    });
  }
  const { openForwardProxy } = await import('./forward-proxy.ts');
  const proxy = openForwardProxy(destinations);
  ready.server.on('connection', (client) => proxy.serve(client));
  const address = `http://127.0.0.1:${ready.port}`;
  return {
    enter: ['nsenter', `--net=/proc/${ready.pid}/ns/net`, '--'],
    env: Object.fromEntries(VARIABLES.map((name) => [name, address])),
    refused: () => proxy.refused(),
    close: async () => {
      ready.server.close();
      proxy.close();
      if (holder.connected) holder.disconnect();
      await ended;
    },
  };
}
