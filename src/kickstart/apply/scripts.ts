import type { Arguments } from '../syntax/arguments.ts';
import type { Draft } from './draft.ts';
import type { FlatSection } from '../syntax/flatten.ts';
import { findScriptPlaceholder } from '../verdict/placeholders.ts';
import type { InterpretOptions } from './command.ts';

/** What a kickstart says by leaving out --erroronfail: Anaconda only logs the failure. */
export const FAILURE_REASON = 'kickstart: %post without --erroronfail';

/** The first line that `export` puts before a script that looks for the root in $HEW_ROOT. */
export const ROOT_LINE = 'export HEW_ROOT=/mnt/sysimage';

const INSTALLER = '(?:dnf|yum|microdnf|tdnf)\\s+(?:-\\S+\\s+)*(?:install|update|upgrade|groupinstall)';
const NETWORK = new RegExp(`(?:^|[\\s;&|(\`])(curl|wget|git\\s+clone|pip3?\\s+install|${INSTALLER})(?=\\s|$)`);

const FILLS_DISK = /(?:^|[\s;&|(])dd\s+(?:\S+\s+)*if=\/dev\/zero\b/;

/** Makes a script of a %post section. The result tells what is worth knowing. */
export const applyPost = (
  { header, body }: FlatSection,
  args: Arguments,
  draft: Draft,
  { networkReason }: InterpretOptions,
): readonly string[] => {
  const texts = body.map((node) => (node.kind === 'text' ? node.text : ''));
  const own = texts[0] === ROOT_LINE ? texts.slice(1) : texts;
  if (own.every((text) => text.trim() === '')) return ['the script is empty'];
  const content = `${own.join('\n')}\n`;
  const outside = args.has('--nochroot');
  const log = logInImage(args.text('--log'), outside);
  const name = `post-${draft.rowCount(['scripts']) + 1}`;
  const fails = args.has('--erroronfail');
  draft.merge(
    ['scripts'],
    name,
    {
      name,
      content,
      // Kickstart takes /bin/sh whatever a #! line says; hew reads the #! line.
      interpreter: args.text('--interpreter') ?? (content.startsWith('#!') ? '/bin/sh' : undefined),
      in: outside ? 'build' : undefined,
      'on-failure': fails ? undefined : 'ignore',
      network: networkReason === undefined ? undefined : true,
      reason: [...(fails ? [] : [FAILURE_REASON]), networkReason].filter((one) => one !== undefined).join('; ') || undefined,
      log,
    },
    header.place,
  );
  return [
    ...logNotes(args.text('--log'), log),
    ...(networkReason === undefined ? networkNotes(body) : []),
    ...zeroNotes(body),
    ...templateNotes(body),
  ];
};

/** Zeroing free space is for disks that held something before. */
const zeroNotes = (body: FlatSection['body']): readonly string[] => {
  const line = body.find((node) => node.kind === 'text' && FILLS_DISK.test(node.text));
  return line === undefined ? [] : [`line ${line.place.line} writes zeros: it ends at 2 GiB, and a new file system needs none`];
};

/** A script may well write a file for a template engine, so this is no refusal. */
const templateNotes = (body: FlatSection['body']): readonly string[] => {
  for (const node of body) {
    const found = node.kind === 'text' ? findScriptPlaceholder(node.text) : undefined;
    if (found !== undefined) return [`line ${node.place.line} holds ${found}, which looks like a template that was not filled in`];
  }
  return [];
};

/** Outside the root only what lies below /mnt/sysimage is in the image; devices are in no image. */
const logInImage = (log: string | undefined, outside: boolean): string | undefined => {
  if (log === undefined || log.startsWith('/dev/')) return undefined;
  if (!outside) return log.startsWith('/') ? log : undefined;
  return /^\/mnt\/(?:sysimage|sysroot)(\/.+)$/.exec(log)?.[1];
};

const logNotes = (given: string | undefined, kept: string | undefined): readonly string[] =>
  given !== undefined && kept === undefined ? [`${given} is not in the image: the output goes to hew’s own log`] : [];

const networkNotes = (body: FlatSection['body']): readonly string[] => {
  for (const node of body) {
    if (node.kind !== 'text' || node.text.trimStart().startsWith('#')) continue;
    const tool = NETWORK.exec(node.text)?.[1];
    if (tool !== undefined) {
      return [
        `line ${node.place.line} seems to need the network (${tool.split(/\s/)[0] ?? tool}), which scripts have only where \`kickstart-network\` gives the reason`,
      ];
    }
  }
  return [];
};
