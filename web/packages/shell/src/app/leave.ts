/// Asks before the page goes only where something would be lost: an edit that the daemon has not written down.

import { onCleanup } from "solid-js";
import type { Notebook } from "../notebook/types.js";

/// Must be called under an owner of Solid's.
export function leaveGuard(notebook: Notebook): void {
  const ask = (event: BeforeUnloadEvent) => {
    if (notebook.unacknowledged() > 0) event.preventDefault();
  };
  addEventListener("beforeunload", ask);
  onCleanup(() => removeEventListener("beforeunload", ask));
}
