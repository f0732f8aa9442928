/// What a PNG says about itself: how many pixels a metre, and texts. Chunks are put behind the header of a picture that
/// somebody else encoded; nothing of the picture is looked at.

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/// The signature and IHDR: its length is always 13.
const HEAD = SIGNATURE.length + 12 + 13;
const INCH = 0.0254;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 255] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

export function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(data.length + 12);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  for (let at = 0; at < 4; at++) whole[4 + at] = type.charCodeAt(at);
  whole.set(data, 8);
  view.setUint32(8 + data.length, crc32(whole.subarray(4, 8 + data.length)));
  return whole;
}

/// International text: any text, uncompressed. `keyword`: Latin letters, at most 79.
function text(keyword: string, said: string): Uint8Array<ArrayBuffer> {
  // Keyword, 0, not compressed, method 0, no language, 0, no translated keyword, 0, text; a text has no NUL.
  const coder = new TextEncoder();
  const head = coder.encode(`${keyword}\0\0\0\0\0`);
  const body = coder.encode(said.replaceAll("\0", "\uFFFD"));
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return chunk("iTXt", whole);
}

/// Throws where it is no PNG.
export function told(png: Uint8Array, dpi: number, texts: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer>[] {
  if (png.length < HEAD || SIGNATURE.some((byte, at) => png[at] !== byte)) throw new TypeError("That is no PNG.");
  const density = new Uint8Array(9);
  const view = new DataView(density.buffer);
  const perMetre = Math.round(dpi / INCH);
  view.setUint32(0, perMetre);
  view.setUint32(4, perMetre);
  density[8] = 1;
  return [
    png.slice(0, HEAD),
    chunk("pHYs", density),
    ...Object.entries(texts).map(([keyword, said]) => text(keyword, said)),
    png.slice(HEAD),
  ];
}
