/// Files that are dropped on an open notebook: without this the browser would show the file in the page's place. Notebooks
/// are taken into the folder of the one that is open, and offered; anything else is left where it is.

import { toast } from "@fumehood/ui";
import { onCleanup } from "solid-js";
import { createArrivals } from "../files/dropped.js";
import { baseName, folderOf } from "./format.js";
import type { Workspace } from "./workspace.js";

/// Must be called under an owner of Solid's.
export function takeDrops(workspace: Workspace): void {
  const arrivals = createArrivals(workspace.wire);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const onOver = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onDrop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    // The editor would type the file's text.
    event.stopPropagation();
    void take([...(event.dataTransfer?.files ?? [])]);
  };
  const take = async (files: readonly File[]) => {
    const paths = await arrivals.take(files, folderOf(workspace.notebook.path));
    for (const path of paths)
      toast({
        tone: "ok",
        text: `${baseName(path)} was taken into this folder.`,
        action: { label: "Open it", run: () => workspace.route.go(path) },
      });
    for (const { name, reason } of arrivals.all())
      if (reason !== undefined) toast({ tone: "warning", text: `${name} was not taken.`, detail: reason });
  };
  addEventListener("dragover", onOver, true);
  addEventListener("drop", onDrop, true);
  onCleanup(() => {
    removeEventListener("dragover", onOver, true);
    removeEventListener("drop", onDrop, true);
  });
}
