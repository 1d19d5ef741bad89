import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  definitionJsonSchema, distributionJsonSchema, formatDeviation, formatShowRow, loadDefinition, showRows, type SourceReader,
} from '../../../src/definition/index.ts';
import { DefinitionError, formatPlace } from '../../../src/errors.ts';

const input = fileURLToPath(new URL('input', import.meta.url));
const source: SourceReader = {
  cwd: input, data: '/nowhere',
  readTextIfThere: (path) => readFile(path, 'utf8').catch(() => undefined),
  list: async (folder) => (folder.startsWith(input) ? (await readdir(folder)).toSorted() : []),
};

it('tells every problem of a broken definition and its profiles at once', async () => {
  const error = await loadDefinition(source, 'broken').then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof DefinitionError)) throw new Error('expected a DefinitionError', { cause: error });
  const text = error.problems.map(({ place, code, message, hint }) =>
    `${place === undefined ? '' : `${formatPlace(place)}: `}${message} [${code}]\n${hint === undefined ? '' : `    ${hint}\n`}`).join('');
  await expect(text).toMatchFileSnapshot('broken.txt');
});

it('shows a merged definition with the place of every value, and its deviations', async () => {
  const loaded = await loadDefinition(source, 'merged', { level: 'v3', set: [{ key: 'packages.docs', value: 'true' }, { key: 'version', value: '1.1' }] });
  const text = [...showRows(loaded).map(formatShowRow), '', ...loaded.deviations.map(formatDeviation), ''].join('\n');
  await expect(text).toMatchFileSnapshot('merged.txt');
});

it('gives editors these JSON Schemas', async () => {
  await expect(`${JSON.stringify(definitionJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot('definition.schema.json');
  await expect(`${JSON.stringify(distributionJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot('distribution.schema.json');
});
