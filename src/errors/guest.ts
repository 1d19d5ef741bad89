import type { CodeRows } from './row.ts';

export const guestCodes = {
  'guest-settled': {
    cause: 'The guest started everything and sent no report.',
    remedy: 'Read the end of the console in the hint.',
  },
  'guest-ended': {
    cause: 'The guest switched itself off before it had started everything.',
    remedy: 'Read the end of the console in the hint for the unit that did it.',
  },
  'guest-timeout': {
    cause: 'The guest did not start everything in time.',
    remedy: 'Raise `--timeout`; without KVM a boot takes about ten times as long.',
  },
  'guest-login': {
    cause: 'The guest shows a login prompt and sends no report: its systemd is older than 256.',
    remedy: 'Log in by hand to look further, or use a distribution with systemd 256 or newer.',
  },
  'guest-degraded': {
    cause: 'The guest started, and some of its units failed.',
    remedy: 'Correct the units in the message; the hint has the last lines of their journals.',
  },
  'guest-insecure': {
    cause: 'The firmware enforces Secure Boot, and the guest says that it is off.',
    remedy: 'Look at `/sys/firmware/efi/efivars` in the image; do not trust its report.',
  },
  'guest-refused': {
    cause: 'The firmware refused the first loader: no trusted key signed it.',
    remedy: 'Build with the profile `secure-boot`, or boot without `--secure-boot`.',
  },
  'guest-refused-by-shim': {
    cause: 'shim refused the next loader or the kernel: no key that shim trusts signed it.',
    remedy: 'Install GRUB and kernel of the distribution that made shim; `hew inspect` shows who signed what.',
  },
  'guest-level-too-high': {
    cause: 'Programs of the image need a higher level than the guest’s processor has.',
    remedy: 'Choose the processor with `--cpu`, or build for `--level baseline`.',
  },
  'guest-nothing-to-boot': {
    cause: 'The firmware found nothing to start on the disk.',
    remedy: 'See the partitions and loaders with `hew inspect`.',
  },
  'guest-panic': {
    cause: 'The kernel of the guest panicked.',
    remedy: 'Read the line in the message and the end of the console in the hint.',
  },
  'guest-emergency': {
    cause: 'The guest stopped in emergency mode, for example because a mount failed.',
    remedy: 'Read the end of the console in the hint for the unit that failed.',
  },
  'guest-floods': {
    cause: 'The guest wrote more to its console than hew keeps.',
    remedy: 'Find what it repeats: `hew inspect` lists its services and kernel command line.',
  },
  'secure-boot-needs-uefi': {
    cause: '`--secure-boot` was given for an image that boots by BIOS.',
    remedy: 'Leave `--secure-boot` out, or build with `boot.firmware = "uefi"`.',
  },
  'no-firmware': {
    cause: 'No UEFI firmware for QEMU is installed.',
    remedy: 'Install ovmf (edk2-ovmf on Fedora), or run `hew tools install --boot`.',
  },
} as const satisfies CodeRows;
