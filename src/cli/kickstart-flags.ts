import { Flags } from '@oclif/core';

import type { LoadOptions } from '../definition/index.ts';
import { DefinitionError } from '../errors.ts';

/** The flag of every command that reads kickstart files. */
export const kickstartFlags = {
  include: Flags.string({
    description: 'use FILE where a kickstart file includes NAME (repeatable)',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=FILE',
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
