import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CHECKOUT } from './checkout.ts';
import { sampleKey } from './places.ts';
import { files, type Answer } from './server.ts';

/** Answers for lists of mirrors, by `/HOST/PATH?QUERY` of their address. */
export const answerLists = (lists: ReadonlyMap<string, () => string>): Answer => (_path, response, request) => {
  const list = lists.get(request.url ?? '');
  if (list !== undefined) response.end(list());
  return list !== undefined;
};

/** Answers for keys, with the sample distribution's, and for each `/HOST/PATH` that holds a repository, with one of a folder. */
export const answerRepositories = (folderOf: (place: string) => string): Answer => (path, response, request) => {
  const key = /RPM-GPG-KEY|\.key$|\.asc$|\.txt$|\.gpg$/.test(path) && !path.endsWith('repomd.xml.asc');
  if (key) response.end(readFileSync(sampleKey()));
  const [, place] = /^(.*?)\/(?:repodata\/[^/]+|(?:Packages\/)?[^/]+\.rpm)$/.exec(path) ?? [];
  if (key || place === undefined) return key;
  return files(place, folderOf(place))(path, response, request);
};

/** A metalink of one mirror, as Fedora's and CentOS's servers answer. */
export const metalink = (server: string, place: string, repository: string): string => {
  const digest = createHash('sha256').update(readFileSync(join(repository, 'repodata/repomd.xml'))).digest('hex');
  return `<?xml version="1.0"?><metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml">
<verification><hash type="sha256">${digest}</hash></verification>
<resources><url protocol="http" type="http" preference="100">${server}${place}/repodata/repomd.xml</url></resources></file></files></metalink>`;
};

/** A list whose first mirror is dead. */
export const mirrorlist = (server: string, place: string): string => `http://127.0.0.1:9/dead/\n${server}${place}/\n`;

/** What a replica of a distribution has instead of the real thing. */
export interface Replica {
  /** Server of keys, and of repositories where `host` names no other. */
  readonly server: string;
  readonly host?: string;
  readonly fingerprint: string;
  /** Folder of entitlement certificates. */
  readonly certificates?: string;
}

/** The file of a distribution that comes with hew, with other hosts, keys and places of certificates, and else as it is. */
export const replicaOf = (name: string, { server, host = server, fingerprint, certificates = '' }: Replica): string =>
  readFileSync(join(CHECKOUT, 'profiles/distros', `${name}.toml`), 'utf8')
    .replaceAll(/^(\s*(?:baseurl|metalink|mirrorlist|snapshot-\w+) = "|gpgkey = \[")https:\/\//gm, (_all, key: string) => `${key}${key.startsWith('gpgkey') ? server : host}/`)
    .replaceAll(/^fingerprints = .*$/gm, `fingerprints = ["${fingerprint}"]`)
    .replaceAll(/^(sslc\w+ = ")\/.*\/([^/"]+")$/gm, `$1${certificates}/$2`);
