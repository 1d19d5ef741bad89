import type { OutputRule } from '../row.ts';

/** The part of an output that these rules check. */
interface Judged {
  readonly config: {
    readonly env?: readonly string[] | undefined;
    readonly user?: string | undefined;
    readonly cmd?: readonly string[] | undefined;
    readonly entrypoint?: readonly string[] | undefined;
  };
}

/** Rules for the configuration of a container. */
export const ociRules: readonly OutputRule[] = [
  {
    id: 'oci-environment',
    find: ({ config }: Judged) => {
      const names = (config.env ?? []).map((entry) => entry.split('=')[0]);
      return names.flatMap((name, index) => (names.indexOf(name) < index ? [{
        path: ['config', 'env', index],
          message: `\`${name ?? ''}\` is set twice`,
          hint: 'keep one of them',
      }] : []));
    },
  },
  {
    id: 'oci-user',
    find: ({ config: { user } }: Judged) => (user === undefined || /^[\w.-]+(?::[\w.-]+)?$/.test(user) ? [] : [{
      path: ['config', 'user'],
        message: `\`${user}\` is not a user`,
        hint: 'write a name or number, and after a colon a group',
    }]),
  },
  {
    id: 'oci-command',
    find: ({ config }: Judged) => (['cmd', 'entrypoint'] as const).filter((key) => config[key]?.length === 0 || config[key]?.[0] === '')
      .map((key) => ({ path: ['config', key],
        message: `\`${key}\` is empty`,
        hint: `leave it out, or name a program: ${key} = ["/bin/bash"]` })),
  },
];
