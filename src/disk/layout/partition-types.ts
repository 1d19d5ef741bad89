import { ARCHITECTURES, ISA, type Architecture } from '../../isa/rows.ts';

/**
 * GPT partition types by the names of systemd-repart (repart.d(5), `Type=`), as the Discoverable Partitions
 * Specification lists them: https://uapi-group.org/specifications/specs/discoverable_partitions_specification/
 */
export const PARTITION_TYPES: Readonly<Record<string, string>> = {
  'esp': 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  'xbootldr': 'bc13c2ff-59e6-4262-a352-b275fd6f7172',
  'swap': '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f',
  'home': '933ac7e1-2eb4-4f13-b844-0e14e2aef915',
  'srv': '3b8f8425-20e0-4f3b-907f-1a25a76f98e8',
  'var': '4d21b016-b534-45c2-a9fb-5c16e091fd2d',
  'tmp': '7ec6f557-3bc5-4aca-b293-16ef5df639d1',
  'user-home': '773f91ef-66d4-49b5-bd83-d683bf40ad16',
  'linux-generic': '0fc63daf-8483-4772-8e79-3d69d8477de4',
  ...Object.fromEntries(ARCHITECTURES.flatMap((arch) => Object.entries(ISA[arch].partitionTypes).map(([name, type]) => [fullName(name, arch), type]))),
  // Not of that specification: https://www.gnu.org/software/grub/manual/grub/html_node/BIOS-installation.html
  'bios-boot': '21686148-6449-6e6f-744e-656564454649',
};

const BY_MOUNT: Readonly<Record<string, string>> = {
  '/boot': 'xbootldr',
  '/boot/efi': 'esp',
  '/efi': 'esp',
  '/home': 'home',
  '/srv': 'srv',
  '/var': 'var',
  '/var/tmp': 'tmp',
  'swap': 'swap',
};

/** `root-x86-64-verity` of `root-verity`. */
function fullName(name: string, architecture: Architecture): string {
  const [base = name, verity] = name.split(/-(?=verity$)/);
  return [base, ISA[architecture].names.systemd, verity].filter((part) => part !== undefined).join('-');
}

/** Types of the partitions that hold the root file system, of whatever architecture. */
export const ROOT_TYPES: readonly string[] = ARCHITECTURES.map((arch) => ISA[arch].partitionTypes.root);

/** The type's UUID that follows from a mount point. */
export function typeOfMount(mount: string, isEsp: boolean, architecture: Architecture): string {
  if (isEsp) return namedType('esp', architecture) ?? '';
  const name = mount === '/' ? 'root' : mount === '/usr' ? 'usr' : (BY_MOUNT[mount] ?? 'linux-generic');
  return namedType(name, architecture) ?? '';
}

/** The UUID of a name, or the UUID itself in lower case; undefined where it is neither. */
export function namedType(name: string, architecture: Architecture): string | undefined {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name)) return name.toLowerCase();
  // A name without an architecture means the type of the target's.
  return PARTITION_TYPES[name in ISA[architecture].partitionTypes ? fullName(name, architecture) : name];
}

/** MBR types, https://www.win.tue.nl/~aeb/partitions/partition_types-1.html, by GPT type. */
export function mbrType(type: string): number {
  if (type === PARTITION_TYPES['esp']) return 0xef;
  return type === PARTITION_TYPES['swap'] ? 0x82 : 0x83;
}
