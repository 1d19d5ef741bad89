import { describe, expect, it } from 'vitest';

import type { LoadedDefinition } from '../../../src/definition/index.ts';
import { placeProblem } from '../../../src/usecases/place-problems.ts';

const line = (number: number) => ({ file: 'a.ks', line: number, column: 1 });
const loaded = {
  definition: { packages: { install: ['vim', 'nano'] }, system: { selinux: 'enforcing', services: { enable: ['sshd', 'own.timer'] } } },
  places: {
    'packages.install': line(1), 'packages.install[0]': line(2), 'packages.install[1]': line(3), 'system.selinux': line(4),
    'system.services.enable': line(5), 'system.services.enable[0]': line(5), 'system.services.enable[1]': line(6),
  },
} as unknown as LoadedDefinition;

describe('placeProblem', () => {
  const file = { file: '/work/a.ks' };
  it.each([
    ['a key', 'needs-package', '`system.selinux` is enforcing, and the image has no policy', 4],
    ['the item of a list that is meant', 'unknown-unit', '`system.services.enable`: the image has no own.timer', 6],
    ['a unit by its full name', 'unknown-unit', '`system.services.enable`: the image has no sshd.service', 5],
    ['a list, where no item is named', 'service-without-systemd', '`system.services.enable` needs systemd, which is not in the image', 5],
    ['a package', 'package-not-found', 'no repository has a package `nano`', 3],
  ])('finds the line of %s', (_what, code, message, expected) => {
    expect(placeProblem({ code, message, place: file }, loaded).place).toEqual(line(expected));
  });

  it.each([
    ['a package that nobody asked for', { code: 'package-not-found', message: 'no repository has a package `emacs`' }],
    ['another failure that names something', { code: 'conflict', message: 'conflict about `vim`' }],
    ['a key that the definition does not set', { code: 'x', message: '`system.fips` needs a provider', place: file }],
    ['what has a line', { code: 'x', message: '`system.selinux` is odd', place: line(9) }],
  ])('leaves %s', (_what, problem) => {
    expect(placeProblem(problem, loaded)).toBe(problem);
  });
});
