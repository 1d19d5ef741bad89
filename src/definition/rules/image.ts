import { COMPRESSORS, compressorOf } from '../../compressors.ts';
import { FORMAT_ROWS, OUTPUT_FORMATS } from '../../formats/rows.ts';
import { repeatsOf } from './repeats.ts';
import type { DefinitionFault, DefinitionRule } from './rule.ts';

const REQUIRED = [
  { key: 'name', hint: 'add `name = "my-image"` at the top' },
  { key: 'version', hint: 'add `version = "1.0"` at the top' },
  { key: 'distro', hint: 'add `distro = "azurelinux-4.0"` at the top, or give --distro' },
] as const;

/** A tag may have 128 characters, a file name 255 including its suffix. */
const MAX_NAME = 128;

export const imageRules: readonly DefinitionRule[] = [
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
      hint: `give --format, or add:\n[[outputs]]\nformat = "${OUTPUT_FORMATS[0] ?? ''}"` }] : []),
  },
  {
    id: 'output-twice',
    find: ({ outputs }) => [...repeatsOf(outputs, ({ format }) => format).keys()].map((index) => ({
      path: ['outputs', index, 'format'],
      message: `there are two outputs \`${outputs[index]?.format ?? ''}\``,
      hint: 'keep one of them',
    })),
  },
  {
    id: 'compression-level',
    find: ({ outputs }) => outputs.flatMap((output, index): readonly DefinitionFault[] => {
      const level = 'compression-level' in output ? output['compression-level'] : undefined;
      if (level === undefined) return [];
      const path = ['outputs', index, 'compression-level'];
      const compressor = compressorOf(output.compression);
      if (compressor === undefined) return [{ path, message: 'nothing is compressed, so a level has no effect', hint: 'leave it out, or set `compression`' }];
      const { lowest, highest } = compressor.levels;
      if (level >= lowest && level <= highest) return [];
      return [{ path,
        message: `${output.compression} has the levels ${lowest} to ${highest}, not ${level}`,
        hint: `${compressor.tool} compresses it; zstd has levels up to ${COMPRESSORS.zstd.levels.highest}` }];
    }),
  },
  {
    id: 'name-too-long',
    find: ({ name = '', version = '' }) => (name.length + version.length > MAX_NAME
      ? [{ path: ['name'],
        message: `name and version have more than ${MAX_NAME} characters together`,
        hint: 'file names are made of them: shorten the name' }] : []),
  },
  ...outputRules(),
];

/** What formats demand of their outputs. */
function outputRules(): readonly DefinitionRule[] {
  return FORMAT_ROWS.flatMap(({ id: format, rules = [] }) => rules.map(({ id, find }): DefinitionRule => ({
    id,
    find: ({ outputs }) => outputs.flatMap((output, at) => (output.format === format
      ? find(output).map((finding) => ({ ...finding, path: ['outputs', at, ...finding.path] })) : [])),
  })));
}
