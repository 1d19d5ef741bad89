import type { FileFact } from '../facts.ts';
import { fileAt, textAt } from '../read/files.ts';
import { judge, notApplicable, of, pass, fail, type Platform, type Rule } from './rule.ts';

const AZURE = 'https://learn.microsoft.com/azure/virtual-machines/generalize';
const MACHINE_ID = 'https://www.freedesktop.org/software/systemd/man/latest/machine-id.html#Initialization';

const files = (found: readonly FileFact[], good: string): ReturnType<Rule['check']> =>
  judge(found.filter(({ kind }) => kind === 'file').map(({ path }) => `${path} is there`), good);

/** A rule that no file matches, of those that count as left over. */
const leftover = (
  id: string,
  platforms: readonly Platform[],
  title: string,
  matches: (file: FileFact) => boolean,
  remedy: string,
  source = AZURE,
): Rule => ({
  id, platforms, severity: 'error', title, remedy, source,
  check: of('root', (root) => files(root.files.filter(matches), 'none')),
});

/** What belongs to one machine and must not be in an image of which many are made. */
export const GENERALISED_RULES: readonly Rule[] = [
  {
    id: 'generalised.machine-id',
    platforms: ['azure', 'oci'],
    severity: 'error',
    title: '/etc/machine-id names no machine',
    check: of('root', (root, { oci }) => {
      const text = textAt(root, '/etc/machine-id')?.trim();
      if (text === undefined && oci === undefined) return fail('it is missing: systemd cannot write it on a read-only root');
      if (text === undefined) return pass('there is none');
      return text === '' || text === 'uninitialized' ? pass('it is empty') : fail(`it holds ${text}`);
    }),
    remedy: 'Empty the file: `truncate -s 0 /etc/machine-id`; hew does so in every image',
    source: MACHINE_ID,
  },
  leftover('generalised.host-keys', ['azure'], 'No SSH host key is in the image', ({ path }) => path.startsWith('/etc/ssh/ssh_host_'),
    'Remove /etc/ssh/ssh_host_*: every machine makes its own at its first start'),
  {
    id: 'generalised.passwords',
    platforms: ['azure', 'wsl'],
    severity: 'error',
    title: 'No account has a password',
    check: of('root', (root) => {
      const text = textAt(root, '/etc/shadow');
      if (text === undefined) return notApplicable('there is no /etc/shadow');
      const names = text.split('\n').map((line) => line.split(':'))
        .filter(([name, hash]) => name !== '' && hash !== undefined && !/^[!*]/.test(hash));
      return judge(names.map(([name, hash]) => (hash === '' ? `${name} needs no password at all` : `${name} has one`)), 'all are locked');
    }),
    remedy: 'Lock the accounts (`passwd -l NAME`) and give SSH keys instead: system.users in the definition',
    source: AZURE,
  },
  leftover('generalised.history', ['azure'], 'No shell history is in the image', ({ path, size }) => /\/\.[a-z_]*history$/.test(path) && size > 0,
    'Remove .bash_history and the like from /root and /home'),
  leftover('generalised.agent-state', ['azure'], 'No state of the agent, of cloud-init or of a DHCP lease is in the image',
    ({ path, size }) => (/^\/var\/lib\/(?:waagent|cloud|dhcp|dhclient)\//.test(path) || /^\/var\/lib\/NetworkManager\/.*lease/.test(path)) && size > 0,
    'Run `waagent -deprovision -force` and `cloud-init clean` in the image before it is taken'),
  leftover('generalised.logs', ['azure'], 'No log of the build is in the image', ({ path, size }) => path.startsWith('/var/log/') && size > 0,
    'Empty /var/log; hew does so in every image'),
  {
    id: 'generalised.resolv-conf',
    platforms: ['azure', 'wsl'],
    severity: 'error',
    title: 'No resolv.conf of the builder is in the image',
    check: of('root', (root, { tar }) => {
      const file = fileAt(root, '/etc/resolv.conf');
      if (file === undefined) return pass('there is none');
      // WSL writes its own: there not even a link may be in the way.
      if (tar !== undefined) return fail(`/etc/resolv.conf is there${file.target === undefined ? '' : `, a link to ${file.target}`}`);
      if (file.kind === 'symlink') return pass(`it leads to ${file.target}`);
      return /^\s*nameserver\b/m.test(file.text ?? '') ? fail('it names name servers') : pass('it names no server');
    }),
    remedy: 'Remove /etc/resolv.conf; on a machine with systemd-resolved, link it to ../run/systemd/resolve/stub-resolv.conf',
    source: 'https://learn.microsoft.com/windows/wsl/build-custom-distro',
  },
];
