import type { Finding, Rule } from './rule.ts';

const REQUIRED = [
  { key: 'name', hint: 'add `name = "my-image"` at the top' },
  { key: 'version', hint: 'add `version = "1.0"` at the top' },
  { key: 'distro', hint: 'add `distro = "azurelinux-4.0"` at the top, or give --distro' },
] as const;

/** A tag takes 128 characters, and a file name 255 with its suffix. */
const MAX_NAME = 128;

export const imageRules: readonly Rule[] = [
  {
    id: 'image-incomplete',
    ofAbsence: true,
    find: (definition) => REQUIRED.filter(({ key }) => definition[key] === undefined)
      .map(({ key, hint }) => ({ path: [], message: `an image needs \`${key}\``, hint })),
  },
  {
    id: 'no-output',
    ofAbsence: true,
    find: ({ outputs }) => (outputs.length === 0 ? [{ path: [],
      message: 'an image needs at least one output',
      hint: 'add [[outputs]] format = "oci", or give --format' }] : []),
  },
  {
    id: 'output-twice',
    find: ({ outputs }) => outputs.flatMap(({ format }, index) => (outputs.findIndex((other) => other.format === format) < index
      ? [{ path: ['outputs', index, 'format'],
        message: `there are two outputs \`${format}\``,
        hint: 'keep one of them' }] : [])),
  },
  {
    id: 'name-too-long',
    find: ({ name = '', version = '' }) => (name.length + version.length > MAX_NAME
      ? [{ path: ['name'],
        message: `name and version have more than ${MAX_NAME} characters together`,
        hint: 'file names are made of them: shorten the name' }] : []),
  },
  {
    id: 'oci-environment',
    find: ({ outputs }) => outputs.flatMap((output, at): readonly Finding[] => {
      if (output.format !== 'oci') return [];
      const names = (output.config.env ?? []).map((entry) => entry.split('=')[0]);
      return names.flatMap((name, index) => (names.indexOf(name) < index ? [{
        path: ['outputs', at, 'config', 'env', index],
          message: `\`${name ?? ''}\` is set twice`,
          hint: 'keep one of them',
      }] : []));
    }),
  },
  {
    id: 'oci-user',
    find: ({ outputs }) => outputs.flatMap((output, at): readonly Finding[] => {
      const user = output.format === 'oci' ? output.config.user : undefined;
      return user === undefined || /^[\w.-]+(?::[\w.-]+)?$/.test(user) ? [] : [{
        path: ['outputs', at, 'config', 'user'],
          message: `\`${user}\` is no user`,
          hint: 'write a name or number, and after a colon a group',
      }];
    }),
  },
  {
    id: 'oci-command',
    find: ({ outputs }) => outputs.flatMap((output, at): readonly Finding[] => {
      if (output.format !== 'oci') return [];
      return (['cmd', 'entrypoint'] as const).filter((key) => output.config[key]?.length === 0 || output.config[key]?.[0] === '')
        .map((key) => ({ path: ['outputs', at, 'config', key],
          message: `\`${key}\` is empty`,
          hint: `leave it out, or name a program: ${key} = ["/bin/bash"]` }));
    }),
  },
];
