import type { lookup } from 'node:dns';
import { createServer as createWebServer, request as send, type Server as WebServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { parseDestination } from '../../../src/destination.ts';
import { isOwnAddress, MOST_CLIENTS, openForwardProxy, type ForwardProxy } from '../../../src/host/forward-proxy.ts';

let web: WebServer;
let echo: Server;
const open: (() => void)[] = [];

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
let [port, echoPort] = [0, 0];

beforeAll(async () => {
  web = createWebServer((request, response) => {
    const { host, connection, 'proxy-connection': hop, 'proxy-authorization': secret, 'x-own': own } = request.headers;
    const { method, url } = request;
    void text(request).then((body) => response.writeHead(201).end(JSON.stringify({ method, url, host, connection, hop, secret, own, body })));
  });
  echo = createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket));
  [port, echoPort] = [await listen(web), await listen(echo)];
});
afterEach(() => open.splice(0).forEach((close) => close()));
afterAll(() => (web.close(), echo.close()));

/** The port of a proxy that is told of `names` what they lead to. */
async function startProxy(allowed: readonly string[], names: Readonly<Record<string, readonly string[]>> = {}): Promise<{ readonly proxy: ForwardProxy; readonly at: number }> {
  const lookUp = ((name: string, _options: object, done: (error: Error | null, found: unknown) => void) => {
    const found = names[name];
    if (found === undefined) done(new Error(`getaddrinfo ENOTFOUND ${name}`), []);
    else done(null, found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  }) as typeof lookup;
  const proxy = openForwardProxy(allowed.flatMap((entry) => parseDestination(entry) ?? []), lookUp);
  const server = createServer((client) => proxy.serve(client));
  const at = await listen(server);
  open.push(() => (server.close(), proxy.close()));
  return { proxy, at };
}

const ask = (at: number, url: string, { method = 'GET', headers = {}, body = '' } = {}): Promise<{ readonly status: number | undefined; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const asked = send({ host: '127.0.0.1', port: at, path: url, method, headers, agent: false }, (response) => {
      void text(response).then((answer) => resolve({ status: response.statusCode, body: answer }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** What comes back of what is said to the proxy, until it ends. */
const say = (at: number, words: string): Promise<string> => {
  const client = connect({ port: at, host: '127.0.0.1' });
  client.end(words);
  return text(client);
};

describe('the proxy of a script', () => {
  it('passes requests on to what is listed, without what is between client and proxy', async () => {
    const { proxy, at } = await startProxy([`127.0.0.1:${port}`]);
    const headers = { 'proxy-connection': 'keep-alive', 'proxy-authorization': 'Basic x', host: 'elsewhere.example', 'x-own': 'kept' };
    const { status, body } = await ask(at, `http://127.0.0.1:${port}/a?b=c`, { method: 'POST', headers, body: 'sent' });
    expect(status).toBe(201);
    expect(JSON.parse(body)).toEqual({ method: 'POST', url: '/a?b=c', host: `127.0.0.1:${port}`, connection: 'close', own: 'kept', body: 'sent' });
    expect(proxy.refused()).toEqual([]);
  });

  it('makes tunnels to what is listed', async () => {
    const { at } = await startProxy([`127.0.0.1:${echoPort}`]);
    const told = await say(at, `CONNECT 127.0.0.1:${echoPort} HTTP/1.1\r\nHost: 127.0.0.1:${echoPort}\r\n\r\nthere and back`);
    expect(told).toMatch(/^HTTP\/1\.1 200 [^\r]*\r\n\r\nthere and back$/);
  });

  it('refuses all else, and tells it', async () => {
    const { proxy, at } = await startProxy([`127.0.0.1:${port}`, 'listed.example:443']);
    expect((await ask(at, `http://127.0.0.1:${echoPort}/`)).status).toBe(403);
    expect((await ask(at, `http://localhost:${port}/`)).status).toBe(403);
    expect((await ask(at, 'http://listed.example/')).status).toBe(403);
    expect((await ask(at, 'ftp://listed.example:443/')).status).toBe(403);
    expect((await ask(at, '/')).status).toBe(403);
    for (const asked of ['sub.listed.example:443', 'listed.example:80', 'listed.example', `127.0.0.1:${echoPort}`]) {
      expect(await say(at, `CONNECT ${asked} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    }
    expect(proxy.refused()).toEqual([
      `127.0.0.1:${echoPort}`, `localhost:${port}`, 'listed.example:80', 'ftp://listed.example:443/', '/', 'sub.listed.example:443', 'listed.example',
    ]);
  });

  it('goes nowhere for a name that leads to the machine itself, unless the address is listed', async () => {
    const names = { 'turned.example': ['127.0.0.1', '::1', '169.254.169.254'], 'localhost': ['127.0.0.1'] };
    const { proxy, at } = await startProxy([`turned.example:${port}`, `localhost:${port}`], names);
    expect(await ask(at, `http://turned.example:${port}/`)).toMatchObject({ status: 403, body: expect.stringContaining('leads to the machine itself') });
    expect(await say(at, `CONNECT turned.example:${port} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    expect((await ask(at, `http://localhost:${port}/`)).status).toBe(201);
    expect(proxy.refused()).toEqual([`turned.example:${port} (this name leads to the machine itself: list the address instead)`]);
  });

  it('says what a listed destination lacks', async () => {
    const { proxy, at } = await startProxy(['unknown.example:443', '127.0.0.1:1']);
    expect(await ask(at, 'http://unknown.example:443/')).toEqual({ status: 502, body: 'unknown.example:443: getaddrinfo ENOTFOUND unknown.example\n' });
    expect(await say(at, 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
    expect(proxy.refused()).toEqual([]);
  });

  it('bounds what one script may ask for', async () => {
    const { proxy, at } = await startProxy([]);
    for (let index = 0; index < 30; index += 1) await ask(at, `http://a${index}.example/${'x'.repeat(1000)}`);
    expect(proxy.refused()).toHaveLength(20);
    const clients: Socket[] = [];
    for (let index = 0; index < MOST_CLIENTS + 1; index += 1) clients.push(connect({ port: at, host: '127.0.0.1' }));
    const last = clients.at(-1);
    await new Promise((resolve) => last?.once('close', resolve).on('error', () => undefined).resume());
    expect(clients.filter(({ closed }) => closed)).toHaveLength(1);
    for (const client of clients) client.destroy();
  });

  it.each([['127.0.0.1', 4, true], ['127.8.9.1', 4, true], ['0.0.0.0', 4, true], ['169.254.169.254', 4, true], ['::1', 6, true], ['::', 6, true], ['::ffff:127.0.0.1', 6, true],
    ['fe80::1', 6, true], ['10.0.0.1', 4, false], ['192.0.2.1', 4, false], ['2001:db8::1', 6, false]])('knows whether %s (IPv%d) is the machine’s own: %s', (address, family, expected) => {
    expect(isOwnAddress(address, family)).toBe(expected);
  });
});
