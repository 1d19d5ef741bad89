import { Flags } from '@oclif/core';

/** The flag that all kickstart commands share. */
export const kickstartFlags = {
  include: Flags.string({
    description: 'a file in the place of one that is included and not there; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=FILE',
  }),
};
