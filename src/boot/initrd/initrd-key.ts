import { digestOf, digestOfValue, type Digest } from '../../digest.ts';

/** Raised when the way in which initrds are made changes, so that older ones are not taken. */
const RECIPE = 2;

export interface InitrdInputs {
  readonly generator: 'systemd' | 'dracut';
  readonly kernel: string;
  /** Modules that the definition adds. */
  readonly drivers: readonly string[];
  readonly fips: boolean;
  /** Every package of the image as NEVRA; content comes from nowhere else but `files`. */
  readonly packages: readonly string[];
  /** Configuration that a definition may have changed, by path in the image. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Seconds since 1970, the date of every file inside. */
  readonly epoch: number;
  /** Name of the tools that compress it. */
  readonly tools: string;
}

/** What an initrd is known by: everything that its bytes depend on. Pure. */
export function initrdKey({ packages, files, drivers, ...rest }: InitrdInputs): Digest {
  return digestOfValue({
    recipe: RECIPE,
    ...rest,
    drivers: drivers.toSorted(),
    packages: packages.toSorted(),
    files: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, digestOf(content)])),
  });
}

/** Folders and files whose content shapes an initrd and may come from a definition instead of a package. */
export const CONFIGURATION: readonly string[] = [
  '/etc/modprobe.d', '/etc/modules-load.d', '/etc/dracut.conf', '/etc/dracut.conf.d', '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/os-release', '/etc/group', '/etc/vconsole.conf', '/etc/systemd/system.conf.d', '/etc/udev/rules.d',
  '/etc/crypto-policies/config',
];
