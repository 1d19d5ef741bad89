import { DefinitionError, type Problem } from './errors.ts';

/** One variable of the environment that hew reads. */
interface Setting<T> {
  /** For README. */
  readonly means: string;
  /** What it may be, for the hint of the error. */
  readonly takes: string;
  /** Undefined where the text is not one of those. */
  readonly parse: (text: string) => T | undefined;
}

const oneOf = <T extends string>(...words: readonly T[]) => (text: string): T | undefined => words.find((word) => word === text);

/** Every variable of the environment that changes what hew does. README's table is made of it, and so are the errors. */
export const SETTINGS = {
  HEW_CACHE: setting('the cache folder, instead of `~/.cache/hew`; builds and containers may share one', 'a path', (text) => text),
  HEW_CACHE_SIZE: setting(
    'what kept layers, initrds and artifacts may take together, as `512M` or `10G` (the default); the least recently used go first',
    'a size in K, M, G or T, such as `10G`', parseSize,
  ),
  HEW_TOOLS: setting('`host` or `tree`: where tools come from, instead of deciding', '`host` or `tree`', oneOf('host', 'tree')),
  HEW_WORKSPACE: setting(
    '`memory` or `disk`: where roots are made, instead of deciding by free memory', '`memory` or `disk`', oneOf('memory', 'disk'),
  ),
  HEW_WORKSPACE_SIZE: setting('how much memory roots may take, such as `2G`', 'a size of `1M` or more, in K, M, G or T, such as `2G`', parseRoom),
  HEW_DEBIAN_MIRROR: setting('the Debian mirror that the tools tree comes from', 'a URL, such as `https://deb.debian.org/debian`', (text) =>
    URL.canParse(text) && !/\s/.test(text) ? text : undefined),
  SOURCE_DATE_EPOCH: setting('seconds since 1970: the latest date in an image', 'a number of seconds, such as $(git log -1 --format=%ct)', (text) =>
    /^\d{1,12}$/.test(text) ? Number(text) : undefined),
};

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<Name extends SettingName> = NonNullable<ReturnType<(typeof SETTINGS)[Name]['parse']>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting; undefined where the variable is not set, or empty. Throws `DefinitionError` where it says something else. */
export function readSetting<Name extends SettingName>(env: Environment, name: Name): SettingValue<Name> | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const value = SETTINGS[name].parse(text);
  if (value === undefined) throw new DefinitionError(invalidSetting(name, text));
  return value as SettingValue<Name>;
}

/** Looks at all settings. Throws one `DefinitionError` with every one that cannot be read. */
export function checkSettings(env: Environment): void {
  const problems = Object.entries(SETTINGS).flatMap(([name, { parse }]) => {
    const text = env[name] ?? '';
    return text === '' || parse(text) !== undefined ? [] : [invalidSetting(name as SettingName, text)];
  });
  if (problems.length > 0) throw new DefinitionError(problems);
}

/** What is said of a setting that cannot be used; `reason` where it can be read all the same. */
export const invalidSetting = (name: SettingName, text: string, reason = 'is not what it takes'): Problem => ({
  code: 'setting-invalid',
  message: `the environment variable ${name} ${reason}: ${JSON.stringify(text)}`,
  hint: `unset it, or give ${SETTINGS[name].takes}`,
});

/** README's table. */
export const settingsTable = (): string =>
  ['| variable | means |', '|---|---|', ...Object.entries(SETTINGS).map(([name, { means }]) => `| \`${name}\` | ${means} |`)].join('\n');

function setting<T>(means: string, takes: string, parse: Setting<T>['parse']): Setting<T> {
  return { means, takes, parse };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of a workspace: below a MiB there is no room for anything, and none at all means no limit to tmpfs(5). */
function parseRoom(text: string): number | undefined {
  const bytes = parseSize(text);
  return bytes === undefined || bytes < 2 ** 20 ? undefined : bytes;
}

/** Bytes. */
function parseSize(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,15})([KMGT]?)$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const bytes = Number(digits) * (UNITS[unit.toUpperCase()] ?? 0);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
