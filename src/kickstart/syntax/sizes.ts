const UNITS = [
  ['TiB', 1024 ** 2],
  ['GiB', 1024],
  ['MiB', 1],
] as const;

/** Mebibytes, as kickstart counts, in the largest unit that divides them: 1024 is `1GiB`, 1500 is `1500MiB`. */
export const formatMebibytes = (mebibytes: number): string => {
  const [unit, factor] = UNITS.find(([, size]) => mebibytes % size === 0) ?? ['MiB', 1];
  return `${mebibytes / factor}${unit}`;
};

/** The inverse, rounded up for sizes in KiB. Undefined for `rest` and `minimal`. */
export const readMebibytes = (size: string | undefined): number | undefined => {
  const [, digits, unit] = /^(\d+)(KiB|MiB|GiB|TiB)$/.exec(size ?? '') ?? [];
  if (digits === undefined) return undefined;
  const factor = UNITS.find(([name]) => name === unit)?.[1];
  return factor === undefined ? Math.ceil(Number(digits) / 1024) : Number(digits) * factor;
};
