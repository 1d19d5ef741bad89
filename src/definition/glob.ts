/**
 * Whether a name matches a pattern of `*` and `?`; anything else stands for itself. At most as many steps as the two
 * lengths multiplied, whatever the pattern: a regular expression would try every way to share a name among many stars.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  let [at, read] = [0, 0];
  let [star, retry] = [-1, 0];
  while (read < name.length) {
    const sign = pattern[at];
    if (sign === '*') {
      [star, retry] = [at, read];
      at += 1;
    } else if (sign === '?' || (sign !== undefined && sign === name[read])) {
      at += 1;
      read += 1;
    } else if (star !== -1) {
      // The last star takes one more.
      retry += 1;
      [at, read] = [star + 1, retry];
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
