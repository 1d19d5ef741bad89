/** What a fabricated ELF file asks for. */
export interface DynamicPlan {
  readonly needed?: readonly string[];
  readonly runpath?: string;
  readonly rpath?: string;
  readonly interpreter?: string;
  readonly dlopen?: readonly object[];
  /** Claimed size of the string table; the real one when absent. */
  readonly stringSize?: number;
}

const HEADER = 64;
const SEGMENT = 56;

/** Bytes of a 64-bit little-endian shared object: header, segments, notes, strings, dynamic section. */
export function dynamicElf(plan: DynamicPlan = {}): Uint8Array {
  const strings = new Strings();
  const entries: (readonly [tag: number, value: number])[] = [
    ...(plan.needed ?? []).map((name) => [1, strings.add(name)] as const),
    ...(plan.runpath === undefined ? [] : [[29, strings.add(plan.runpath)] as const]),
    ...(plan.rpath === undefined ? [] : [[15, strings.add(plan.rpath)] as const]),
  ];
  const parts: { type: number; bytes: Buffer }[] = [
    ...(plan.interpreter === undefined ? [] : [{ type: 3, bytes: Buffer.from(`${plan.interpreter}\0`) }]),
    ...(plan.dlopen === undefined ? [] : [{ type: 4, bytes: Buffer.concat(plan.dlopen.map((value) => note(JSON.stringify([value])))) }]),
    { type: 0, bytes: strings.bytes() },
  ];
  const count = parts.length + 1;
  let offset = Math.ceil((HEADER + (count + 1) * SEGMENT) / 8) * 8;
  const placed = parts.map((part) => {
    const at = offset;
    offset += Math.ceil(part.bytes.length / 8) * 8;
    return { ...part, at };
  });
  const stringsAt = placed.at(-1)?.at ?? 0;
  const all = [...entries, [5, BASE + stringsAt] as const, [10, plan.stringSize ?? strings.bytes().length] as const, [0, 0] as const];
  const dynamic = Buffer.alloc(all.length * 16);
  all.forEach(([tag, value], index) => {
    dynamic.writeBigUInt64LE(BigInt(tag), index * 16);
    dynamic.writeBigUInt64LE(BigInt(value), index * 16 + 8);
  });
  const bytes = Buffer.alloc(offset + dynamic.length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeBigUInt64LE(BigInt(HEADER), 32);
  bytes.writeUInt16LE(SEGMENT, 54);
  const segments = [
    { type: 1, at: 0, size: bytes.length },
    ...placed.filter(({ type }) => type !== 0).map(({ type, at, bytes: content }) => ({ type, at, size: content.length })),
    { type: 2, at: offset, size: dynamic.length },
  ];
  bytes.writeUInt16LE(segments.length, 56);
  segments.forEach(({ type, at, size }, index) => {
    const place = HEADER + index * SEGMENT;
    bytes.writeUInt32LE(type, place);
    bytes.writeBigUInt64LE(BigInt(at), place + 8);
    bytes.writeBigUInt64LE(BigInt(BASE + at), place + 16);
    bytes.writeBigUInt64LE(BigInt(size), place + 32);
    bytes.writeUInt32LE(4, place + 48);
  });
  for (const { at, bytes: content } of placed) content.copy(bytes, at);
  dynamic.copy(bytes, offset);
  return bytes;
}

/** Addresses differ from offsets, as in a program that is linked for a fixed place. */
const BASE = 0x40_0000;

class Strings {
  #text = '\0';
  add(text: string): number {
    const at = this.#text.length;
    this.#text += `${text}\0`;
    return at;
  }
  bytes(): Buffer {
    return Buffer.from(this.#text);
  }
}

function note(text: string): Buffer {
  const padded = (size: number): number => Math.ceil(size / 4) * 4;
  const bytes = Buffer.alloc(16 + padded(text.length + 1));
  bytes.writeUInt32LE(4, 0);
  bytes.writeUInt32LE(text.length + 1, 4);
  bytes.writeUInt32LE(0x407c0c0a, 8);
  bytes.write('FDO\0', 12);
  bytes.write(text, 16);
  return bytes;
}
