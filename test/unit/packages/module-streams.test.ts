import { describe, expect, it } from 'vitest';

import { HewError } from '../../../src/errors.ts';
import { chooseModules, hiddenByModules, parseModules } from '../../../src/packages/module-streams.ts';
import { moduleStream, streamDefaults } from '../../support/modules.ts';

const modules = parseModules([
  moduleStream('nginx', '1.20', ['nginx-1:1.20-1.x86_64'], { requires: { platform: ['el9'] } }),
  moduleStream('nginx', '1.24', ['nginx-1:1.24-1.x86_64', 'nginx-core-1:1.24-1.x86_64'], { version: 1, profile: { server: ['nginx', 'nginx-core'] } }),
  moduleStream('nginx', '1.24', ['nginx-1:1.24-2.x86_64'], { version: 2, profile: { server: ['nginx'] }, requires: { platform: ['el9'], perl: ['5.30'] } }),
  moduleStream('perl', '5.26', ['perl-0:5.26-1.x86_64']),
  moduleStream('perl', '5.30', ['perl-0:5.30-1.x86_64']),
  streamDefaults('nginx', '1.20'), streamDefaults('perl', '5.26'),
  '---\ndocument: modulemd-translations\nversion: 1\ndata: {module: nginx}\n...\n',
].join(''));

const active = (...asked: readonly string[]): readonly string[] => chooseModules(modules, asked).active.map(({ name, stream, version }) => `${name}:${stream} ${version}`).sort();
const build = (name: string, evr: string) => ({ name, evr, arch: 'x86_64' });

describe('module streams', () => {
  it('are the defaults where none is asked for, and texts where they look like numbers', () => {
    expect(active()).toEqual(['nginx:1.20 1', 'perl:5.26 1']);
  });

  it('are what is asked for, in its newest build, with what that needs', () => {
    expect(active('nginx:1.24')).toEqual(['nginx:1.24 2', 'perl:5.30 1']);
    expect(active('nginx:1.24', 'perl:5.26')).toEqual(['nginx:1.24 2', 'perl:5.26 1']);
  });

  it('bring the packages of a profile that is asked for', () => {
    expect(chooseModules(modules, ['nginx:1.24/server']).install).toEqual(['nginx']);
    expect(chooseModules(modules, ['nginx:1.24']).install).toEqual([]);
  });

  it('that no repository has are named with those that it has', () => {
    const failures = (...asked: readonly string[]): unknown => {
      try {
        return chooseModules(modules, asked);
      } catch (error) {
        return error instanceof HewError ? error.problems.map(({ code, message, hint }) => [code, message, hint]) : error;
      }
    };
    expect(failures('nginx:9', 'nginx:1.24/client', 'mariadb:10')).toEqual([
      ['module-not-found', 'no repository has the module stream `nginx:9`', 'there is `nginx:1.20`, `nginx:1.24`'],
      ['module-not-found', 'the module stream `nginx:1.24` has no profile `client`', 'there is `server`'],
      ['module-not-found', 'no repository has the module stream `mariadb:10`', 'no repository has a module `mariadb`'],
    ]);
  });

  it('hide packages of other streams, and those of no module that bear the name of one of theirs', () => {
    const available = [build('nginx', '1:1.20-1'), build('nginx', '1:1.24-1'), build('nginx', '1:1.24-2'), build('nginx', '1:1.26-1'), build('bash', '5.3-1')];
    const shown = (...asked: readonly string[]): readonly string[] => {
      const hidden = hiddenByModules(modules, chooseModules(modules, asked).active, available);
      return available.filter((one) => !hidden.includes(one)).map(({ name, evr }) => `${name}-${evr}`);
    };
    expect(shown()).toEqual(['nginx-1:1.20-1', 'bash-5.3-1']);
    expect(shown('nginx:1.24')).toEqual(['nginx-1:1.24-2', 'bash-5.3-1']);
  });
});
