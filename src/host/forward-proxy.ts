import { lookup } from 'node:dns';
import { createServer, request as send, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { BlockList, connect, type LookupFunction, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';

import { formatDestination, parseDestination, type Destination } from '../destination.ts';

/** An HTTP proxy that passes on to listed destinations alone. */
export interface ForwardProxy {
  /** Serves a client that has connected. */
  serve(client: Socket): void;
  /** What clients asked for in vain, each once: `host:port`, or less where they named no such thing. */
  refused(): readonly string[];
  /** Ends every connection. */
  close(): void;
}

/** Connections at a time: each takes two descriptors, of which hew itself needs some. */
export const MOST_CLIENTS = 64;

/** Refusals that are kept for the message, and characters of each: the client may ask for anything, without end. */
const MOST_REFUSALS = 20;
const LONGEST_REFUSAL = 300;

/**
 * Makes a proxy for CONNECT and for plain `http:` (RFC 9110, 9.3.6 and 7.6). Destinations are compared as they are
 * written, before any name is looked up; names are looked up here, and one that leads to this machine itself is
 * refused, so that whoever answers for a listed name opens nothing of the machine.
 */
export function openForwardProxy(allowed: readonly Destination[], lookUp = lookup): ForwardProxy {
  const listed = new Map(allowed.map((destination) => [formatDestination(destination), destination]));
  const refusals = new Set<string>();
  const clients = new Set<Socket>();
  const refuse = (asked: string): void => {
    if (refusals.size < MOST_REFUSALS) refusals.add(asked.slice(0, LONGEST_REFUSAL));
  };
  const find = (asked: string): Destination | undefined => {
    const destination = parseDestination(asked);
    const found = destination === undefined ? undefined : listed.get(formatDestination(destination));
    if (found === undefined) refuse(destination === undefined ? asked : formatDestination(destination));
    return found;
  };
  const explain = (error: Error, destination: Destination): Refusal => {
    if (!(error instanceof OwnAddress)) return { status: 502, text: `${formatDestination(destination)}: ${error.message}` };
    refuse(`${formatDestination(destination)} (${error.message})`);
    return { status: 403, text: error.message };
  };

  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '');
    const asked = url?.protocol === 'http:' ? `${url.hostname}:${url.port || '80'}` : request.url ?? '';
    const destination = find(asked);
    if (url === null || destination === undefined) return answer(response, notListed(asked));
    forward(request, response, url, addressOf(destination, lookUp), (error) => answer(response, explain(error, destination)));
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, first: Buffer) => {
    const asked = request.url ?? '';
    const destination = find(asked);
    // Who left early is of no interest.
    client.on('error', () => undefined);
    if (destination === undefined) return void client.end(rawAnswer(notListed(asked)));
    const upstream = connect({ ...addressOf(destination, lookUp), allowHalfOpen: true });
    upstream.once('connect', () => {
      if (client.destroyed) return void upstream.destroy();
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(first);
      pipeline(client, upstream, client, () => undefined);
    });
    upstream.once('error', (error) => {
      if (upstream.pending) client.end(rawAnswer(explain(error, destination)));
    });
    client.once('close', () => upstream.destroy());
  });
  server.on('clientError', (_error, client) => client.destroy());
  return {
    serve: (client) => {
      if (clients.size >= MOST_CLIENTS) return void client.destroy();
      clients.add(client);
      // Who has said all may still be waiting for the answer.
      client.allowHalfOpen = true;
      client.once('close', () => clients.delete(client));
      server.emit('connection', client);
    },
    refused: () => [...refusals],
    close: () => {
      for (const client of clients) client.destroy();
    },
  };
}

interface Refusal {
  readonly status: 403 | 502;
  readonly text: string;
}

const notListed = (asked: string): Refusal => ({ status: 403, text: `${asked}: not in the script's \`network\`` });

const REASONS = { 403: 'Forbidden', 502: 'Bad Gateway' };

const answer = (response: ServerResponse, { status, text }: Refusal): void => {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
};

const rawAnswer = ({ status, text }: Refusal): string =>
  `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${text}\n`;

function forward(request: IncomingMessage, response: ServerResponse, url: URL, address: Address, fail: (error: Error) => void): void {
  const upstream = send({
    ...address,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    headers: { ...endToEnd(request.headers), host: url.host },
    agent: false,
  });
  upstream.once('error', fail);
  upstream.once('response', (from) => {
    response.writeHead(from.statusCode ?? 502, endToEnd(from.headers));
    pipeline(from, response, () => undefined);
  });
  response.once('close', () => upstream.destroy());
  // The event above reports what fails here, once.
  pipeline(request, upstream, () => undefined);
}

/** Headers that are between a client and its proxy (RFC 9110, 7.6.1), but for the coding of the body, which Node applies itself. */
const HOP_BY_HOP = ['connection', 'expect', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'upgrade'];

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const named = (headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim());
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name) && (name === 'transfer-encoding' || !named.includes(name))));
};

/** Options of a connection. A host that is an address is not looked up. */
interface Address extends Destination {
  readonly lookup: LookupFunction;
}

const addressOf = ({ host, port }: Destination, lookUp: typeof lookup): Address =>
  ({ host: host.replace(/^\[(.*)\]$/, '$1'), port, lookup: host === 'localhost' ? lookUp : elsewhere(lookUp) });

/** Loopback, "this host", and addresses of one link, where clouds answer for the machine: RFC 6890. */
const OWN_ADDRESSES = new BlockList();
for (const [net, bits] of [['0.0.0.0', 8], ['127.0.0.0', 8], ['169.254.0.0', 16]] as const) OWN_ADDRESSES.addSubnet(net, bits);
for (const [net, bits] of [['::', 127], ['fe80::', 10]] as const) OWN_ADDRESSES.addSubnet(net, bits, 'ipv6');

class OwnAddress extends Error {}

/** Whether an address leads to this machine itself. */
export const isOwnAddress = (address: string, family: number): boolean => OWN_ADDRESSES.check(address, family === 6 ? 'ipv6' : 'ipv4');

/** A look-up without the addresses of this machine. */
const elsewhere = (lookUp: typeof lookup): LookupFunction => (name, options, done) =>
  lookUp(name, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, []);
    const others = found.filter(({ address, family }) => !isOwnAddress(address, family));
    const [first] = others;
    if (first === undefined) return done(new OwnAddress('this name leads to the machine itself: list the address instead'), []);
    if (options.all === true) done(null, others);
    else done(null, first.address, first.family);
  });
