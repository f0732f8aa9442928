/// The notebook as one HTML file: the daemon makes it, the page offers it to be saved where the person says.

import type { Notebook } from "../notebook/types.js";
import { saveAs } from "../outputs/save.js";
import { wholeText } from "../outputs/whole.js";
import type { Wire } from "../wire/index.js";
import { baseName } from "./format.js";

export async function exportHtml(wire: Wire, notebook: Notebook): Promise<void> {
  const { html } = await wire.call("room.export", { room: notebook.room });
  const file = await wholeText(notebook.blobs(), [html]);
  // Nothing is opened from here: a file's type is the file system's to say.
  saveAs(file.slice(0, file.size, "application/octet-stream"), baseName(notebook.path).replace(/\.ipynb$/, ".html"));
}
