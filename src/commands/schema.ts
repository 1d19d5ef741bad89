import { Flags } from '@oclif/core';

import { HewCommand } from '../cli/command.ts';
import { definitionJsonSchema, distributionJsonSchema, type JsonSchema } from '../definition/index.ts';

export default class Schema extends HewCommand {
  static override summary = 'Print the JSON Schema of definitions, for editors (taplo, yaml-language-server).';
  static override examples = [
    '<%= config.bin %> schema > hew.schema.json',
    '<%= config.bin %> schema --distribution > hew-distribution.schema.json',
  ];
  static override flags = {
    distribution: Flags.boolean({ description: 'the schema of a distribution instead of an image' }),
  };

  async run(): Promise<JsonSchema> {
    const { flags } = await this.parse(Schema);
    const schema = flags.distribution ? distributionJsonSchema() : definitionJsonSchema();
    this.printDocument(JSON.stringify(schema, null, 2));
    return schema;
  }
}
