import { describe, expect, it } from 'vitest';

import { asTargets, mirrorAmong } from '../../../src/host/debian-mirror.ts';
import { upstreamVersion } from '../../../src/host/doctor.ts';
import { describeIsolation, type IsolationFailure, type Limits } from '../../../src/host/isolation.ts';

const limits: Limits = { isRoot: false, isContainer: false, most: 9, clone: undefined, appArmor: undefined };
const refused: IsolationFailure = { at: 'user namespaces', reason: 'unshare: Operation not permitted' };
const noProc: IsolationFailure = { at: 'sandbox', reason: 'bwrap: Can’t mount proc' };
const ids: IsolationFailure = { at: 'subordinate ids', reason: '/etc/subuid gives none', command: 'usermod --add-subuids 1-2 --add-subgids 1-2 u' };

const rows = (failure: IsolationFailure | undefined, more: Partial<Limits> = {}): readonly string[] =>
  describeIsolation(failure, { ...limits, ...more }, 'u').map(({ name, status, remedy }) => `${name}: ${status}${remedy === undefined ? '' : `: ${remedy}`}`);

describe('what hew doctor says of isolation', () => {
  it('is how far an attempt came', () => {
    expect(rows(undefined)).toEqual(['user namespaces: ok', 'subordinate ids: ok', 'sandbox: ok']);
    expect(rows(undefined, { isRoot: true })).toEqual(['user namespaces: ok', 'sandbox: ok']);
    expect(rows(ids)).toEqual(['user namespaces: ok', 'subordinate ids: refused: sudo usermod --add-subuids 1-2 --add-subgids 1-2 u', 'sandbox: warning']);
    expect(rows({ at: 'nothing', reason: '' })).toEqual(['user namespaces: warning', 'subordinate ids: warning', 'sandbox: warning']);
  });

  it.each<[string, IsolationFailure, Partial<Limits>, string]>([
    ['AppArmor', refused, { appArmor: 1 }, 'user namespaces: refused: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'],
    ['a limit', refused, { most: 0 }, 'user namespaces: refused: sudo sysctl -w user.max_user_namespaces=15000'],
    ['a limit, as root', refused, { most: 0, isRoot: true }, 'user namespaces: refused: sysctl -w user.max_user_namespaces=15000'],
    ['older Debian', refused, { clone: 0 }, 'user namespaces: refused: sudo sysctl -w kernel.unprivileged_userns_clone=1'],
    ['the engine of a container', refused, { isContainer: true }, 'seccomp=unconfined --security-opt unmask=ALL'],
    ['the engine of a container that masks /proc', noProc, { isContainer: true, isRoot: true }, 'sandbox: refused: podman run --security-opt seccomp=unconfined --security-opt unmask=ALL'],
  ])('has the command for %s', (_what, failure, more, expected) => {
    expect(rows(failure, more).join('\n')).toContain(expected);
  });

  it('offers no sysctl for what it does not know', () => expect(rows(refused)[0]).toBe('user namespaces: refused'));
});

describe('the version of a Debian package', () => {
  it.each([['1.35+dfsg-4', '1.35'], ['1:11.1.2+ds-2', '11.1.2'], ['262~rc1-1', '262'], ['5.4.6.0-1', '5.4.6.0']])('%s is %s', (version, expected) => {
    expect(upstreamVersion(version)).toBe(expected);
  });
});

describe('the Debian mirror', () => {
  it.each([
    ['one line a source', '# main\ndeb [arch=amd64 signed-by=/k.gpg] http://deb.debian.org/debian bookworm main contrib\ndeb http://security.debian.org/debian-security bookworm-security main\n'],
    ['stanzas', 'Types: deb\nURIs: http://security.debian.org/debian-security\nSuites: bookworm-security\n\nTypes: deb\n# why\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\n'],
  ])('is read from the configuration of apt where it has no lists: %s', (_form, text) => {
    expect(mirrorAmong(asTargets(text))).toBe('http://deb.debian.org/debian');
  });

  it('is not one of another distribution', () => expect(mirrorAmong(asTargets('deb http://archive.ubuntu.com/ubuntu noble main\n'))).toBeUndefined());
});
