import { z } from 'zod';
import { isTable } from './plain.ts';
import { definitionSchema } from './schema/definition.ts';
import { distributionSchema } from './schema/distribution.ts';
import type { Path } from './types.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of image definitions and profiles, for editors. It does not include rules that span several keys. */
export const definitionJsonSchema = (): JsonSchema => (definitionJson ??= toJson(definitionSchema, 'hew image definition or profile'));
/** The JSON Schema of `profiles/distros/*.toml`. */
export const distributionJsonSchema = (): JsonSchema => (distributionJson ??= toJson(distributionSchema, 'hew distribution'));

let definitionJson: JsonSchema | undefined;
let distributionJson: JsonSchema | undefined;

const toJson = (schema: z.ZodType, title: string): JsonSchema =>
  ({ ...z.toJSONSchema(schema, { io: 'input' }), title });

/** The part of a JSON Schema for a path; `value` selects the format of an output. */
export const schemaAt = (schema: JsonSchema, path: Path, value?: unknown): JsonSchema | undefined => {
  let node: JsonSchema | undefined = schema;
  let here = value;
  for (const part of path) {
    node = node === undefined ? undefined : stepInto(chooseVariant(node, here), part);
    here = isTable(here) || Array.isArray(here) ? (here as Record<string | number, unknown>)[part] : undefined;
  }
  return node === undefined ? undefined : chooseVariant(node, here);
};

const stepInto = (node: JsonSchema, part: string | number): JsonSchema | undefined => {
  if (typeof part === 'number') return asSchema(variantsOf(node).find((variant) => 'items' in variant)?.['items']);
  const found = variantsOf(node).flatMap(({ properties, additionalProperties }): readonly JsonSchema[] => {
    if (isTable(properties) && Object.hasOwn(properties, part)) return [properties[part]].filter(isTable);
    return isTable(additionalProperties) ? [additionalProperties] : [];
  });
  return found.length > 1 ? { anyOf: found } : found[0];
};

/** The row of a discriminated union whose constants match the value. */
const chooseVariant = (node: JsonSchema, value: unknown): JsonSchema => {
  if (!isTable(value)) return node;
  const fitting = variantsOf(node).filter((variant) => {
    const properties = variant['properties'];
    if (!isTable(properties)) return false;
    return Object.entries(properties).every(([key, property]) =>
      !isTable(property) || !('const' in property) || property['const'] === value[key]);
  });
  return fitting.length === 1 ? fitting[0] ?? node : node;
};

const variantsOf = (node: JsonSchema): readonly JsonSchema[] => {
  const variants = node['anyOf'] ?? node['oneOf'];
  return Array.isArray(variants) ? variants.filter(isTable) : [node];
};

const asSchema = (value: unknown): JsonSchema | undefined => (isTable(value) ? value : undefined);

/** The keys that a table may have. */
export const keysOf = (node: JsonSchema | undefined): readonly string[] =>
  node === undefined ? [] : variantsOf(node).flatMap(({ properties }) => (isTable(properties) ? Object.keys(properties) : []));

/** Every table path in which a key of this name is allowed: `hostname` belongs in `system`. */
export const homesOf = (schema: JsonSchema, key: string): readonly string[] => {
  const homes: string[] = [];
  const visit = (node: JsonSchema, path: string): void => {
    for (const variant of variantsOf(node)) {
      const { properties, items } = variant;
      if (isTable(items)) visit(items, path);
      if (!isTable(properties)) continue;
      if (Object.hasOwn(properties, key)) homes.push(path);
      for (const [name, inner] of Object.entries(properties)) {
        if (isTable(inner)) visit(inner, path === '' ? name : `${path}.${name}`);
      }
    }
  };
  visit(schema, '');
  return [...new Set(homes)];
};

/** What is allowed there, in words: `text`, `one of a, b`, `a list of text` … */
export const expectedAt = (node: JsonSchema | undefined): string => {
  if (node === undefined) return 'something else';
  const variants = variantsOf(node);
  const choices = choicesAt(node);
  const isClosed = variants.every((variant) => choicesAt(variant).length > 0);
  if (choices.length > 1 && isClosed) return `one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  if (variants.length > 1) return [...new Set(variants.map(expectedAt))].join(', or ');
  const [{ type, items, minimum, maximum } = {} as JsonSchema] = variants;
  if (choices[0] !== undefined) return `\`${choices[0]}\``;
  if (type === 'array') return `a list of ${plural(expectedAt(asSchema(items)))}`;
  if (type === 'integer') {
    return typeof minimum === 'number' && typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER
      ? `a whole number from ${minimum} to ${maximum}` : 'a whole number';
  }
  return types[String(type)] ?? 'something else';
};

const types: Readonly<Record<string, string>> = {
  string: 'text in quotes', boolean: '`true` or `false`', number: 'a number', object: 'a table',
};

const plural = (word: string): string =>
  ({ 'text in quotes': 'texts in quotes', 'a table': 'tables' })[word] ?? `values, each ${word}`;

/** The allowed words, if there are few. */
export const choicesAt = (node: JsonSchema | undefined): readonly string[] =>
  node === undefined ? [] : variantsOf(node).flatMap((variant) => {
    const { enum: choices, const: constant } = variant;
    if (Array.isArray(choices)) return choices.map(word);
    return constant === undefined ? [] : [word(constant)];
  });

const word = (constant: unknown): string => (typeof constant === 'string' ? constant : JSON.stringify(constant));
