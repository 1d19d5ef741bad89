import { createServer } from 'node:https';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';

import { definition, writeFiles } from './places.ts';
import { serve } from './server.ts';
import type { TarEntry } from './tar.ts';
import { runTestTool } from './test-tools.ts';

/** Asks for what its arguments say in every way, and writes what came of it. */
const ASK = `#!/usr/bin/python3
import json, socket, sys, urllib.error, urllib.request
listed, unlisted, host, abstract, result = sys.argv[1:]
port = int(listed.rsplit(':', 1)[1])

def fetch(url):
    try:
        return urllib.request.urlopen(url, timeout=20).read().decode()
    except urllib.error.HTTPError as error:
        return error.code

def reach(family, address):
    try:
        with socket.socket(family) as one:
            one.settimeout(20)
            one.connect(address)
            return 'reached'
    except OSError as error:
        return type(error).__name__

json.dump({
    'listed': fetch(listed + '/file'),
    'unlisted': fetch(unlisted + '/file'),
    'by another name': fetch('http://localhost:%d/file' % port),
    'directly': reach(socket.AF_INET, ('127.0.0.1', port)),
    'the machine': reach(socket.AF_INET, (host, port)),
    'an abstract socket': reach(socket.AF_UNIX, '\\0' + abstract),
    'a name': reach(socket.AF_INET, ('example.com', 80)),
    'interfaces': [line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]],
    'routes': len(open('/proc/net/route').readlines()) - 1,
}, open(result, 'w'))
`;

/** What ASK writes where the first address is listed. */
const ASKED = {
  'listed': 'from the machine', 'unlisted': 403, 'by another name': 403, 'directly': 'ConnectionRefusedError', 'the machine': 'OSError',
  'an abstract socket': 'ConnectionRefusedError', 'a name': 'gaierror', 'interfaces': ['lo'], 'routes': 0,
};

const CURL = `set -e
at=$1 listed=$2 unlisted=$3 tls=$4
{
  curl -sS "$listed/file"; echo
  curl -sSk "$tls/"; echo
  curl -sS -o /dev/null -w '%{http_code}\\n' "$unlisted/file"
  curl -sS -o /dev/null -w '%{http_connect}\\n' "https\${unlisted#http}/" || echo refused
  curl -sS --noproxy '*' "$listed/file" || echo "status $?"
} > "$at" 2> /dev/null
`;
const CURLED = 'from the machine\nfrom TLS\n403\n403\nrefused\nstatus 7\n';

export interface LimitedImage {
  /** The definition. */
  readonly file: string;
  /** What notices and deviations name. */
  readonly listed: string;
  readonly refused: string;
  /** Holds a built root against what its scripts were to find. */
  check(entries: readonly TarEntry[]): void;
}

/** An image whose scripts may reach two of three servers of this machine, and ask for all of them. */
export async function limitedImage(folder: string): Promise<LimitedImage> {
  mkdirSync(folder, { recursive: true });
  await runTestTool([
    'openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem'),
  ], { write: [folder] });
  const listed = await serve((_path, response) => (response.end('from the machine'), true));
  const unlisted = await serve();
  const tls = createServer({ key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) }, (_request, response) => void response.end('from TLS')).unref();
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  const abstract = `hew-test-limited-${process.pid}-${listed.port}`;
  createSocketServer().listen(`\0${abstract}`).unref();
  const secure = `127.0.0.1:${(tls.address() as AddressInfo).port}`;
  const list = [`127.0.0.1:${listed.port}`, secure];
  const curl = (at: string): string => JSON.stringify([at, listed.url, unlisted.url, `https://${secure}`]);
  const network = `network = ${JSON.stringify(list)}\nreason = "asks the servers of the test"\n`;
  const file = writeFiles(folder, {
    'image.toml': definition(['filesystem', 'bash', 'coreutils', 'curl', 'python3'], `[[outputs]]\nformat = "tar"\ncompression = "none"\nfile-name = "root"
[[scripts]]\nname = "asks"\nrun = "ask.py"\nargs = ${JSON.stringify([listed.url, unlisted.url, '192.0.2.1', abstract, '/srv/asked.json'])}\n${network}
[[scripts]]\nname = "curls"\nrun = "curl.sh"\nargs = ${curl('/srv/curled')}\n${network}
[[scripts]]\nname = "builds"\nin = "build"\nrun = "curl.sh"\nargs = ${curl('/mnt/sysimage/srv/built')}\n${network}`),
    'ask.py': ASK, 'curl.sh': CURL,
  });
  return {
    file,
    listed: list.join(', '),
    refused: `127.0.0.1:${unlisted.port}, localhost:${listed.port}`,
    check: (entries) => {
      const text = (path: string): string => entries.find((entry) => entry.path === path)?.content.toString() ?? '';
      expect(JSON.parse(text('srv/asked.json'))).toEqual(ASKED);
      expect([text('srv/curled'), text('srv/built')]).toEqual([CURLED, CURLED]);
      expect([listed.requests, unlisted.requests]).toEqual([['GET /file', 'GET /file', 'GET /file'], []]);
    },
  };
}
