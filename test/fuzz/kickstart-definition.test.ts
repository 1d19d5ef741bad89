import TOML from '@iarna/toml';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { toPlain } from '../../src/definition/plain.ts';
import { exportKickstart, importKickstart, interpretKickstart, parse } from '../../src/kickstart/index.ts';
import { define, exportable, isClear } from '../unit/kickstart/exportable.ts';
import { interpret } from '../unit/kickstart/support.ts';

it('import after export gives the same definition', () => {
  fc.assert(
    fc.property(exportable.filter(isClear), (input) => {
      const definition = define(input);
      const { text, omitted } = exportKickstart(definition);
      expect(omitted).toEqual([]);
      const { value, problems } = interpret(text);
      expect(problems).toEqual([]);
      const again = define(value);
      // `bootloader` brings the section; without a loader in the file the default stands.
      expect(again).toEqual(definition);
      expect(exportKickstart(again).text).toBe(text);
    }),
    { numRuns: 300 },
  );
});

it('import writes TOML that says the same', () => {
  fc.assert(
    fc.property(exportable.filter(isClear), fc.string({ maxLength: 20 }), (input, noise) => {
      const file = parse(`# ${noise}\n${exportKickstart(define(input)).text}`, { path: 'a\u0007.ks' });
      const { text: toml } = importKickstart(file);
      expect(toPlain(TOML.parse(toml))).toEqual(interpretKickstart(file).value);
    }),
    { numRuns: 150 },
  );
});
