import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

export interface TestServer {
  /** `http://127.0.0.1:PORT`, or with https. */
  readonly url: string;
  readonly port: number;
  /** `METHOD /path?query` of each request, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Answers a request, or returns false to leave it to the next. */
export type Answer = (path: string, response: ServerResponse, request: IncomingMessage) => boolean | Promise<boolean>;

/** A server on the loopback interface; ends with the process of the tests. Requests that nothing answers get 404. */
export const serve = (...answers: readonly Answer[]): Promise<TestServer> => listen('http', createServer, answers);

/** The same behind TLS. */
export const serveSecurely = (options: ServerOptions, ...answers: readonly Answer[]): Promise<TestServer> =>
  listen('https', (answer) => createSecureServer(options, answer), answers);

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(scheme: 'http' | 'https', create: (respond: Respond) => Server, answers: readonly Answer[]): Promise<TestServer> {
  const requests: string[] = [];
  const server = create((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*$/, ''));
    void (async () => {
      for (const answer of answers) if (await answer(path, response, request)) return;
      response.writeHead(404).end('not here\n');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  // Does not keep the process of the tests alive.
  server.unref();
  return { url: `${scheme}://127.0.0.1:${port}`, port, requests, close };
}

/** Files below a folder, under a prefix of the path. */
export const files = (prefix: string, folder: string): Answer => (path, response, request) => {
  if (!path.startsWith(`${prefix}/`)) return false;
  const file = join(folder, normalize(path.slice(prefix.length)));
  const status = statSync(file, { throwIfNoEntry: false });
  if (status?.isFile() !== true) return false;
  // curl asks for a range where a download goes on; the whole file is an answer too.
  response.writeHead(200, { 'content-length': status.size, 'last-modified': status.mtime.toUTCString() });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
  return true;
};
