import { posix } from 'node:path';
import { DISK_FORMATS, inputKeys } from '../../formats/rows.ts';
import type { Path } from '../types.ts';
import { repeatsOf } from './repeats.ts';
import type { Candidate, DefinitionFault, DefinitionRule } from './rule.ts';

/** Every file that the definition copies in, with the key that names it. */
export const inputsOf = (definition: Candidate): readonly { readonly path: Path; readonly file: string }[] => [
  ...definition.files.flatMap(({ source }, index) => (source === undefined ? [] : [{ path: ['files', index, 'source'], file: source }])),
  ...definition.scripts.flatMap(({ run }, index) => (run === undefined ? [] : [{ path: ['scripts', index, 'run'], file: run }])),
  ...(['local', 'local-keys'] as const).flatMap((key) => definition.packages[key].map((file, index) => ({ path: ['packages', key, index], file }))),
  ...definition.outputs.flatMap((output, index) => inputKeys(output).map(({ key, file }) => ({ path: ['outputs', index, key], file }))),
];

interface Filled {
  readonly path: RegExp;
  /** Only where an output is a disk. */
  readonly onDisks?: true;
  readonly why: string;
  readonly hint: string;
}

/** Paths that hew or the running system fills: a file of the definition would be lost. */
const FILLED: readonly Filled[] = [
  { path: /^\/(?:proc|sys|dev|run|tmp|var\/run|var\/lock)(?:\/|$)/, why: 'would not be seen in the running system',
    hint: 'such folders are filled at boot: use a tmpfiles.d file' },
  { path: /^\/etc\/machine-id$/, why: 'is empty in an image: each machine makes its own at first boot', hint: 'remove the entry' },
  { path: /^\/etc\/ssh\/ssh_host_.*_key(?:\.pub)?$/, why: 'is removed from an image: each machine makes its own host keys', hint: 'remove the entry' },
  { path: /^\/etc\/fstab$/, onDisks: true, why: 'is made from the partitions', hint: 'use `mount` and `options` of `disk.partitions`' },
  { path: /^\/etc\/kernel\/cmdline$/, onDisks: true, why: 'is made from the kernel command line', hint: 'use `system.kernel-cmdline`' },
];

export const fileRules: readonly DefinitionRule[] = [
  {
    id: 'leaves-folder',
    find: (definition) => inputsOf(definition).flatMap(({ path, file }): readonly DefinitionFault[] => {
      const normal = posix.normalize(file);
      if (!posix.isAbsolute(file) && normal !== '..' && !normal.startsWith('../')) return [];
      return [{ path,
        message: `\`${file}\` is outside the definition’s folder`,
        hint: 'copy it beside the definition and name it by a relative path' }];
    }),
  },
  {
    id: 'file-content',
    find: ({ files }) => files.flatMap((file, index) => {
      const given = (['content', 'source', 'link'] as const).filter((key) => file[key] !== undefined);
      if (given.length === 1) return [];
      const what = given.length === 0 ? 'has no content' : `has ${given.map((key) => `\`${key}\``).join(' and ')}`;
      return [{ path: ['files', index],
        message: `file \`${file.path}\` ${what}`,
        hint: 'give one of `content`, `source` or `link`' }];
    }),
  },
  {
    id: 'file-mode',
    find: ({ files }) => files.flatMap(({ path, mode, link }, index) => {
      if (mode === undefined) return [];
      const bits = Number.parseInt(mode, 8);
      const at = ['files', index, 'mode'];
      if (link !== undefined) return [{ path: at,
        message: `\`${path}\` is a link and has no mode`,
        hint: 'leave `mode` out' }];
      if ((bits & 0o002) !== 0) return [{ path: at,
        message: `mode ${mode} lets everyone write \`${path}\``,
        hint: 'remove the last write bit: 0644 or 0664' }];
      return (bits & 0o6000) === 0 ? [] : [{ path: at,
        message: `mode ${mode} makes \`${path}\` set-user-ID or set-group-ID`,
        hint: 'such programs come from packages; use capabilities or sudo' }];
    }),
  },
  {
    id: 'file-not-kept',
    find: ({ files, outputs }) => files.flatMap(({ path }, index) => {
      const isDisk = outputs.some(({ format }) => DISK_FORMATS.includes(format));
      const filled = FILLED.find((row) => (isDisk || row.onDisks !== true) && row.path.test(posix.normalize(path)));
      return filled === undefined ? [] : [{ path: ['files', index, 'path'], message: `\`${path}\` ${filled.why}`, hint: filled.hint }];
    }),
  },
  {
    id: 'file-twice',
    find: ({ files }) => [...repeatsOf(files, ({ path }) => posix.normalize(path)).keys()].map((index) => ({
      path: ['files', index, 'path'],
        message: `\`${files[index]?.path ?? ''}\` is written twice`,
        hint: 'keep one of them',
    })),
  },
  {
    id: 'script-content',
    find: ({ scripts }) => scripts.flatMap(({ run, content }, index) => ((run === undefined) === (content === undefined) ? [{
      path: ['scripts', index],
        message: run === undefined ? 'this script has neither `run` nor `content`' : 'this script has `run` and `content`',
        hint: 'give one of `run` or `content`',
    }] : [])),
  },
  {
    id: 'script-reason',
    find: ({ scripts }) => scripts.flatMap(({ network, 'on-failure': onFailure, reason }, index): readonly DefinitionFault[] => {
      if (reason !== undefined) return [];
      const hint = 'add `reason = "…"`';
      return [
        ...(network !== false ? [{ path: ['scripts', index, 'network'],
          message: 'a script may reach the network only with a reason', hint }] : []),
        ...(onFailure === 'ignore' ? [{ path: ['scripts', index, 'on-failure'],
          message: 'a script’s failure may be ignored only with a reason', hint }] : []),
      ];
    }),
  },
];
