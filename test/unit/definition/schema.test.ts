import { describe, expect, it } from 'vitest';
import { definitionJsonSchema, distributionJsonSchema, type JsonSchema } from '../../../src/definition/index.ts';
import { LIST_RULES } from '../../../src/definition/list-rules.ts';
import { isTable } from '../../../src/definition/plain.ts';

interface Field {
  readonly path: string;
  readonly schema: JsonSchema;
}

/** Every field of a JSON Schema by key path, elements of lists as `*`. */
const fieldsOf = (schema: JsonSchema, path: string): readonly Field[] => {
  const variants = [schema, ...[schema['anyOf'], schema['oneOf']].flatMap((list) => (Array.isArray(list) ? list.filter(isTable) : []))];
  return variants.flatMap(({ properties, items }) => [
    ...(isTable(items) ? fieldsOf(items, `${path}.*`) : []),
    ...Object.entries(isTable(properties) ? properties : {}).flatMap(([key, inner]) => {
      const name = path === '' ? key : `${path}.${key}`;
      return isTable(inner) ? [{ path: name, schema: inner }, ...fieldsOf(inner, name)] : [];
    }),
  ]);
};

const isList = ({ type, anyOf }: JsonSchema): boolean =>
  type === 'array' || (Array.isArray(anyOf) && anyOf.some((one) => isTable(one) && one['type'] === 'array'));

describe('the JSON Schema', () => {
  it.each([['definition', definitionJsonSchema()], ['distribution', distributionJsonSchema()]])('of a %s describes every field', (_, schema) => {
    const fields = fieldsOf(schema, '');
    expect(fields.length).toBeGreaterThan(20);
    expect(fields.filter(({ schema: field }) => typeof field['description'] !== 'string').map(({ path }) => path)).toEqual([]);
  });

  it('refuses unknown keys and asks for nothing that has a default', () => {
    expect(definitionJsonSchema()).toMatchObject({ type: 'object', additionalProperties: false });
    expect(definitionJsonSchema()['required']).toBeUndefined();
    expect(distributionJsonSchema()['required']).toEqual(['id', 'name', 'releasever', 'repositories']);
  });

  it('has a row of LIST_RULES for every list, and none for what is no list', () => {
    const lists = [...new Set(fieldsOf(definitionJsonSchema(), '').filter(({ schema }) => isList(schema)).map(({ path }) => path))];
    expect(Object.keys(LIST_RULES).toSorted()).toEqual(lists.toSorted());
  });
});
