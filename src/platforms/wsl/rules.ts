import type { RootFacts } from '../../verify/facts.ts';
import { fileAt, ownership, readIni, textAt } from '../../verify/read/files.ts';
import { unitState } from '../../verify/read/units.ts';
import { fail, judge, of, pass, type Finding, type Rule } from '../../verify/rules/rule.ts';

const CUSTOM = 'https://learn.microsoft.com/windows/wsl/build-custom-distro';
const DISTRIBUTION = '/etc/wsl-distribution.conf';
const BREAKS = ['systemd-resolved.service', 'systemd-networkd.service', 'NetworkManager.service'];
/** Documented as well, but Azure Linux keeps them because WSLg needs them: a warning. */
const TMPFILES = [
  'systemd-tmpfiles-setup.service', 'systemd-tmpfiles-setup-dev.service', 'systemd-tmpfiles-setup-dev-early.service',
  'systemd-tmpfiles-clean.service', 'systemd-tmpfiles-clean.timer',
];

const rule = (id: string, severity: Rule['severity'], title: string, check: Rule['check'], remedy: string): Rule =>
  ({ id: `wsl.${id}`, severity, title, check, remedy, source: CUSTOM });

const plainFile = (root: RootFacts, path: string): Finding => {
  const file = fileAt(root, path);
  if (file === undefined) return fail(`${path} is missing`);
  const right = file.kind === 'file' && file.uid === 0 && file.gid === 0 && file.mode === 0o644;
  return right ? pass(ownership(file)) : fail(`${path} is ${file.kind === 'file' ? ownership(file) : `a ${file.kind}`}`);
};

const setting = (root: RootFacts, key: string): string | undefined => readIni(textAt(root, DISTRIBUTION) ?? '').get(key);

const running = (units: readonly string[]): Rule['check'] =>
  of('root', (root) => judge(units.filter((unit) => unitState(root, unit) === 'enabled').map((unit) => `${unit} starts`), 'none starts'));

/** Rules of WSL. */
const rules: readonly Rule[] = [
  rule('archive', 'error', 'It is a tar compressed by gzip, with the root at its top',
    ({ tar, artifact }) => {
      if (tar === undefined) return fail(`it is ${artifact.format}, no tar file`);
      const tops = new Set(tar.entries.map(({ path }) => path.split('/')[0]));
      return judge([
        ...(tar.compression === 'gzip' ? [] : [`its compression is ${tar.compression}`]),
        ...(tops.has('etc') && tops.has('usr') ? [] : ['etc and usr are not at its top']),
      ], 'gzip');
    },
    'Build format = "wsl", or `tar --numeric-owner -C ROOT -cz .`'),
  rule('name', 'warning', 'Its name ends in .wsl, so that a double click installs it',
    ({ artifact }) => (artifact.name.endsWith('.wsl') ? pass(artifact.name) : fail(artifact.name)), 'Rename the file'),
  rule('conf', 'error', '/etc/wsl.conf is root\'s and has mode 0644', of('root', (root) => plainFile(root, '/etc/wsl.conf')),
    'Write it with `[boot]` and `systemd=true`, root:root 0644; hew writes it for format = "wsl"'),
  rule('distribution-conf', 'error', `${DISTRIBUTION} is root's and has mode 0644`, of('root', (root) => plainFile(root, DISTRIBUTION)),
    'Write it, root:root 0644; hew writes it for format = "wsl"'),
  rule('default-name', 'error', 'The distribution has a default name',
    of('root', (root) => {
      const name = setting(root, 'oobe.defaultname');
      return name === undefined || name === '' ? fail(`${DISTRIBUTION} sets no defaultName`) : pass(name);
    }), `Set defaultName under [oobe] in ${DISTRIBUTION}`),
  rule('icon', 'error', 'The distribution has an icon',
    of('root', (root) => {
      const path = setting(root, 'shortcut.icon');
      if (path === undefined || path === '') return fail(`${DISTRIBUTION} names none`);
      const file = path.endsWith('.ico') ? fileAt(root, path) : undefined;
      if (file === undefined) return fail(`${path} is ${path.endsWith('.ico') ? 'missing' : 'no .ico file'}`);
      return file.text?.startsWith('\0\0\x01\0') === true ? pass(path) : fail(`${path} is no icon`);
    }), `Set icon under [shortcut] in ${DISTRIBUTION} to an .ico file of the image`),
  rule('units', 'error', 'Units of the network that break WSL do not start', running(BREAKS),
    'Mask them: system.services.mask in the definition'),
  rule('tmpfiles-units', 'warning', 'Units of systemd-tmpfiles, which can break WSLg, do not start', running(TMPFILES),
    'Mask them, unless the distribution\'s own settings leave /tmp/.X11-unix alone'),
];

export default rules;
