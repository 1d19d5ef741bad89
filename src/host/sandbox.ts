import { ACCOUNTS, FILTER_DESCRIPTOR } from './containment.ts';
import type { View } from './port.ts';

/** Where the programs of a sandbox come from. */
export interface ToolsRoot {
  /** `/` for the host's own tools, otherwise the folder of a tools tree. */
  readonly path: string;
}

/**
 * Capabilities that package installation needs (owners, modes, set-user-ID bits, file capabilities, chroot) and no
 * others. Without CAP_SYS_ADMIN nothing inside can mount, so /proc/sys and the binds stay. CAP_MKNOD has no use in a
 * user namespace, and CAP_DAC_READ_SEARCH opens files by handle.
 */
const CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
];

/** Merged-/usr links of a root (https://systemd.io/THE_CASE_FOR_THE_USR_MERGE/). */
const USR_LINKS = ['bin', 'sbin', 'lib', 'lib64'];

/** Parts of /etc for name resolution and TLS; only steps that fetch see the host's. */
const NETWORK_FILES = ['etc/resolv.conf', 'etc/hosts', 'etc/nsswitch.conf'];
const NETWORK_FOLDERS = ['etc/ssl', 'etc/pki', 'etc/ca-certificates'];

/** The parts of those folders without private keys. */
const CERTIFICATES = ['etc/ssl/certs', 'etc/ssl/openssl.cnf', 'etc/pki/ca-trust', 'etc/pki/tls/certs', 'etc/pki/tls/openssl.cnf', 'etc/ca-certificates'];

/**
 * All of /etc that dnf5, rpm and a shell need where programs of an image run beside them: a scriptlet may leave the
 * root that rpm changed to, and is then root before whatever shows, such as the shadow file of a machine whose own
 * tools these are.
 */
const SETTINGS = ['alternatives', 'crypto-policies', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'nsswitch.conf'];

/** What a tools tree must have, because its /etc is read-only and these are mounted over it. */
export const MOUNT_POINTS = { files: NETWORK_FILES, folders: NETWORK_FOLDERS };

/**
 * Bytes that may be put into the memory behind a sandbox's own folders, where the kernel's default is half of the
 * machine's for each: /tmp gets a quarter of `workspace`, the bytes that roots may take, since that is where programs
 * put what is large; all others get what Docker gives /dev/shm. A package that fills all that it reaches takes half a
 * workspace so, which is a third of the free memory, until its sandbox ends.
 */
const sizeOf = (place: string, workspace: number): number => (place.endsWith('/tmp') ? Math.floor(workspace / 4) : 64 * 1024 ** 2);

/**
 * The bubblewrap command line in front of a program: own PID, IPC, UTS, cgroup and mount namespaces, own network
 * namespace unless the step fetches or is started in one that lists what it reaches, a root made of the tools tree's /usr and /etc and of what the view names. The
 * user namespace is the one that hew itself runs in (see namespace.ts). `--proc` of bubblewrap covers /proc/sys,
 * /proc/irq, /proc/bus and /proc/sysrq-trigger read-only by itself.
 * Pure; options are documented in bwrap(1). Throws where a mount point would be made in, and kept by, a view's `root`.
 */
export function sandboxArguments(view: View, tools: ToolsRoot, workspace: number, cwd = '/'): string[] {
  keepsRootClean(view);
  const memory = (place: string): string[] => ['--size', String(sizeOf(place, workspace)), '--tmpfs', place];
  return [
    'bwrap',
    '--die-with-parent',
    '--new-session',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    ...(view.network === undefined || view.network === false ? ['--unshare-net'] : []),
    '--hostname', 'hew',
    '--cap-drop', 'ALL',
    ...CAPABILITIES.flatMap((capability) => ['--cap-add', capability]),
    // What the kernel asks for before it sets security.selinux: cap_inode_setxattr() in security/commoncap.c.
    ...(view.labels ? ['--cap-add', 'CAP_SYS_ADMIN'] : []),
    ...(view.root === undefined ? toolsRoot(tools, view, memory) : [view.readOnly ? '--ro-bind' : '--bind', view.root, '/']),
    '--proc', '/proc',
    // Root of this machine owns files there that no missing capability protects, such as /proc/acpi/wakeup.
    '--remount-ro', '/proc',
    ...devices('/dev', memory, view.devices),
    ...memory('/tmp'),
    ...memory('/run'),
    ...(view.read ?? []).flatMap((path) => ['--ro-bind', path, path]),
    ...(view.write ?? []).flatMap((path) => ['--bind', path, path]),
    ...(view.installroot === undefined ? [] : installroots([view.installroot, ...(view.installrootAt ?? [])], memory)),
    ...Object.entries(view.place ?? {}).flatMap(([at, from]) => ['--ro-bind', from, at]),
    ...Object.entries(view.placeWritable ?? {}).flatMap(([at, from]) => ['--bind', from, at]),
    // A mount point is made where it is missing: the last of them is there.
    ...(view.root === undefined ? ['--remount-ro', '/'] : []),
    ...(runsImage(view) ? ['--seccomp', String(FILTER_DESCRIPTOR)] : []),
    '--chdir', cwd,
    '--',
  ];
}

/** Whether untrusted programs of an image run there, and not only tools. */
export const runsImage = ({ root, installroot }: View): boolean => root !== undefined || installroot !== undefined;

/** bubblewrap makes missing mount points: in the root of an image they would stay, and show paths of this machine. */
function keepsRootClean({ root, read = [], write = [] }: View): void {
  const kept = root === undefined ? [] : [...read, ...write];
  if (kept.length > 0) throw new Error(`${kept.join(', ')}: a mount point that the root ${root} would keep; place it below /run`);
}

type Memory = (place: string) => readonly string[];

/** bubblewrap mounts devices on a tmpfs without a size: nothing else is written to it. */
const devices = (place: string, memory: Memory, ofMachine: readonly string[] = []): string[] => [
  '--dev', place,
  ...ofMachine.flatMap((path) => ['--dev-bind', path, path]),
  ...memory(`${place}/shm`),
  '--remount-ro', place,
];

const toolsRoot = ({ path }: ToolsRoot, view: View, memory: Memory): string[] => {
  const inTree = (name: string): string => (path === '/' ? `/${name}` : `${path}/${name}`);
  return [
    '--ro-bind', inTree('usr'), '/usr',
    ...USR_LINKS.flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...(runsImage(view)
      ? [...memory('/etc'), ...SETTINGS.flatMap((name) => ['--ro-bind-try', inTree(`etc/${name}`), `/etc/${name}`])]
      : ['--ro-bind', inTree('etc'), '/etc']),
    ...memory('/var'),
    '--dir', '/var/tmp',
    ...networkSettings(path, view).flatMap((name) => ['--ro-bind-try', `/${name}`, `/${name}`]),
    ...(runsImage(view)
      ? [...ACCOUNTS.flatMap(({ file, descriptor }) => ['--perms', '0644', '--ro-bind-data', String(descriptor), `/etc/${file}`]), '--remount-ro', '/etc']
      : []),
  ];
};

const networkSettings = (tools: string, view: View): readonly string[] => {
  if (view.network === undefined || view.network === false) return [];
  // Names are looked up by the proxy, outside.
  if (view.network !== true) return CERTIFICATES;
  if (runsImage(view)) return [...NETWORK_FILES, ...CERTIFICATES];
  return tools === '/' ? [] : [...NETWORK_FILES, ...NETWORK_FOLDERS];
};

/** dnf5 mounts nothing into an installroot, but systemd-tmpfiles, sysusers and other scriptlets need these. */
const installroots = (places: readonly string[], memory: Memory): string[] =>
  places.flatMap((place) => [
    '--bind', places[0] ?? place, place,
    '--proc', `${place}/proc`,
    '--remount-ro', `${place}/proc`,
    ...devices(`${place}/dev`, memory),
    ...memory(`${place}/run`),
    ...memory(`${place}/tmp`),
  ]);
