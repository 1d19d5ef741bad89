import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { DefinitionError } from '../../src/errors.ts';
import { checkSettings, invalidSetting, readSetting, settingsTable, type SettingName } from '../../src/settings.ts';

describe('readSetting', () => {
  it.each<[SettingName, string | undefined, unknown]>([
    ['HEW_TOOLS', undefined, undefined],
    ['HEW_TOOLS', '', undefined],
    ['HEW_TOOLS', 'host', 'host'],
    ['HEW_WORKSPACE', 'disk', 'disk'],
    ['HEW_WORKSPACE_SIZE', '2G', 2 * 2 ** 30],
    ['HEW_WORKSPACE_SIZE', '40m', 40 * 2 ** 20],
    ['HEW_WORKSPACE_SIZE', '1048576', 2 ** 20],
    ['HEW_CACHE_SIZE', '512M', 512 * 2 ** 20],
    ['HEW_CACHE_SIZE', '8K', 8192],
    ['HEW_CACHE_SIZE', '1T', 2 ** 40],
    ['HEW_CACHE_SIZE', '0', 0],
    ['HEW_DEBIAN_MIRROR', 'http://mirror.example/debian', 'http://mirror.example/debian'],
    ['SOURCE_DATE_EPOCH', '0', 0],
    ['SOURCE_DATE_EPOCH', '1700000000', 1_700_000_000],
  ])('%s=%j is %j', (name, text, value) => {
    expect(readSetting({ [name]: text }, name)).toBe(value);
  });

  it.each<[SettingName, string]>([
    ['HEW_TOOLS', 'hsot'],
    ['HEW_WORKSPACE', 'Disk'],
    ['HEW_WORKSPACE_SIZE', 'banana'],
    // Options of mount(8) must not come in by it.
    ['HEW_WORKSPACE_SIZE', '1G,mode=0777'],
    ['HEW_WORKSPACE_SIZE', '-1G'],
    // To tmpfs it means without a limit.
    ['HEW_WORKSPACE_SIZE', '0'],
    ['HEW_WORKSPACE_SIZE', '100K'],
    ['HEW_WORKSPACE_SIZE', '50%'],
    ['HEW_WORKSPACE_SIZE', '99999999999999T'],
    ...['banana', '10 G', '-1', '1.5G', '10GiB,mode=0777', '1e9'].map((text): [SettingName, string] => ['HEW_CACHE_SIZE', text]),
    ['HEW_DEBIAN_MIRROR', 'mirror.example'],
    ['HEW_DEBIAN_MIRROR', 'http://mirror.example/ forky main'],
    ...['yesterday', '-1', '1.5', ' 1', '1e9'].map((text): [SettingName, string] => ['SOURCE_DATE_EPOCH', text]),
  ])('%s=%j is refused by name', (name, text) => {
    const read = (): unknown => readSetting({ [name]: text }, name);
    expect(read).toThrow(DefinitionError);
    expect(read).toThrow(`the environment variable ${name} is not what it takes: ${JSON.stringify(text)}`);
  });
});

describe('checkSettings', () => {
  it('tells all that cannot be read at once, and leaves other variables alone', () => {
    const env = { HEW_TOOLS: 'a', HEW_WORKSPACE: 'b', HEW_WORKSPACE_SIZE: '1G', HOME: 'c', HEW_OTHER: 'd' };
    expect(() => checkSettings(env)).toThrow(new DefinitionError([invalidSetting('HEW_TOOLS', 'a'), invalidSetting('HEW_WORKSPACE', 'b')]));
  });
});

it('README has the table', () => {
  expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(settingsTable());
});
