import { describe, expect, it } from 'vitest';
import { writeScriptlets } from '../../distro/scriptlets.ts';
import { type RpmPackage, writeSpec } from '../../distro/spec.ts';

const row = {
  name: 'foo', from: [], units: ['foo.service', 'foo.timer'], scripts: { post: 'echo 100%' },
  scriptlets: '%transfiletriggerin -P 1 -- /usr/lib/foo\nrun\n',
};

describe('writeScriptlets', () => {
  it('presets units on the first installation only, and disables them on the last removal', () => {
    const text = writeScriptlets(row);
    expect(text).toContain('%post\necho 100%%\nif [ "$1" -eq 1 ]');
    expect(text).toContain('install-system-units foo.service foo.timer || :');
    expect(text).toMatch(/%preun\nif \[ "\$1" -eq 0 \].*remove-system-units foo.service foo.timer/);
    expect(text.indexOf('%preun')).toBeLessThan(text.indexOf('%transfiletriggerin'));
  });

  it('is empty without any', () => {
    expect(writeScriptlets({ name: 'foo', from: [] })).toBe('');
  });

  it('carries the name of a subpackage in each section', () => {
    const rpm: RpmPackage = {
      name: 'foo', version: '1', release: '1', arch: 'noarch', source: { name: 'src', version: '1', release: '1' },
      summary: 's', description: 'd', license: 'MIT', url: '', relations: [], files: [], scriptlets: writeScriptlets(row),
    };
    const sections = writeSpec(rpm).split('\n').filter((line) => /^%(post|preun|trans)/.test(line));
    expect(sections).toEqual(['%post -n foo', '%preun -n foo', '%transfiletriggerin -n foo -P 1 -- /usr/lib/foo']);
  });
});
