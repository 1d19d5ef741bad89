import { accountFaults, hasAccounts } from '../read/accounts.ts';
import type { FileFact, RootFacts } from '../facts.ts';
import { INTERESTS, type Interest } from '../gather/interest.ts';
import { fileAt, fileNamed, filesOf, isFile, textAt, textOf } from '../read/files.ts';
import { sshdOf } from '../read/sshd.ts';
import { judge, notApplicable, of, pass, fail, type Rule } from './rule.ts';

const GENERALIZE = 'https://learn.microsoft.com/azure/virtual-machines/generalize';
/** What machine-id(5) calls no id. */
const NO_ID = ['', 'uninitialized'];
const MACHINE_ID = 'https://www.freedesktop.org/software/systemd/man/latest/machine-id.html#Initialization';

/** A rule that no file of some rows may match; links count as what they lead to. */
const leftover = (
  id: string,
  rows: readonly Interest[],
  { title, remedy, others = () => [] }: Pick<Rule, 'title' | 'remedy'> & { readonly others?: (root: RootFacts) => readonly FileFact[] },
  isThere = (file: FileFact): boolean => isFile(file),
): Rule => ({
  id, severity: 'error', title, remedy, source: GENERALIZE,
  check: of('root', (root) => judge([...rows.flatMap((row) => filesOf(root, row)), ...others(root)].filter(isThere)
    .map(({ path, target }) => `${path} is there${target === undefined ? '' : `, a link to ${target}`}`), 'none')),
});

/** Host keys in other places that the settings of sshd name. */
const namedKeys = (root: RootFacts): readonly FileFact[] =>
  sshdOf(root).flatMap(({ keyword, value }) => (keyword === 'hostkey' && !INTERESTS.hostKeys.path.test(value) ? [fileNamed(root, value) ?? []].flat() : []));

/** What belongs to one machine and must not be in an image of which many are made. */
export const MACHINE_ID_RULE: Rule = {
  id: 'generalised.machine-id',
  severity: 'error',
  title: '/etc/machine-id names no machine',
  check: of('root', (root, { oci }) => {
    const text = textAt(root, '/etc/machine-id')?.trim();
    // Where that is empty or missing, systemd takes the one of D-Bus: machine-id(5).
    const dbus = textAt(root, '/var/lib/dbus/machine-id')?.trim();
    if (dbus !== undefined && !NO_ID.includes(dbus)) return fail(`/var/lib/dbus/machine-id holds ${dbus}`);
    if (text === undefined && oci === undefined) return fail('it is missing: systemd cannot write it on a read-only root');
    if (text === undefined) return pass('there is none');
    return NO_ID.includes(text) ? pass('it is empty') : fail(`it holds ${text}`);
  }),
  remedy: 'Empty the file: `truncate -s 0 /etc/machine-id`; hew does so in every image',
  source: MACHINE_ID,
};

export const PASSWORDS_RULE: Rule = {
  id: 'generalised.passwords',
  severity: 'error',
  title: 'No account has a password, and none but root is root',
  check: of('root', (root) => (hasAccounts(root) ? judge(accountFaults(root), 'all are locked') : notApplicable('there are no accounts'))),
  remedy: 'Lock the accounts (`passwd -l NAME`) and give SSH keys instead: system.users in the definition',
  source: GENERALIZE,
};

export const RESOLVER_RULE: Rule = {
  id: 'generalised.resolv-conf',
  severity: 'error',
  title: 'No resolv.conf of the builder is in the image',
  check: of('root', (root, { tar }) => {
    const file = fileAt(root, '/etc/resolv.conf');
    if (file === undefined) return pass('there is none');
    // A root without a disk or layers gets its file from the host: not even a link may be in the way.
    if (tar !== undefined) return fail(`/etc/resolv.conf is there${file.target === undefined ? '' : `, a link to ${file.target}`}`);
    const servers = [...(textOf(file) ?? '').matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server = '']) => server);
    // systemd-resolved(8) comes with a file that names its own stub.
    const others = servers.filter((server) => !/^(?:127\.|::1$)/.test(server));
    if (others.length > 0) return fail(`it names ${others.join(', ')}${file.target === undefined ? '' : `, as a link to ${file.target}`}`);
    return pass(file.target === undefined ? 'it names no server' : `it leads to ${file.target}`);
  }),
  remedy: 'Remove /etc/resolv.conf; on a machine with systemd-resolved, link it to ../run/systemd/resolve/stub-resolv.conf',
  source: 'https://learn.microsoft.com/windows/wsl/build-custom-distro',
};

/** What else one machine or the build left behind. */
export const LEFTOVER_RULES: readonly Rule[] = [
  leftover('generalised.host-keys', [INTERESTS.hostKeys], {
    title: 'No SSH host key is in the image',
    remedy: 'Remove /etc/ssh/ssh_host_* and what HostKey names: every machine makes its own at its first start',
    others: namedKeys,
  }, (file) => isFile(file, { empty: true })),
  leftover('generalised.history', [INTERESTS.histories], {
    title: 'No shell history is in the image',
    remedy: 'Remove .bash_history and the like from every home',
  }),
  leftover('generalised.agent-state', [INTERESTS.agentState, INTERESTS.secrets], {
    title: 'No state of the agent, of cloud-init or of a DHCP lease is in the image, and no seed of random numbers',
    remedy: 'Run `waagent -deprovision -force` and `cloud-init clean` in the image before it is taken, and remove /var/lib/systemd/random-seed',
  }),
  leftover('generalised.logs', [INTERESTS.logs], {
    title: 'No log of the build is in the image',
    remedy: 'Empty /var/log; hew does so in every image',
  }),
];
