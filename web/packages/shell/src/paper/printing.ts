/// Prints the notebook: first everything is made that was never near, some frames at a time, within bounds; then the browser's
/// own dialog comes; then what was made for paper may go. Also what is left to do where the browser prints by itself.

import { batch, createSignal } from "solid-js";
import { inOrder, onPaper, type Place, setPaper } from "./paper.js";

/// Frames at most, how many are made at a time, and how long one and all may take.
export const FRAMES = 150;
const AT_ONCE = 4;
const ONE_MS = 6000;
const ALL_MS = 90_000;
const LOOK_MS = 40;
/// Of a frame that says nothing for so long, what is there is all there is.
const REDRAW_MS = 300;

export interface Preparing {
  readonly done: number;
  readonly all: number;
  cancel(): void;
}

const [state, setState] = createSignal<Preparing | null>(null);
/// Null while nothing is prepared.
export const preparing = state;

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/// Resolves when the browser's dialog is closed, or it was cancelled.
export async function printNotebook(print: () => void = () => window.print()): Promise<void> {
  if (onPaper()) return;
  let stopped = false;
  const cancel = () => {
    stopped = true;
  };
  setPaper(true);
  let made: readonly Place[] = [];
  try {
    // Cells make their outputs' places in this turn.
    await wait(0);
    made = inOrder().slice(0, FRAMES);
    const end = performance.now() + ALL_MS;
    let done = 0;
    let next = 0;
    const tell = () => setState({ done, all: made.length, cancel });
    tell();
    const worker = async (): Promise<void> => {
      for (let place = made[next++]; place && !stopped && performance.now() < end; place = made[next++]) {
        place.mount();
        const last = Math.min(end, performance.now() + ONE_MS);
        while (!place.shown() && !stopped && performance.now() < last) await wait(LOOK_MS);
        done += 1;
        tell();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // Charts that were there draw themselves anew in light colours.
    if (made.length > 0 && !stopped) await wait(REDRAW_MS);
    setState(null);
    if (stopped) return;
    await wait(0);
    await printed(print);
  } finally {
    batch(() => {
      setState(null);
      setPaper(false);
      for (const place of made) place.release();
    });
  }
}

/// Some engines come back from `print` before the dialog is closed, and say when it is.
function printed(print: () => void): Promise<void> {
  return new Promise((resolve) => {
    let open = false;
    const opened = () => {
      open = true;
    };
    const closed = () => {
      removeEventListener("beforeprint", opened);
      removeEventListener("afterprint", closed);
      resolve();
    };
    addEventListener("beforeprint", opened);
    addEventListener("afterprint", closed);
    print();
    if (!open) closed();
  });
}

/// The browser's own command cannot be waited with: cells are made and colours are light at once, frames that are not there
/// yet are said to be missing. Returns how to stop.
export function watchPrinting(): () => void {
  let own = false;
  const before = () => {
    if (onPaper()) return;
    own = true;
    setPaper(true);
  };
  const after = () => {
    if (own) setPaper(false);
    own = false;
  };
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  };
}
