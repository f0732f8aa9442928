/// The tab's title: the notebook, with a mark for what goes on in it.

import type { FinishStatus } from "@fumehood/protocol";
import { createEffect, createSignal, onCleanup } from "solid-js";
import type { Notebook } from "../notebook/types.js";
import { baseName, plainTitle } from "./format.js";
import { titleMark } from "./states.js";

/// Must be called under an owner of Solid's.
export function keepTitle(notebook: Notebook): void {
  // How the last cell ended that nobody saw ending.
  const [unseen, setUnseen] = createSignal<FinishStatus | null>(null);
  const seen = () => {
    if (document.visibilityState === "visible") setUnseen(null);
  };
  document.addEventListener("visibilitychange", seen);
  onCleanup(() => document.removeEventListener("visibilitychange", seen));
  onCleanup(
    notebook.onEvent((event) => {
      if (event.type === "finished" && document.visibilityState === "hidden") setUnseen(event.status);
    }),
  );
  createEffect(() => {
    const mark = titleMark(notebook.kernel(), notebook.queue().size, unseen());
    document.title = `${mark}${plainTitle(baseName(notebook.path))}`;
  });
}
