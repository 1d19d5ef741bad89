import { describe, expect, it } from 'vitest';

import type { LoadedDefinition } from '../../../src/definition/index.ts';
import type { Problem, Subject } from '../../../src/errors.ts';
import { placeProblem } from '../../../src/usecases/place-problems.ts';

const line = (number: number) => ({ file: 'a.ks', line: number, column: 1 });
const loaded = {
  definition: {
    packages: { install: ['vim', 'nano'] },
    repositories: [{ id: 'own' }],
    files: [{ path: '/etc/motd' }, { path: '/etc/issue' }],
    system: { selinux: 'enforcing', services: { enable: ['sshd', 'own.timer'] }, users: [{ name: 'a' }, { name: 'b' }] },
  },
  places: {
    'packages.install': line(1), 'packages.install[0]': line(2), 'packages.install[1]': line(3), 'system.selinux': line(4),
    'system.services.enable': line(5), 'system.services.enable[0]': line(5), 'system.services.enable[1]': line(6),
    'repositories[0]': line(7), 'files[0].path': line(8), 'files[1]': line(9), 'system.users[1]': line(10),
  },
} as unknown as LoadedDefinition;

const KNOWN: readonly (readonly [string, Subject, number])[] = [
  ['a key', { kind: 'key', name: 'system.selinux' }, 4],
  ['the item of a list that is meant', { kind: 'key', name: 'system.services.enable', items: ['own.timer'] }, 6],
  ['a table of a list, by its name', { kind: 'key', name: 'system.users', items: ['b'] }, 10],
  ['a list, where no item is named', { kind: 'key', name: 'system.services.enable' }, 5],
  ['a package', { kind: 'package', name: 'nano' }, 3],
  ['a repository', { kind: 'repository', name: 'own' }, 7],
  ['a file', { kind: 'file', name: '/etc/motd' }, 8],
  ['a file whose path has no place of its own', { kind: 'file', name: '/etc/issue' }, 9],
];

describe('placeProblem', () => {
  const file = { file: '/work/a.ks' };
  it.each(KNOWN)('finds the line of %s', (_what, subject, expected) => {
    expect(placeProblem({ code: 'not-signed', message: 'm', subject, place: file }, loaded).place).toEqual(line(expected));
  });

  it.each(KNOWN)('goes by the subject alone, %s: a message and a code in other words change nothing', (_what, subject, expected) => {
    const reworded = ['', 'the machine has no `vim`, see `system.selinux` and repository own', 'Kein Anschluss unter dieser Nummer'];
    for (const message of reworded) {
      expect(placeProblem({ code: 'package-not-found', message, subject, place: file }, loaded).place).toEqual(line(expected));
      const silent: Problem = { code: 'package-not-found', message, place: file };
      expect(placeProblem(silent, loaded)).toBe(silent);
    }
  });

  it.each([
    ['a package that nobody asked for', { code: 'package-not-found', message: 'm', subject: { kind: 'package', name: 'emacs' } }],
    ['a key that the definition does not set', { code: 'not-signed', message: 'm', subject: { kind: 'key', name: 'system.fips' }, place: file }],
    ['what has a line', { code: 'not-signed', message: 'm', subject: { kind: 'key', name: 'system.selinux' }, place: line(9) }],
  ] as const)('leaves %s', (_what, problem) => {
    expect(placeProblem(problem, loaded)).toBe(problem);
  });
});
