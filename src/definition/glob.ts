/**
 * Whether a name matches a pattern of `*` and `?`; other characters match themselves. The number of steps is at most
 * the product of both lengths, for any pattern: a regular expression may backtrack exponentially.
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
      // The last star takes one more character.
      retry += 1;
      [at, read] = [star + 1, retry];
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
