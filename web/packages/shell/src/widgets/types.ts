/// What frames see of the widgets of an open notebook.

import type { BlobRef } from "@fumehood/protocol";
import type { Kernel } from "./kernel.js";
import type { Models } from "./models.js";

/// A message of a widget's own, from the kernel.
export type Told = (model: string, content: unknown, buffers: readonly (string | BlobRef)[]) => void;

export interface Widgets extends Kernel {
  readonly models: Models;
  /// A frame shows widgets: from here on the page keeps up with them.
  follow(): void;
  onTold(listener: Told): () => void;
}
