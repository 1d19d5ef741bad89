import { Flags } from '@oclif/core';
import { requestedLevels } from '../isa/rows.ts';

import type { LoadOptions } from '../definition/index.ts';
import { kickstartFlags, parseIncludes, parseSettings, setFlags } from './kickstart-flags.ts';

/** Flags that change a definition, the same on every command that reads one. */
export const definitionFlags = {
  distro: Flags.string({ description: 'distribution, by name or path', helpValue: 'NAME' }),
  level: Flags.option({ options: requestedLevels })({ description: 'microarchitecture level of the target' }),
  format: Flags.string({ description: 'make only this output (repeatable)', multiple: true, multipleNonGreedy: true, helpValue: 'F' }),
  ...setFlags,
  ...kickstartFlags,
};

interface ParsedFlags {
  readonly distro?: string | undefined;
  readonly level?: (typeof requestedLevels)[number] | undefined;
  readonly format?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
  readonly 'hash-passwords'?: string | undefined;
  readonly 'plain-partitions'?: boolean | undefined;
}

/** The same flags as the definition stage takes them. Throws `DefinitionError` for a `--set` without `=`. */
export function definitionOptions({ distro, level, format, include, ...settings }: ParsedFlags): LoadOptions {
  const set = parseSettings(settings);
  return {
    ...(distro === undefined ? {} : { distro }),
    ...(level === undefined ? {} : { level }),
    ...(format === undefined ? {} : { formats: format }),
    ...(set.length === 0 ? {} : { set }),
    ...(include === undefined ? {} : { includes: parseIncludes(include) }),
  };
}
