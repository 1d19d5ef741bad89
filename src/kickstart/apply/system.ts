import type { Apply, Applying } from './command.ts';

export const applyLang: Apply = ({ args, draft, node }) => draft.set(['system', 'locale'], args.words[0], node.place);

export const applyKeyboard: Apply = ({ args, draft, node, refuse }) => {
  const keymap = args.text('--vckeymap') ?? args.words[0];
  const layouts = args.list('--xlayouts');
  if (keymap === undefined && layouts === undefined)
    return refuse('it names no keymap', 'write keyboard --vckeymap=MAP');
  if (keymap !== undefined) draft.set(['system', 'keymap'], keymap, node.place);
  if (layouts !== undefined) {
    draft.set(
      ['system', 'keyboard-layouts'],
      layouts.map((layout) => layout.replaceAll("'", '')),
      node.place,
    );
  }
};

export const applyTimezone: Apply = (applying) => {
  const { args, draft, node } = applying;
  const [zone] = args.words;
  if (zone !== undefined) draft.set(['system', 'timezone'], zone, node.place);
  // Without --utc, Anaconda takes the hardware clock for local time.
  draft.set(['system', 'utc-clock'], args.has('--utc'), node.place);
  addTimeServers(applying, args.list('--ntpservers') ?? []);
  if (args.has('--nontp')) turnOff(applying, 'chronyd');
};

export const applyTimesource: Apply = (applying) => {
  const { args } = applying;
  const server = args.text('--ntp-server') ?? args.text('--ntp-pool');
  if (server === undefined) turnOff(applying, 'chronyd');
  else addTimeServers(applying, [server]);
};

const addTimeServers = ({ draft, node }: Applying, servers: readonly string[]): void =>
  draft.append(['system', 'time-servers'], servers, node.place);

/** At the end, because a `services` line replaces whole lists. */
const turnOff = ({ draft, node }: Applying, unit: string): void =>
  draft.atEnd(`off:${unit}`, () => {
    draft.remove(['system', 'services', 'enable'], [unit]);
    draft.append(['system', 'services', 'disable'], [unit], node.place);
  });

/** A later `services` line replaces the lists that it names, as in pykickstart. */
export const applyServices: Apply = ({ args, draft, node, refuse, note }) => {
  const lists = [
    ['enable', args.list('--enabled')],
    ['disable', args.list('--disabled')],
  ] as const;
  if (lists.every(([, units]) => units === undefined))
    return refuse('it names no unit', 'write services --enabled=UNIT');
  for (const [key, units] of lists) {
    if (units === undefined) continue;
    const path = ['system', 'services', key];
    draft.remove(path, draft.items(path));
    draft.append(path, units, node.place);
  }
  const [enabled, disabled] = lists.map(([key]) => draft.items(['system', 'services', key]));
  const both = (disabled ?? []).filter((unit) => enabled?.includes(unit));
  if (both.length > 0) note(`${both.join(', ')}: enabled and disabled, and Anaconda enables last`);
  draft.atEnd('services', () => draft.remove(['system', 'services', 'disable'], draft.items(['system', 'services', 'enable'])));
};

export const applySelinux: Apply = ({ args, draft, node, ignore }) => {
  const mode = (['enforcing', 'permissive', 'disabled'] as const).find((word) => args.has(`--${word}`));
  if (mode === undefined) return ignore('it names no mode, and that of the package counts');
  draft.set(['system', 'selinux'], mode, node.place);
};

export const applySkipx: Apply = ({ draft, node }) =>
  draft.set(['system', 'default-target'], 'multi-user.target', node.place);

export const applyXconfig: Apply = ({ args, draft, node }) => {
  if (args.has('--startxonboot')) draft.set(['system', 'default-target'], 'graphical.target', node.place);
};

export const applyAuthselect: Apply = ({ node, draft, refuse }) => {
  const [verb, ...rest] = node.words;
  if (verb !== 'select' || rest.length === 0) {
    return refuse('hew only selects profiles', 'write authselect select PROFILE [FEATURE...]');
  }
  draft.set(['system', 'authselect'], rest, node.place);
};

/** Options of authconfig that say what every distribution of today does anyway, or how authconfig is to run. */
const DEFAULTS =
  /^(?:--enableshadow|--useshadow|--enablemd5|--passalgo=sha512|sha512|--passalgo|--kickstart|--update|--updateall|--nostart|--disable(?:nis|ldap|ldapauth|ldaptls|krb5|hesiod|winbind|winbindauth|sssd|sssdauth|smartcard|fingerprint))$/;

export const applyAuthconfig: Apply = ({ node, refuse, note }) => {
  const other = node.words.filter((word) => !DEFAULTS.test(word));
  if (other.length > 0) return refuse(`${other.join(' ')} has no counterpart`, 'write authselect select PROFILE');
  note('shadow passwords and SHA-512 or better are the default');
};

const LEGACY_SERVICES = ['ssh', 'smtp', 'http', 'ftp'] as const;

export const applyFirewall: Apply = ({ args, draft, node, refuse, note }) => {
  if (args.has('--use-system-defaults')) return note('the defaults of firewalld’s package stay');
  const enabled = !args.has('--disabled');
  const services = [
    ...(args.list('--service') ?? []),
    ...LEGACY_SERVICES.filter((service) => args.has(`--${service}`)),
  ];
  const ports = (args.list('--port') ?? []).map(asPort);
  const named = ports.find((port) => !/^\d/.test(port));
  if (named !== undefined) return refuse(`${named} names a port by a word`, 'write the number of the port');
  const trust = args.list('--trust') ?? [];
  draft.set(['system', 'firewall', 'enabled'], enabled, node.place);
  if (services.length > 0) draft.set(['system', 'firewall', 'services'], services, node.place);
  if (ports.length > 0) draft.set(['system', 'firewall', 'ports'], ports, node.place);
  if (trust.length > 0) draft.set(['system', 'firewall', 'trust'], trust, node.place);
};

/** `22:tcp`, or `22`, which means TCP, as firewalld writes it. */
const asPort = (text: string): string => (text.includes(':') ? text.replace(':', '/') : `${text}/tcp`);
