import { describe, expect, it } from 'vitest';
import { valueOf, verdictOn } from './support.ts';

describe('%packages', () => {
  const packages = (text: string) => valueOf(text).packages;

  it('has kickstart’s defaults', () => {
    expect(packages('%packages\nvim\n%end\n')).toEqual({
      install: ['vim', '@core'],
      docs: true,
      'weak-deps': true,
      languages: ['all'],
    });
  });

  it('has the options of the last header, in any spelling', () => {
    expect(
      packages(
        '%packages --nocore\n%end\n' +
          '%packages --excludedocs --instLangs=en:de --excludeWeakdeps --nocore --ignoremissing --multilib\n%end\n',
      ),
    ).toEqual({ docs: false, 'weak-deps': false, languages: ['en', 'de'], 'ignore-missing': true, multilib: true });
    expect(packages('%packages --nocore --ignoremissing\n%end\n%packages\n%end\n')).toMatchObject({
      install: ['@core'],
    });
  });

  it('reads groups, environments, modules, globs, paths, comments and exclusions', () => {
    const text =
      '%packages --nocore\n@^old\n@^new-env\n@X Window System # why\n@nodejs:20/dev\n/usr/bin/vim\n' +
      'kde-i18n-\\*\nlib?*\n-nano*\n- spaced\na\n-a\n-b\nb\n%end\n';
    expect(packages(text)).toMatchObject({
      install: ['@X Window System', '/usr/bin/vim', 'kde-i18n-*', 'lib?*', 'b', '@^new-env'],
      exclude: ['nano*', 'spaced', 'a', '@core'],
      modules: ['nodejs:20/dev'],
    });
  });

  it('takes groups, modules and environments out again', () => {
    expect(packages('%packages\n@g\n-@g\n@^e\n-@^e\n@m:1\n-@m:1\n-@core\n%end\n')).toEqual({
      docs: true,
      'weak-deps': true,
      languages: ['all'],
    });
  });

  it.each([
    ['@g --nodefaults', /mandatory and default/],
    ['@g --nodefaults --optional', /cannot have both/],
    ['@g --what', /no option --what/],
    ['a b', /holds a space/],
    ['-', /dash/],
    ['@', /without a name/],
    ['%foo', /no directive/],
    ['@m/profile', /no stream/],
  ])('refuses %s', (line, reason) => {
    expect(verdictOn(`%packages\n${line}\n%end\n`, 2)).toMatchObject({
      decision: 'refused',
      reason: expect.stringMatching(reason),
    });
  });

  it('keeps groups out of environments, @core by --nocore as well', () => {
    expect(packages('%packages\n-@printing\n@^desktop\n@x\n-@x\n-@y\n@y\n%end\n')).toMatchObject({
      install: ['@y', '@core', '@^desktop'], exclude: ['@printing', '@x'],
    });
    for (const text of ['%packages --nocore\n@^e\n%end\n', '%packages\n@^e\n-@core\n%end\n']) {
      expect(packages(text)).toMatchObject({ install: ['@^e'], exclude: ['@core'] });
    }
    expect(packages('%packages --nocore\n@^e\n@core\n%end\n')).toMatchObject({ install: ['@core', '@^e'] });
    expect(verdictOn('%packages\n-@printing\n%end\n', 2)).toMatchObject({
      decision: 'applied',
      notes: ['the group is not asked for anyway'],
    });
  });
});

describe('%post', () => {
  const scripts = (text: string) => valueOf(text).scripts;

  it('becomes a script', () => {
    expect(
      scripts('%post --erroronfail --interpreter=/usr/bin/python3 --log=/root/p.log\r\nprint(1)\r\n%end\r\n'),
    ).toEqual([{ name: 'post-1', content: 'print(1)\n', interpreter: '/usr/bin/python3', log: '/root/p.log' }]);
  });

  it('may fail without --erroronfail, and runs by /bin/sh whatever its first line says', () => {
    expect(scripts('%post\n#!/bin/bash\na\n%end\n')).toEqual([
      {
        name: 'post-1',
        content: '#!/bin/bash\na\n',
        interpreter: '/bin/sh',
        'on-failure': 'ignore',
        reason: 'kickstart: %post without --erroronfail',
      },
    ]);
  });

  it('runs outside with --nochroot; only a log below the root is kept', () => {
    expect(scripts('%post --nochroot --erroronfail --log=/mnt/sysimage/root/x.log\na\n%end\n')).toEqual([
      { name: 'post-1', content: 'a\n', in: 'build', log: '/root/x.log' },
    ]);
    expect(
      scripts('%post --erroronfail --nochroot --log=/tmp/x\na\n%end\n%post --erroronfail --log=/dev/ttyS0\nb\n%end\n'),
    ).toEqual([
      { name: 'post-1', content: 'a\n', in: 'build' },
      { name: 'post-2', content: 'b\n' },
    ]);
  });

  it('that is empty is none', () => {
    expect(scripts('%post\n\n%end\n')).toBeUndefined();
  });
});

it('%certificate writes a file', () => {
  expect(valueOf('%certificate --dir=/etc/pki/anchors/ --filename=a.pem\n-----BEGIN\n%end\n').files).toEqual([
    { path: '/etc/pki/anchors/a.pem', content: '-----BEGIN\n' },
  ]);
});
