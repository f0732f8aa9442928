/// How a cell's outputs are laid out: runs that the page shows itself, and runs that share a sealed frame. Pure.
///
/// There is one frame per cell: outputs of a cell may belong together (a loader and its plot share a window). What the
/// page could show itself but stands between two of its outputs goes into the frame with them, so that the order holds.
/// Where that is long, or something to work with (an error with places to go to), the frame ends, and another begins
/// behind it; a cell has at most `FRAMES`, and behind the last of them everything goes into it. An output that comes
/// later never moves one that is there, except that short text behind a frame joins it when the next frame output comes.

import type { Output } from "@fumehood/protocol";
import { sizeOf } from "./blobs.js";
import { choose } from "./mime.js";
import { countRows } from "./rows.js";

export interface Segment {
  readonly place: "page" | "frame";
  /// Of the first output; what the segment is known by.
  readonly from: number;
  readonly until: number;
}

export const FRAMES = 4;
const SHORT_CHARS = 8192;
const SHORT_ROWS = 40;

export function arrange(outputs: readonly Output[], count = outputs.length): readonly Segment[] {
  const segments: Segment[] = [];
  let frames = 0;
  const extend = (until: number) => {
    const last = segments[segments.length - 1] as Segment;
    segments[segments.length - 1] = { ...last, until };
  };
  for (let index = 0; index < count; index++) {
    const output = outputs[index] as Output;
    const place = choose(output).place;
    const last = segments[segments.length - 1];
    if (last?.place === place) extend(index + 1);
    else if (place === "page" || frames === 0) {
      segments.push({ place, from: index, until: index + 1 });
      if (place === "frame") frames++;
    } else if (frames >= FRAMES || (last && canMove(outputs, last))) {
      segments.pop();
      extend(index + 1);
    } else {
      segments.push({ place, from: index, until: index + 1 });
      frames++;
    }
  }
  return segments;
}

function canMove(outputs: readonly Output[], segment: Segment): boolean {
  let chars = 0;
  let rows = 0;
  for (let index = segment.from; index < segment.until; index++) {
    const output = outputs[index] as Output;
    if (output.type === "error" || output.type === "raw") return false;
    if (output.type === "stream") {
      if ((output.parts?.length ?? 0) > 0 || output.dropped) return false;
      chars += output.text?.length ?? 0;
      rows += countRows(output.text ?? "");
    } else {
      const choice = choose(output);
      const content = choice.place === "page" && "mime" in choice ? output.data[choice.mime] : undefined;
      if (choice.place === "page" && choice.kind === "image") continue;
      if (choice.place === "page" && choice.kind === "json") return false;
      chars += content === undefined ? 0 : sizeOf(content);
    }
    if (chars > SHORT_CHARS || rows > SHORT_ROWS) return false;
  }
  return true;
}
