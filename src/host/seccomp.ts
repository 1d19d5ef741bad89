/**
 * What neither a namespace nor a missing capability keeps from a program of an image: keyrings belong to the user and
 * the session that hew runs in, the kernel's log to the machine, and the rest are ways into the kernel that a
 * scriptlet has no use for. Numbers by `AUDIT_ARCH` name; undefined where the architecture lacks the call
 * (arch/x86/entry/syscalls/*.tbl and include/uapi/asm-generic/unistd.h of Linux).
 */
const REFUSED: Readonly<Record<string, Numbers>> = {
  add_key: { x86_64: 248, aarch64: 217, i386: 286 },
  request_key: { x86_64: 249, aarch64: 218, i386: 287 },
  keyctl: { x86_64: 250, aarch64: 219, i386: 288 },
  syslog: { x86_64: 103, aarch64: 116, i386: 103 },
  bpf: { x86_64: 321, aarch64: 280, i386: 357 },
  perf_event_open: { x86_64: 298, aarch64: 241, i386: 336 },
  userfaultfd: { x86_64: 323, aarch64: 282, i386: 374 },
  io_uring_setup: { x86_64: 425, aarch64: 425, i386: 425 },
  io_uring_enter: { x86_64: 426, aarch64: 426, i386: 426 },
  io_uring_register: { x86_64: 427, aarch64: 427, i386: 427 },
  // Ways into another process: a sandbox has one user, and the kernel lets a user read and change each process of the same user,
  // process 1 among them. /proc/PID/mem is the same way, and read-only there (sandbox.ts). Left out is what needs a
  // capability that the sandbox has not (process_madvise), and what tells no content (move_pages, get_robust_list).
  ptrace: { x86_64: 101, aarch64: 117, i386: 26 },
  process_vm_readv: { x86_64: 310, aarch64: 270, i386: 347 },
  process_vm_writev: { x86_64: 311, aarch64: 271, i386: 348 },
  kcmp: { x86_64: 312, aarch64: 272, i386: 349 },
  pidfd_getfd: { x86_64: 438, aarch64: 438, i386: 438 },
  // Takes its address family where a filter cannot look; socket(2) itself is there since Linux 4.3.
  socketcall: { i386: 102 },
};

const SOCKET: Required<Numbers> = { x86_64: 41, aarch64: 198, i386: 359 };

/**
 * Families of socket(2) that a network namespace, or the folder of the socket, confines: unix, inet, inet6, netlink.
 * AF_VSOCK, for one, reaches the host of a virtual machine from every network namespace: vsock(7).
 */
const FAMILIES = [1, 2, 10, 16];

type Arch = 'x86_64' | 'aarch64' | 'i386';
type Numbers = Readonly<Partial<Record<Arch, number>>>;

/** `AUDIT_ARCH_*` of linux/audit.h. */
const AUDIT: Readonly<Record<Arch, number>> = { x86_64: 0xc000003e, aarch64: 0xc00000b7, i386: 0x40000003 };

/** Numbers above this belong to the x32 ABI, which no distribution uses. */
const X32 = 0x40000000;

const EPERM = 1;
const EAFNOSUPPORT = 97;
const ALLOW = 0x7fff0000;
const refuse = (errno: number): number => 0x00050000 | errno;

/** Offsets in struct seccomp_data; the low half of the first argument, because all machines here are little-endian. */
const DATA = { number: 0, arch: 4, argument: 16 };

/** struct sock_filter: operation, steps to skip where it holds, steps to skip where not, operand. */
type Instruction = readonly [code: number, yes: number, no: number, operand: number];
const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const answer = (value: number): Instruction => [0x06, 0, 0, value];
/** Returns at once if the loaded word equals that. */
const whereEqual = (operand: number, value: number): Instruction[] => [[0x15, 0, 1, operand], answer(value)];
const whereAtLeast = (operand: number, value: number): Instruction[] => [[0x35, 0, 1, operand], answer(value)];

/**
 * A classic BPF program for bubblewrap's `--seccomp`: seccomp(2). Refused calls fail with EPERM, so that programs
 * continue as in any container. A program for another architecture may make no call at all.
 */
export function systemCallFilter(machine: 'x86_64' | 'aarch64'): Uint8Array {
  const kinds: readonly Arch[] = machine === 'x86_64' ? ['x86_64', 'i386'] : ['aarch64'];
  const parts = kinds.map((arch) => {
    const body = callsOf(arch);
    return [[0x15, 0, body.length, AUDIT[arch]] satisfies Instruction, ...body];
  });
  return encode([load(DATA.arch), ...parts.flat(), answer(refuse(EPERM))]);
}

/** Decides on every call of one architecture; never falls through to the next. */
const callsOf = (arch: Arch): Instruction[] => [
  load(DATA.number),
  ...(arch === 'x86_64' ? whereAtLeast(X32, refuse(EPERM)) : []),
  ...Object.values(REFUSED).flatMap((numbers) => {
    const number = numbers[arch];
    return number === undefined ? [] : whereEqual(number, refuse(EPERM));
  }),
  [0x15, 1, 0, SOCKET[arch]],
  answer(ALLOW),
  load(DATA.argument),
  ...FAMILIES.flatMap((family) => whereEqual(family, ALLOW)),
  answer(refuse(EAFNOSUPPORT)),
];

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, yes, no, operand]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  }
  return bytes;
}
