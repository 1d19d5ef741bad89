/** Pixels of a side. */
const SIDE = 32;

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

const CLEAR: Pixel = [0, 0, 0, 0];
const WOOD: Pixel = [0xb8, 0x7b, 0x3d, 0xff];
const CUT: Pixel = [0xf3, 0xe3, 0xc7, 0xff];

/** A beam with a notch hewn into it. */
function pixelAt(x: number, y: number): Pixel {
  const inBeam = x >= 2 && x < SIDE - 2 && y >= 9 && y < 25;
  if (!inBeam) return CLEAR;
  const depth = 10 - Math.abs(x - SIDE / 2);
  if (y < 9 + depth) return CLEAR;
  return y < 11 + depth && depth > -2 ? CUT : WOOD;
}

/**
 * hew's icon as a Windows icon file with one 32-bit image of 32 by 32 pixels.
 * Format: https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)
 */
export function hewIcon(): Uint8Array {
  const maskBytes = (SIDE / 8) * SIDE;
  const image = Buffer.alloc(40 + SIDE * SIDE * 4 + maskBytes);
  image.writeUInt32LE(40, 0);
  image.writeInt32LE(SIDE, 4);
  // The height counts the image and the mask below it.
  image.writeInt32LE(SIDE * 2, 8);
  image.writeUInt16LE(1, 12);
  image.writeUInt16LE(32, 14);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const [red, green, blue, alpha] = pixelAt(x, y);
      // Rows stand from the bottom up, colours as BGRA.
      image.set([blue, green, red, alpha], 40 + ((SIDE - 1 - y) * SIDE + x) * 4);
    }
  }
  const header = Buffer.alloc(22);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(1, 4);
  header.set([SIDE, SIDE], 6);
  header.writeUInt16LE(1, 10);
  header.writeUInt16LE(32, 12);
  header.writeUInt32LE(image.length, 14);
  header.writeUInt32LE(header.length, 18);
  return Buffer.concat([header, image]);
}
