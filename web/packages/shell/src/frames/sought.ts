/// What the find bar looks for in outputs at this moment: frames mark it in what they show, and say how often it is there.
/// A frame can lie about that count and about nothing else: it is bounded, and its matches are places in that frame.

import { createSignal } from "solid-js";

export interface FrameCount {
  readonly cell: string;
  readonly part: string;
  /// The outputs that the frame shows: from the first, until before the last.
  readonly from: number;
  readonly until: number;
  readonly count: number;
}

/// Matches of one frame that are gone through.
const MOST = 1000;
const NONE: ReadonlyMap<string, FrameCount> = new Map();

const [sought, setText] = createSignal("");
const [counting, setCounting] = createSignal(false);
const [frameCounts, setCounts] = createSignal(NONE);
/// The match in a frame at which the person stands.
const [soughtAt, setSoughtAt] = createSignal<{
  readonly cell: string;
  readonly part: string;
  readonly nth: number;
} | null>(null);

export { counting, frameCounts, setSoughtAt, sought, soughtAt };

/// Empty for nothing. `exactly`: what frames find is what the bar looks for, so that their counts are its matches.
export function setSought(text: string, exactly: boolean): void {
  if (text === sought() && exactly === counting()) return;
  setCounts(NONE);
  setCounting(exactly);
  setText(text);
}

export function reportCount(said: FrameCount, text: string): void {
  if (!counting() || text === "" || text !== sought()) return;
  const key = `${said.cell}/${said.part}`;
  const count = Math.min(MOST, said.count);
  const known = frameCounts().get(key);
  if (known?.count === count && known.until === said.until) return;
  setCounts((old) => new Map(old).set(key, { ...said, count }));
}
