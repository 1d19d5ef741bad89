import { Flags } from '@oclif/core';

import type { LoadOptions } from '../definition/index.ts';
import { DefinitionError } from '../errors.ts';

/** The flag of all commands that read kickstart files. */
export const kickstartFlags = {
  include: Flags.string({
    description: 'a file in the place of one that a kickstart file includes; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=FILE',
  }),
};

/** The same as the definition stage takes them. Throws `DefinitionError` where one has no `=`. */
export const parseIncludes = (given: readonly string[] = []): NonNullable<LoadOptions['includes']> =>
  given.map((text) => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return { name: text.slice(0, at), file: text.slice(at + 1) };
    throw new DefinitionError({
      code: 'usage',
      message: `--include ${text} has no file`,
      hint: 'write --include NAME=FILE, NAME as it stands behind %include',
    });
  });
