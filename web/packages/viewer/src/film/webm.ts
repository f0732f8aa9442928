/// A WebM file of one video track, out of frames that were encoded already: EBML elements around them, with an index, so
/// that players can seek. Every size is known when it is written. Nothing of a frame is looked at.

export interface Encoded {
  readonly data: Uint8Array<ArrayBuffer>;
  /// Milliseconds from the beginning; they rise.
  readonly time: number;
  /// It can be shown without those before it; the first one can.
  readonly whole: boolean;
}

/// What RGB became, as numbers of ISO/IEC 23091-2.
export interface Colours {
  readonly matrix: number;
  readonly transfer: number;
  readonly primaries: number;
  readonly full: boolean;
}

export interface Video {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /// Milliseconds.
  readonly length: number;
  readonly codec: "V_VP8" | "V_VP9";
  readonly colours: Colours | undefined;
  /// Stand in the file: TITLE and the like.
  readonly tags: Readonly<Record<string, string>>;
}

interface Element {
  readonly size: number;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

/// Of a cluster; its frames say the time in 16 bits.
const LONGEST = 30_000;

export function webm(video: Video, frames: readonly Encoded[]): BlobPart[] {
  const clusters = clustered(frames).map((cluster) => ({ time: cluster[0]?.time ?? 0, element: clusterOf(cluster) }));
  const info = element(
    0x1549a966,
    number(0x2ad7b1, 1_000_000),
    real(0x4489, video.length),
    text(0x4d80, "fumehood"),
    text(0x5741, "fumehood"),
  );
  const before = [info, trackOf(video), tagsOf(video.tags)];
  const cues = (from: number) => {
    let at = from;
    const points = clusters.map(({ time, element: cluster }) => {
      const place = element(0xb7, number(0xf7, 1), wide(0xf1, at));
      at += cluster.size;
      return element(0xbb, number(0xb3, time), place);
    });
    return element(0x1c53bb6b, ...points);
  };
  // Places are written in eight bytes, so the index is as long wherever the frames begin.
  const ahead = before.reduce((sum, one) => sum + one.size, 0) + cues(0).size;
  const head = element(
    0x1a45dfa3,
    ...[number(0x4286, 1), number(0x42f7, 1), number(0x42f2, 4), number(0x42f3, 8)],
    ...[text(0x4282, "webm"), number(0x4287, 4), number(0x4285, 2)],
  );
  const segment = element(0x18538067, ...before, cues(ahead), ...clusters.map((one) => one.element));
  return [...head.parts, ...segment.parts];
}

/// A cluster begins with a frame that needs no other, so that one can seek to it.
function clustered(frames: readonly Encoded[]): Encoded[][] {
  const found: Encoded[][] = [];
  for (const frame of frames) {
    const last = found.at(-1);
    const begun = last?.[0]?.time ?? 0;
    if (last === undefined || frame.whole || frame.time - begun > LONGEST) found.push([frame]);
    else last.push(frame);
  }
  return found;
}

function clusterOf(frames: readonly Encoded[]): Element {
  const begun = frames[0]?.time ?? 0;
  const blocks = frames.map(({ data, time, whole }) => {
    const after = time - begun;
    // Of track 1, so long after the cluster's beginning.
    const head = Uint8Array.of(0x81, (after >> 8) & 255, after & 255, whole ? 0x80 : 0);
    return element(0xa3, { size: 4, parts: [head] }, { size: data.length, parts: [data] });
  });
  return element(0x1f43b675, number(0xe7, begun), ...blocks);
}

function trackOf({ width, height, fps, codec, colours }: Video): Element {
  const colour =
    colours === undefined
      ? []
      : [
          element(
            0x55b0,
            number(0x55b1, colours.matrix),
            number(0x55b9, colours.full ? 2 : 1),
            number(0x55ba, colours.transfer),
            number(0x55bb, colours.primaries),
          ),
        ];
  const picture = element(0xe0, number(0xb0, width), number(0xba, height), ...colour);
  const entry = element(
    0xae,
    ...[number(0xd7, 1), number(0x73c5, 1), number(0x83, 1), number(0x9c, 0), text(0x86, codec)],
    number(0x23e383, Math.round(1e9 / fps)),
    picture,
  );
  return element(0x1654ae6b, entry);
}

function tagsOf(tags: Video["tags"]): Element {
  const simple = Object.entries(tags).map(([name, said]) => element(0x67c8, text(0x45a3, name), text(0x4487, said)));
  return element(0x1254c367, element(0x7373, element(0x63c0), ...simple));
}

// -- EBML

function element(id: number, ...inside: readonly Element[]): Element {
  const size = inside.reduce((sum, one) => sum + one.size, 0);
  const head = Uint8Array.from([...bytesOf(id, 1), ...sized(size)]);
  return { size: head.length + size, parts: [head, ...inside.flatMap((one) => one.parts)] };
}

function number(id: number, value: number): Element {
  return raw(id, bytesOf(value, 1));
}

function wide(id: number, value: number): Element {
  return raw(id, bytesOf(value, 8));
}

function real(id: number, value: number): Element {
  const whole = new Uint8Array(8);
  new DataView(whole.buffer).setFloat64(0, value);
  return raw(id, whole);
}

function text(id: number, said: string): Element {
  return raw(id, new TextEncoder().encode(said.replaceAll("\0", "\uFFFD")));
}

function raw(id: number, data: Iterable<number> & { readonly length: number }): Element {
  return element(id, { size: data.length, parts: [Uint8Array.from(data)] });
}

/// The highest byte first; as few as hold it, and no fewer than `least`.
function bytesOf(value: number, least: number): number[] {
  const found: number[] = [];
  for (let left = value; left > 0 || found.length < least; left = Math.floor(left / 256)) found.unshift(left % 256);
  return found;
}

/// How many zeros a size begins with says how many bytes it has. All ones would be "unknown".
function sized(size: number): number[] {
  let length = 1;
  while (size >= 2 ** (7 * length) - 1) length++;
  const found = bytesOf(size, length);
  found[0] = (found[0] as number) | (1 << (8 - length));
  return found;
}
