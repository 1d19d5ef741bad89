import { parseLevel, type Level } from './levels.ts';

/** A folder of libraries that ld.so searches only on processors of a level. */
export interface HwcapsPlace {
  /** The folder of the level, such as `/usr/lib64/glibc-hwcaps/x86-64-v3`. */
  readonly folder: string;
  readonly level: Level;
}

/**
 * The `glibc-hwcaps` folder of a path; undefined if it is in none. Source: ld.so(8), "glibc-hwcaps";
 * https://sourceware.org/pipermail/libc-announce/2021/000030.html (glibc 2.33).
 */
export const hwcapsLevel = (path: string): HwcapsPlace | undefined => {
  const [folder, name] = /^.*\/glibc-hwcaps\/(x86-64-v\d+)(?=\/)/.exec(path) ?? [];
  const level = name === undefined ? undefined : parseLevel(name);
  return folder === undefined || level === undefined ? undefined : { folder, level };
};
