/** How the bytes of a file became text, so that the same bytes can be written again. */
export type Encoding = 'utf-8' | 'latin1';

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
}

/**
 * Decodes a kickstart file. Bytes that are not valid UTF-8 are read as Latin-1, where every byte is one character: in
 * both cases `encodeText` gives back the very same bytes. A byte order mark stays in the text.
 */
export const decodeText = (bytes: Uint8Array): DecodedText => {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    // TextDecoder's own "latin1" is windows-1252, which is not reversible.
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' };
  }
};

/** The inverse of `decodeText`. */
export const encodeText = ({ text, encoding }: DecodedText): Uint8Array => new Uint8Array(Buffer.from(text, encoding));
