import { Flags } from '@oclif/core';
import { requestedLevels } from '../isa/rows.ts';

import type { LoadOptions } from '../definition/index.ts';
import { DefinitionError } from '../errors.ts';
import { kickstartFlags, parseIncludes } from './kickstart-flags.ts';


/** Flags that change a definition, the same on every command that reads one. */
export const definitionFlags = {
  distro: Flags.string({ description: 'distribution, by name or path', helpValue: 'NAME' }),
  level: Flags.option({ options: requestedLevels })({ description: 'microarchitecture level of the target' }),
  format: Flags.string({ description: 'make only this output (repeatable)', multiple: true, multipleNonGreedy: true, helpValue: 'F' }),
  set: Flags.string({ description: 'set a value of the definition (repeatable)', multiple: true, multipleNonGreedy: true, helpValue: 'KEY=VALUE' }),
  ...kickstartFlags,
};

interface ParsedFlags {
  readonly distro?: string | undefined;
  readonly level?: (typeof requestedLevels)[number] | undefined;
  readonly format?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
}

/** The same flags as the definition stage takes them. Throws `DefinitionError` for a `--set` without `=`. */
export function definitionOptions({ distro, level, format, set, include }: ParsedFlags): LoadOptions {
  return {
    ...(distro === undefined ? {} : { distro }),
    ...(level === undefined ? {} : { level }),
    ...(format === undefined ? {} : { formats: format }),
    ...(set === undefined ? {} : { set: set.map(parseSetting) }),
    ...(include === undefined ? {} : { includes: parseIncludes(include) }),
  };
}

function parseSetting(text: string): { key: string; value: string } {
  const at = text.indexOf('=');
  if (at > 0) return { key: text.slice(0, at), value: text.slice(at + 1) };
  throw new DefinitionError({
    code: 'usage',
    message: `--set ${text} has no value`,
    hint: 'write --set KEY=VALUE, such as --set system.hostname=web1',
  });
}
