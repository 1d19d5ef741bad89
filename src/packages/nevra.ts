/** Name, epoch, version, release and architecture of a package; epoch 0 where none is written. */
export interface Nevra {
  readonly name: string;
  /** `[EPOCH:]VERSION-RELEASE`, the epoch only where it is not 0. */
  readonly evr: string;
  readonly arch: string;
}

/** Takes `bash-0:5.3-2.x86_64` or `bash-5.3-2.x86_64` apart; undefined when it is no NEVRA. */
export function parseNevra(text: string): Nevra | undefined {
  const match = /^(?<name>.+)-(?:(?<epoch>\d+):)?(?<version>[^-:]+)-(?<release>[^-]+)\.(?<arch>[^.-]+)$/.exec(text);
  const { name, epoch, version, release, arch } = match?.groups ?? {};
  if (name === undefined || version === undefined || release === undefined || arch === undefined) return undefined;
  return { name, evr: `${Number(epoch ?? 0) === 0 ? '' : `${epoch}:`}${version}-${release}`, arch };
}

/** `bash-5.3-2.x86_64`. */
export const formatNevra = ({ name, evr, arch }: Nevra): string => `${name}-${evr}.${arch}`;
