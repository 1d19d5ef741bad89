import type { CodeRows } from './row.ts';

export const planCodes = {
  'architecture': {
    cause: 'The distribution does not exist for the architecture of this machine, and the definition names no other.',
    remedy: 'Set `hardware.arch` to one of the architectures in the hint.',
  },
  'level-below-baseline': {
    cause: 'The requested level is below what the x86_64 packages of the distribution need.',
    remedy: 'Set `level = "baseline"`, or choose another distribution.',
  },
  'level-elsewhere': {
    cause: 'The packages of the requested level belong to another distribution file.',
    remedy: 'Choose the `distro` of the hint, or set `level = "baseline"`.',
  },
  'host-level-unknown': {
    cause: '`--level host` was given, and hew cannot detect the level of this machine.',
    remedy: 'Name the level of the target: baseline, v2, v3 or v4.',
  },
  'builder-below-target': {
    cause: 'This machine cannot run the programs of the image, so scriptlets would fail.',
    remedy: 'Build on a machine with that architecture and level, or pass `--emulate`.',
  },
  'emulation-unavailable': {
    cause: 'QEMU, or the kernel of this machine, cannot emulate the processor that was asked for.',
    remedy: 'Run `hew tools install`, use Linux 6.7 or newer with binfmt_misc, or build on a machine of that level.',
  },
  'audit-above-level': {
    cause: 'An ELF file needs a higher level than the image declares.',
    remedy: 'Declare the higher level, or take the package from a repository of the declared level.',
  },
  'audit-above-hwcaps': {
    cause: 'A library in a `glibc-hwcaps` folder needs a higher level than the folder’s name says.',
    remedy: 'Rebuild the package, or remove it from the image.',
  },
  'audit-damaged': {
    cause: 'A file begins as an ELF file and cannot be parsed as one.',
    remedy: 'Reinstall or rebuild the package that owns the file.',
  },
  'audit-unreadable': {
    cause: 'The audit could not read some files, so it says nothing about them.',
    remedy: 'Run the audit as the owner of the files, or as root.',
  },
  'audit-no-upgrades': {
    cause: 'The package manager in the image does not keep the level: an upgrade would install baseline packages.',
    remedy: 'Install the package that carries the dnf variables or repository of the level, as the message says.',
  },
} as const satisfies CodeRows;
