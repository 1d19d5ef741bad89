/** Epoch, version and release of a package. A missing epoch counts as 0; release may be absent in a requirement. */
export interface Evr {
  readonly epoch: number;
  readonly version: string;
  readonly release?: string;
}

/** Splits `[EPOCH:]VERSION[-RELEASE]`. Neither version nor release can hold a `-`, so the last one divides them. */
export const parseEvr = (text: string): Evr => {
  const [, epoch, rest = ''] = /^(?:(\d*):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf('-');
  const version = dash < 0 ? rest : rest.slice(0, dash);
  return { epoch: Number(epoch ?? 0), version, ...(dash < 0 ? {} : { release: rest.slice(dash + 1) }) };
};

/** `VERSION-RELEASE` with the epoch in front only where it is not 0, as dnf5 prints it. */
export const formatEvr = ({ epoch, version, release }: Evr): string =>
  `${epoch === 0 ? '' : `${epoch}:`}${version}${release === undefined ? '' : `-${release}`}`;

/**
 * Orders two EVRs: negative when `a` is older. A release is compared only when both have one.
 * Source: `rpmVersionCompare` (https://rpm-software-management.github.io/rpm/man/rpm-version.7).
 */
export const compareEvr = (a: Evr | string, b: Evr | string): number => {
  const [left, right] = [typeof a === 'string' ? parseEvr(a) : a, typeof b === 'string' ? parseEvr(b) : b];
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1;
  const byVersion = compareVersions(left.version, right.version);
  if (byVersion !== 0 || left.release === undefined || right.release === undefined) return byVersion;
  return compareVersions(left.release, right.release);
};

/**
 * Orders two versions, or two releases, as rpm does: -1, 0 or 1. Runs of digits and runs of letters are compared one
 * by one, a number beats letters, `~` sorts before everything (a pre-release), `^` after the same version and before
 * a longer one (a snapshot), and everything else only separates. Not a total order on strings: `1.0` equals `1_0`.
 * Source: https://rpm-software-management.github.io/rpm/man/rpm-version.7
 */
export const compareVersions = (a: string, b: string): -1 | 0 | 1 => {
  if (a === b) return 0;
  const [left, right] = [segments(a), segments(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = compareSegments(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
};

const segments = (text: string): readonly string[] => text.match(/\d+|[A-Za-z]+|~|\^/g) ?? [];

const compareSegments = (a: string | undefined, b: string | undefined): -1 | 0 | 1 => {
  if (a === b) return 0;
  if (a === '~') return -1;
  if (b === '~') return 1;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (a === '^') return -1;
  if (b === '^') return 1;
  const [aIsNumber, bIsNumber] = [isNumber(a), isNumber(b)];
  if (aIsNumber !== bIsNumber) return aIsNumber ? 1 : -1;
  return aIsNumber ? compareNumbers(a, b) : compareText(a, b);
};

const isNumber = (segment: string): boolean => /^\d/.test(segment);

// Not Number(): a date with a build counter easily has more digits than a double can hold.
const compareNumbers = (a: string, b: string): -1 | 0 | 1 => {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return compareText(left, right);
};

const compareText = (a: string, b: string): -1 | 0 | 1 => (a === b ? 0 : a < b ? -1 : 1);
