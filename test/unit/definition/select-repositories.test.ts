import { describe, expect, it } from 'vitest';

import { loadDefinition } from '../../../src/definition/index.ts';
import { HewError } from '../../../src/errors.ts';
import { HEAD, memory, OCI } from './memory.ts';

const DISTRO = `
id = "test"
name = "Test Linux"
releasever = "1"
channel = "prod"
[snapshots]
pattern = 'Test-\\d{8}\\.\\d'
example = "Test-20261001.0"
from-date = "Test-$date.0"
[[repositories]]
id = "base"
channels = ["prod", "preview"]
metalink = "https://example.invalid/metalink"
snapshot-baseurl = "https://example.invalid/$snapshot/$basearch"
gpgkey = ["a.asc"]
[[repositories]]
id = "preview"
channels = ["preview"]
baseurl = "https://example.invalid/preview"
gpgkey = ["a.asc"]
[[repositories]]
id = "extra"
enabled = false
baseurl = "https://example.invalid/extra"
gpgkey = ["a.asc"]
`;

const load = async (text: string, distro = DISTRO) => {
  const { repositories, unusedRepositories, snapshot } = await loadDefinition(
    memory({ 'profiles/distros/test.toml': distro, '/work/images/web.toml': `${text}\n${HEAD}${OCI}` }), '/work/images/web.toml');
  return { ids: repositories.map(({ id }) => id), repositories, unused: unusedRepositories, snapshot };
};

const codeOf = async (work: Promise<unknown>): Promise<readonly (string | undefined)[]> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof HewError)) throw new Error('no HewError', { cause: error });
  return [error.code, error.problems[0]?.hint];
};

describe('repositories of a distribution', () => {
  it('are those of its usual channel that are on', async () => {
    const { ids, unused } = await load('');
    expect(ids).toEqual(['base']);
    expect(unused).toEqual([
      { id: 'preview', why: 'It belongs to preview, and the channel is prod.' },
      { id: 'extra', why: 'The distribution does not use it by itself; `enable-repositories` does.' },
    ]);
  });

  it('are chosen by channel and turned on by id', async () => {
    expect((await load('channel = "preview"\nenable-repositories = ["extra"]')).ids).toEqual(['base', 'preview', 'extra']);
  });

  it('are not chosen by what they are not called', async () => {
    expect(await codeOf(load('channel = "stable"'))).toEqual(['channel-not-offered', 'it has prod and preview']);
    expect((await codeOf(load('enable-repositories = ["extras"]')))[0]).toBe('repository-not-offered');
  });
});

describe('an old state of a distribution', () => {
  it.each(['2026-10-01', 'Test-20261001.0'])('is named by day or name: %s', async (name) => {
    const { snapshot, repositories: [base], unused } = await load(`snapshot = "${name}"\nchannel = "preview"`);
    expect(snapshot).toBe('Test-20261001.0');
    expect(base?.baseurl).toEqual(['https://example.invalid/$snapshot/$basearch']);
    expect(base?.metalink).toBeUndefined();
    expect(unused).toContainEqual({ id: 'preview', why: 'It keeps no old states, and Test-20261001.0 is asked for.' });
  });

  it('is refused by another name', async () => {
    expect(await codeOf(load('snapshot = "yesterday"'))).toEqual(['snapshot-name', 'name one such as "Test-20261001.0", or the day of one, such as "2026-10-01"']);
  });

  it('is refused where none is kept', async () => {
    expect((await codeOf(load('snapshot = "2026-10-01"', DISTRO.replace(/\[snapshots\][^[]*/, ''))))[0]).toBe('snapshot-not-offered');
  });
});
