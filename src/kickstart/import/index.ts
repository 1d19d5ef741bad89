import { areContainers, FOREIGN } from '../../definition/kickstart-parts.ts';
import type { Place } from '../../errors.ts';
import type { InterpretOptions } from '../apply/command.ts';
import { asImage } from '../apply/as-image.ts';
import { interpretKickstart } from '../apply/interpret.ts';
import type { KickstartFile } from '../syntax/tree.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { commentsOf } from './comments.ts';
import { writeToml } from './toml.ts';

export interface ImportOptions extends InterpretOptions {
  /** Of the definition that is written; a kickstart file says none of these. */
  readonly name?: string;
  readonly version?: string;
  readonly distro?: string;
  /** Outputs to write into it. A disk then also gets what `hew build FILE.ks` adds: firmware, kernel, partitions. */
  readonly formats?: readonly string[];
  /** Why passwords in plain text become hashes; without it they are refused. */
  readonly hashReason?: string;
  /** How comments name a file. Its path as given when left out. */
  readonly showFile?: (path: string) => string;
}

export interface ImportedKickstart {
  /** A definition in TOML. */
  readonly text: string;
  readonly verdicts: readonly Verdict[];
}

/**
 * Writes the definition that is equal to a kickstart file, each value with the line that it comes from. What is refused
 * stands at the top as a comment, so that nothing is lost without a trace. Parsing the text gives the same values as
 * `interpretKickstart`, and with `formats` the image that the file is by itself.
 */
export const importKickstart = (file: KickstartFile, options: ImportOptions = {}): ImportedKickstart => {
  const { name, version, distro, formats = [], hashReason } = options;
  const seed = hashReason === undefined ? {} : { hashSeed: name ?? '' };
  const { value, placeOf, verdicts } = interpretKickstart(file, { ...options, ...seed });
  const showFile = options.showFile ?? ((path: string) => path);
  const show = ({ file: path, line }: Place): string => `${showFile(path)}:${line ?? 1}`;
  const whole = formats.length === 0 ? value : asImage(value, { name: name ?? '', formats });
  const foreign = areContainers(formats) ? Object.keys(FOREIGN).filter((key) => key in (value.system ?? {})) : [];
  const image = { ...whole, ...(whole.system === undefined ? {} : { system: omit(whole.system, foreign) }) };
  const outputs = formats.length === 0 ? {} : { outputs: formats.map((format) => ({ format })) };
  const { repositories = [], ...rest } = { ...image, ...outputs, ...present({ name, version, distro }) };
  const commentOf = commentsOf(image, value, (path) => show(placeOf(path)));
  const isReplaced = distro !== undefined && repositories.length > 0;
  const body = writeToml({ ...rest, ...(isReplaced || repositories.length === 0 ? {} : { repositories }) }, commentOf);
  const replaced = isReplaced ? replacedRepositories(distro, writeToml({ repositories }, commentOf)) : '';
  const unused = (['disk', 'boot'] as const).filter((key) => value[key] !== undefined && image[key] === undefined);
  const notes = [
    ...(hashReason === undefined ? [] : [`Passwords in plain text became hashes: ${hashReason}`]),
    ...(options.plainPartitions === true ? ['Volumes of LVM became partitions of their sizes: --plain-partitions'] : []),
    ...unused.map((key) => `What it says of \`${key}\` has no meaning for ${formats.join(' and ')}.`),
    ...foreign.map((key) => `\`system.${key}\` is left out: ${FOREIGN[key] ?? ''}.`),
  ];
  return { text: `${top(file, verdicts, show, showFile, notes)}\n${body}${replaced}`, verdicts };
};

const omit = (table: object, keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !keys.includes(key)));

/** A distribution takes the place of `url` and `repo`, as it does when the file itself is built. */
const replacedRepositories = (distro: string, toml: string): string =>
  `
# The packages come from ${distro}. To take some from here as well, give these their \`gpgkey\` and remove the signs before them.
${toml.trimEnd().replaceAll(/^(?=.)/gm, '# ').replaceAll(/^$/gm, '#')}
`;

const present = (values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));

const top = (
  file: KickstartFile,
  verdicts: readonly Verdict[],
  show: (place: Place) => string,
  showFile: (path: string) => string,
  notes: readonly string[],
): string => {
  const refused = verdicts.filter(({ decision }) => decision === 'refused');
  const lines = [
    `Made from ${showFile(file.path)} by hew kickstart import.`,
    ...notes,
    ...(refused.length > 0 ? ['', 'Not taken over:'] : []),
    ...refused.map(
      ({ place, subject, reason, instead }) =>
        `  ${show(place)} ${subject}: ${reason}.${instead === undefined ? '' : ` ${instead}`}`,
    ),
  ];
  return lines
    .map((line) => `# ${line}`.trimEnd().replaceAll(/[\0-\x08\x0A-\x1F\x7F]/g, ' '))
    .join('\n')
    .concat('\n');
};
