/** Marks every release of the sample distribution, as `.fc43` and `.azl4` mark theirs. */
export const distTag = '.sample';

/** Epoch, version and release as RPM spells them. The epoch 0 is absent. */
export interface Evr {
  readonly epoch?: number;
  readonly version: string;
  /** Absent in a relation that names the upstream version only. */
  readonly release?: string;
}

/**
 * Splits a Debian version (deb-version(7)) into an EVR without the dist tag. RPM's order of `~`, digits and letters is
 * Debian's own. A hyphen inside the upstream part, which RPM forbids, becomes a dot. The mark of a rebuild (`+b1`) is
 * dropped, so that all packages of one source agree on their release.
 */
export function splitVersion(debian: string): Evr {
  const match = /^(?:(\d+):)?(.+?)(?:-([^-]+))?$/.exec(debian.trim());
  if (match === null) throw new Error(`not a Debian version: "${debian}"`);
  const [, epoch, upstream = '', revision] = match;
  const parts = [upstream, revision].map((part) => part?.replace(/\+b\d+$/, ''));
  const version = clean(parts[0] ?? '');
  const release = parts[1] === undefined ? undefined : clean(parts[1]);
  return {
    ...(epoch === undefined || epoch === '0' ? {} : { epoch: Number(epoch) }),
    version,
    ...(release === undefined ? {} : { release }),
  };
}

/** The EVR of a package: always with a release, which ends in the dist tag. A native package gets release 1. */
export function packageEvr(debian: string): Required<Pick<Evr, 'release' | 'version'>> & Pick<Evr, 'epoch'> {
  const evr = splitVersion(debian);
  return { ...evr, release: `${evr.release ?? '1'}${distTag}` };
}

/** `epoch:version-release`, without the parts that are absent. */
export const formatEvr = ({ epoch, version, release }: Evr): string =>
  `${epoch === undefined ? '' : `${epoch}:`}${version}${release === undefined ? '' : `-${release}`}`;

const clean = (part: string): string => part.replaceAll('-', '.').replaceAll(':', '.');
