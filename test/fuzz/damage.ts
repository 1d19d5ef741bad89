import * as fc from 'fast-check';

/** Bytes changed, cut out, repeated, and an end that is cut off: what foreign files are, if not right. */
export const damagedBytes = (good: Uint8Array, interesting = good.length): fc.Arbitrary<Uint8Array> => {
  const place = fc.oneof(fc.nat(Math.max(0, good.length - 1)), fc.nat(Math.max(0, Math.min(interesting, good.length) - 1)));
  const value = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
  const changes = fc.array(fc.tuple(place, value, fc.constantFrom(1, 2, 4, 8)), { minLength: 1, maxLength: 8 });
  return fc.tuple(changes, fc.option(fc.nat(good.length), { nil: good.length, freq: 4 })).map(([changed, length]) => {
    const bytes = Uint8Array.from(good);
    for (const [at, byte, count] of changed) bytes.fill(byte, at, at + count);
    return bytes.subarray(0, length);
  });
};

/** Text of pieces that mean something to a format, of pieces of a good text, and of anything at all. */
export const textOf = (pieces: readonly string[], good = ''): fc.Arbitrary<string> => {
  const piece = fc.oneof(
    fc.constantFrom(...pieces, '\n', ' ', '\0', '"', '\\', '__proto__', 'constructor', '9'.repeat(30), '-1', 'NaN', '\u202e', '🙂'),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.tuple(fc.nat(good.length), fc.nat(60)).map(([at, size]) => good.slice(at, at + size)),
  );
  const whole = fc.tuple(fc.nat(good.length), piece, fc.nat(30)).map(([at, put, cut]) => good.slice(0, at) + put + good.slice(at + cut));
  return fc.oneof(whole, fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')));
};

/** A JSON text like a good one, with one value somewhere of another kind, or gone. */
export const damagedJson = (good: unknown): fc.Arbitrary<string> => {
  const strange = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, [], {}, '', 0, -1, 1e300, 'x'.repeat(1000), undefined));
  return fc.tuple(fc.array(fc.nat(200), { maxLength: 12 }), strange).map(([way, value]) => JSON.stringify(replaced(good, way, value)) ?? '');
};

function replaced(value: unknown, way: readonly number[], by: unknown): unknown {
  const [step, ...rest] = way;
  if (step === undefined || typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  if (keys.length === 0) return by;
  const key = keys[step % keys.length] ?? '';
  const inner = replaced((value as Readonly<Record<string, unknown>>)[key], rest, by);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === key ? inner : item));
  return { ...value, [key]: inner };
}
