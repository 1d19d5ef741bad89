import { describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../src/definition/types.ts';
import { conflicts } from '../../../src/kickstart/index.ts';
import { interpret } from './support.ts';

const definition = (value: DefinitionInput) => ({ value, placeOf: () => ({ file: 'd.toml', line: 9 }) });
const messages = (kickstart: string, value: DefinitionInput) =>
  conflicts(interpret(kickstart), definition(value)).map(({ message }) => message);

describe('conflicts', () => {
  it('names both places and both values', () => {
    expect(conflicts(interpret('lang C\n'), definition({ system: { locale: 'D' } }))).toEqual([
      {
        code: 'kickstart-conflict',
        message: 'system.locale: a.ks:1 says "C", and d.toml:9 says "D"',
        place: { file: 'd.toml', line: 9 },
        hint: 'Remove one of them.',
      },
    ]);
  });

  it('compares tables by their names', () => {
    expect(
      messages('part / --size=1024\npart /a --size=1\n', {
        disk: {
          partitions: [
            { mount: '/b', size: '9GiB' },
            { mount: '/', size: '2GiB' },
          ],
        },
      }),
    ).toEqual(['disk.partitions[0].size: a.ks:1 says "1GiB", and d.toml:9 says "2GiB"']);
  });

  it('sees what one side asks for and the other forbids', () => {
    expect(
      messages('services --enabled=a,b\n%packages --nocore\n-x\n%end\n', {
        packages: { install: ['x', 'y'] },
        system: { services: { disable: ['b'] } },
      }),
    ).toEqual([
      'packages.exclude and packages.install: a.ks:3 says "x", and d.toml:9 says "x"',
      'system.services.enable and system.services.disable: a.ks:1 says "b", and d.toml:9 says "b"',
    ]);
  });

  it('finds none where both agree or speak of different things', () => {
    expect(
      messages('lang C\nservices --enabled=a\n', {
        system: { locale: 'C', hostname: 'h', services: { enable: ['b'] } },
      }),
    ).toEqual([]);
  });
});
