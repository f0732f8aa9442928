/// What frames see of the widgets of an open notebook.

import type { BlobRef } from "@fumehood/protocol";
import type { Kernel } from "./kernel.js";
import type { Models } from "./models.js";
import type { Message } from "./unheard.js";

/// A message of a widget's own, from the kernel. Whether a frame was told.
export type Told = (model: string, content: unknown, buffers: readonly (string | BlobRef)[]) => boolean;

export interface Widgets extends Kernel {
  readonly models: Models;
  /// A frame shows widgets: from here on the page keeps up with them.
  follow(): void;
  onTold(listener: Told): () => void;
  /// What came for the model while no frame showed it; once.
  unheard(model: string): readonly Message[];
}
