import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { settingsOf } from '../../../src/artifact/image-settings.ts';
import type { ImageFacts, RootFacts } from '../../../src/verify/facts.ts';
import type { OciFacts } from '../../../src/verify/oci-facts.ts';
import { enabled, link, text } from '../verify/samples.ts';

const root = (files: RootFacts['files']): RootFacts => ({
  architecture: 'x86_64', files, osRelease: { ID: 'sample', VERSION_ID: '4.0' }, kernels: [], packages: [], installedSize: 0, level: undefined,
});

const image = (more: Partial<ImageFacts>): ImageFacts => ({
  artifact: { name: 'a', format: 'oci', size: 0, allocated: 0, script: undefined },
  disk: undefined, oci: undefined, tar: undefined, root: undefined, boot: undefined, expected: {}, ...more,
});

const oci = (settings: Readonly<Record<string, unknown>>): OciFacts => ({
  layoutVersion: '1.0.0', problems: [], indexPlatform: undefined, layers: [],
  annotations: { 'org.opencontainers.image.created': '2024-01-01T00:00:00Z', 'org.opencontainers.image.title': 'x' },
  config: { platform: { architecture: 'amd64', os: 'linux' }, created: '2024-01-01T00:00:00Z', user: undefined, settings, diffIds: [], history: [] },
});

describe('settings of a system', () => {
  it('are one a line, with the kind of a password and never its hash', () => {
    const settings = settingsOf(image({ root: root([
      text('/etc/hostname', '# a comment\nweb1\n'), text('/etc/locale.conf', 'LANG="C.UTF-8"\nLC_TIME=\'de\'\n'), link('/etc/localtime', '../usr/share/zoneinfo/Europe/Zurich'),
      text('/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n'), text('/etc/group', 'root:x:0:\nwheel:x:10:a,b\n'), text('/etc/shadow', 'root:$6$secret:1::::::\nb:!$6$x:\nc::\n'),
      text('/etc/fstab', 'UUID=1 / ext4 defaults,noatime 0 1\n'), text('/etc/selinux/config', '# mode\nSELINUX=enforcing\nSELINUXTYPE=targeted\n'),
      ...enabled('sshd.service'), link('/etc/systemd/system/ctrl-alt-del.target', '/dev/null'), text('/usr/lib/systemd/system/off.service', '[Unit]'),
    ]) }));
    expect(settings).toEqual({
      architecture: 'x86_64', 'os-release.ID': 'sample', 'os-release.VERSION_ID': '4.0', hostname: 'web1', 'locale.LANG': 'C.UTF-8', 'locale.LC_TIME': 'de',
      timezone: 'Europe/Zurich', 'user.root': '0:0:root:/root:/bin/bash', 'group.root': '0', 'group.wheel': '10: a,b',
      'password.root': 'set', 'password.b': 'locked', 'password.c': 'empty', 'fstab./': 'UUID=1 ext4 defaults,noatime',
      'selinux.SELINUX': 'enforcing', 'selinux.SELINUXTYPE': 'targeted', 'unit.sshd.service': 'enabled', 'unit.ctrl-alt-del.target': 'masked',
    });
  });
});

describe('settings of a container', () => {
  it('are those of the platform, the annotations and the configuration, without times', () => {
    expect(settingsOf(image({ oci: oci({ Cmd: ['/bin/sh', '-c'], User: '1', Labels: { a: 'b' }, ExposedPorts: { '80/tcp': {} }, Entrypoint: null }) }))).toEqual({
      'oci.platform.architecture': 'amd64', 'oci.platform.os': 'linux', 'oci.annotation.org.opencontainers.image.title': 'x',
      'oci.config.Cmd': '["/bin/sh","-c"]', 'oci.config.User': '1', 'oci.config.Labels.a': 'b', 'oci.config.ExposedPorts.80/tcp': '{}',
    });
  });

  it('are text, whatever a foreign image holds, however deep', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as object;
    expect(settingsOf(image({ oci: oci({ deep, list: [deep] }) }))).toMatchObject({ 'oci.config.deep.a': '{}', 'oci.config.list': '["{}"]' });
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (settings) => {
      for (const value of Object.values(settingsOf(image({ oci: oci(settings as Record<string, unknown>) })))) expect(typeof value).toBe('string');
    }));
  });
});
