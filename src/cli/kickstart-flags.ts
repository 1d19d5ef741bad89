import { Flags } from '@oclif/core';

import type { LoadOptions, Setting } from '../definition/index.ts';
import { DefinitionError } from '../errors.ts';
import type { InterpretOptions } from '../kickstart/index.ts';
import { reason } from '../schema-words.ts';

/** The flags of every command that reads kickstart files. */
export const kickstartFlags = {
  include: Flags.string({
    description: 'use FILE where a kickstart file includes NAME (repeatable)',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=FILE',
  }),
  'hash-passwords': Flags.string({
    description: 'accept passwords in plain text for this reason, and write only their hashes',
    helpValue: 'REASON',
  }),
  'plain-partitions': Flags.boolean({
    description: 'make partitions of the same sizes instead of LVM volumes of a kickstart file',
  }),
};

/** The flag that sets a value, besides those of kickstart files. */
export const setFlags = {
  set: Flags.string({
    description: 'set a value of the definition, or add to a list with `+=` (repeatable)',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY=VALUE',
  }),
};

/** The same flags as the definition stage takes them. Throws `DefinitionError` for one without `=`. */
export const parseIncludes = (given: readonly string[] = []): NonNullable<LoadOptions['includes']> =>
  given.map((text) => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return { name: text.slice(0, at), file: text.slice(at + 1) };
    throw new DefinitionError({
      code: 'usage',
      message: `--include ${text} has no file`,
      hint: 'write --include NAME=FILE, with NAME as %include has it',
    });
  });

interface Settings {
  readonly set?: readonly string[] | undefined;
  readonly 'hash-passwords'?: string | undefined;
  readonly 'plain-partitions'?: boolean | undefined;
}

/** What `--set`, `--hash-passwords` and `--plain-partitions` set. Throws `DefinitionError` for a `--set` without `=` and for a reason that says nothing. */
export const parseSettings = ({ set = [], 'hash-passwords': hash, 'plain-partitions': plain = false }: Settings): readonly Setting[] => [
  ...set.map(parseSetting),
  ...(hash === undefined ? [] : [{ key: PLAIN_TEXT, value: checkReason(hash) }]),
  ...(plain ? [{ key: PLAIN_PARTITIONS, value: 'asked for by --plain-partitions' }] : []),
];

const PLAIN_PARTITIONS = 'kickstart-plain-partitions';
const PLAIN_TEXT = 'system.allow-plain-text-passwords';

const parseSetting = (text: string): Setting => {
  const [, key = '', plus, value = ''] = /^([^=]+?)(\+?)=(.*)$/s.exec(text) ?? [];
  if (key !== '') return { key, value, ...(plus === '+' ? { adds: true } : {}) };
  throw new DefinitionError({
    code: 'usage',
    message: `--set ${text} has no value`,
    hint: 'write --set KEY=VALUE, such as --set system.hostname=web1',
  });
};

const checkReason = (text: string): string => {
  if (reason().safeParse(text).success) return text;
  throw new DefinitionError({
    code: 'usage',
    message: `--hash-passwords ${text} gives no reason`,
    hint: 'write it in words, two at least: --hash-passwords "boxes for a lab"',
  });
};

/** What the same settings mean for a kickstart file by itself; those that decide on none of its lines count for nothing. */
export const interpretOptions = (settings: readonly Setting[]): InterpretOptions => {
  const valueOf = (key: string): string | undefined => settings.findLast((setting) => setting.key === key)?.value;
  const [network, firmware] = [valueOf('kickstart-network'), valueOf('boot.firmware')];
  return {
    allowPlainTextPasswords: valueOf(PLAIN_TEXT) !== undefined,
    plainPartitions: valueOf(PLAIN_PARTITIONS) !== undefined,
    ...(network === undefined ? {} : { networkReason: network }),
    ...(firmware === 'uefi' || firmware === 'bios' ? { firmware } : {}),
  };
};
