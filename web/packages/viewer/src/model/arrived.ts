/// Waits for data where code must go on after it: what a command of Python's asked for is done when it is shown.

import { createEffect, createRoot } from "solid-js";
import type { Shelf } from "./shelf";

/// What `read` gives once it gives something. Rejects with the shelf's words where what it reads cannot be had;
/// what else cannot be had meanwhile is somebody else's.
export function arrived<T>(shelf: Shelf, read: () => T | undefined): Promise<T> {
  shelf.again();
  return new Promise((resolve, reject) => {
    createRoot((dispose) => {
      createEffect(() => {
        const { found, refusal } = shelf.tried(read);
        if (found === undefined && refusal === undefined) return;
        queueMicrotask(dispose);
        if (found !== undefined) resolve(found);
        else reject(new Error(refusal));
      });
    });
  });
}
