import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { describeError, reportError } from '../../src/cli/print-error.ts';
import { formatDeviation, loadDefinition, showRows } from '../../src/definition/index.ts';
import { HewError } from '../../src/errors.ts';
import { quoteCommand } from '../../src/host/quote.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { redact, REDACTED, redactText, withoutCredentials } from '../../src/redact.ts';
import { HEAD, memory, OCI } from './definition/memory.ts';

const HASHES = [
  '$6$saltsalt$0123456789abcdefghijkl', '$y$j9T$abcdefghijklmnop$0123456789abcdef', '$2b$12$abcdefghijklmnopqrstuv0123456789',
  '$5$rounds=5000$salt$abcdefghijklmnop', '$1$salt$abcdefghijklmnop',
];

describe('a text without its secrets', () => {
  it.each(HASHES)('hides the hash %s', (hash) => {
    expect(redactText(`root:${hash}:19000:`)).toBe(`root:${REDACTED}:19000:`);
  });

  it('hides who asks a server and with which password', () => {
    expect(redactText('Cannot download, URL https://me:hunter2@example.invalid/a@b: 401')).toBe(
      `Cannot download, URL https://${REDACTED}@example.invalid/a@b: 401`,
    );
    expect(redactText("curl -- 'ftp://token@h/x'")).toBe(`curl -- 'ftp://${REDACTED}@h/x'`);
    // Neither is encoded everywhere, and only a part would be hidden.
    expect(redactText("no ftp://me:p@ss'word@h/x, https://me:a@b@h")).toBe(`no ftp://${REDACTED}@h/x, https://${REDACTED}@h`);
    expect(withoutCredentials("https://me:p@ss'w\"ord@h:8/x@y?z@")).toBe('https://h:8/x@y?z@');
    expect(redactText('https://example.invalid/me:you@here someone@example.invalid')).toBe('https://example.invalid/me:you@here someone@example.invalid');
  });

  it('hides private keys, also where their end is missing', () => {
    const key = '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----';
    expect(redactText(`a ${key} b`)).toBe(`a ${REDACTED} b`);
    expect(redactText(key.slice(0, 60))).toBe(REDACTED);
  });

  it('leaves everything else as it is', () => {
    fc.assert(fc.property(fc.stringMatching(/^[\w ./:"'-]{0,60}$/), (text) => {
      expect(redactText(text)).toBe(text);
    }));
  });
});

describe('a value without its secrets', () => {
  it('hides what is a secret by its key, and keeps that there is one', () => {
    expect(redact({ system: { 'root-password': 'a', users: [{ name: 'b', password: 'c' }], 'allow-plain-text-passwords': 'A lab.' } })).toEqual({
      system: { 'root-password': REDACTED, users: [{ name: 'b', password: REDACTED }], 'allow-plain-text-passwords': 'A lab.' },
    });
    expect(redact({ password: 12345 })).toEqual({ password: REDACTED });
    expect(redact('x', ['system', 'users', 'azl', 'password'])).toBe(REDACTED);
  });

  it('hides the values of variables that are called secrets', () => {
    expect(redact({ env: ['REGISTRY_TOKEN=abc', 'PATH=/usr/bin', 'db_password=d', 'TOKEN='] })).toEqual({
      env: [`REGISTRY_TOKEN=${REDACTED}`, 'PATH=/usr/bin', `db_password=${REDACTED}`, 'TOKEN='],
    });
  });
});

describe('nothing that hew prints of a definition holds a secret', () => {
  const text = `${HEAD}${OCI}
    [system]
    root-password = "hunter-root"
    allow-plain-text-passwords = "A lab."
    [[system.users]]
    name = "azl"
    password = "${HASHES[0]}"
    [[files]]
    path = "/etc/shadow-part"
    content = "azl:${HASHES[1]}:1"
    [[scripts]]
    content = "true"
    env = ["API_TOKEN=hunter-token"]
    [[repositories]]
    id = "own"
    baseurl = "https://me:hunter-url@example.invalid/"
    gpgkey = ["own.asc"]
  `;
  const SECRETS = /hunter|saltsalt|j9T/;
  const source = memory({ 'images/web.toml': text });
  const load = (set: readonly { key: string; value: string }[] = []): ReturnType<typeof loadDefinition> => loadDefinition(source, 'web', { set });

  it('as rows, as a plan, as deviations', async () => {
    const loaded = await load();
    const rows = showRows(loaded);
    expect(JSON.stringify(rows)).not.toMatch(SECRETS);
    expect(rows.find(({ path }) => path === 'system.users[0].password')?.value).toBe(REDACTED);
    const plan = redact(makePlan(loaded, { architecture: 'x86_64' }));
    expect(JSON.stringify(plan)).not.toMatch(SECRETS);
    expect(plan.configuration.system['root-password']).toBe(REDACTED);
  });

  it.each([
    ['system.root-password', 'hunter-flag'],
    ['system.users.azl.password', 'hunter-flag'],
    ['system.users', '[{name = "azl", password = "hunter-flag"}]'],
    ['scripts[0].env', '["MY_SECRET=hunter-flag"]'],
  ])('after --set %s', async (key, value) => {
    const { deviations, places } = await load([{ key, value }]);
    expect(deviations.map(({ kind }) => kind)).toContain('flag');
    const printed = [...deviations.map(formatDeviation), JSON.stringify(deviations), JSON.stringify(places)].join('\n');
    expect(printed).not.toMatch(SECRETS);
    expect(printed).toContain(REDACTED);
  });

  it('where it is refused', async () => {
    const refused = (set: { key: string; value: string }): Promise<unknown> => load([set]).then(() => 'loaded', (error: unknown) => error);
    for (const set of [{ key: 'system.users.nobody.password', value: 'hunter-x' }, { key: 'system.root-password', value: '["hunter-x"]' }]) {
      const error = await refused(set);
      expect(error).toBeInstanceOf(HewError);
      expect(`${describeError(error).join('\n')}${JSON.stringify(reportError(error))}`).not.toMatch(SECRETS);
    }
  });

  it('in the words of a program, and in its command line', () => {
    const error = new HewError({ code: 'tool-failed', message: 'no https://me:hunter@h/', hint: `root:${HASHES[0]}` });
    expect(`${describeError(error).join('\n')}${JSON.stringify(reportError(error))}`).not.toMatch(SECRETS);
    expect(quoteCommand(['curl', '--', 'https://me:hunter@h/x'])).toBe(`curl -- 'https://${REDACTED}@h/x'`);
  });
});
