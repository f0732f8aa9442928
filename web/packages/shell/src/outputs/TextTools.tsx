/// Copy and save of a whole text, as it is: with its escape sequences in the file, without them on the clipboard.

import type { Content } from "@fumehood/protocol";
import { byteSize } from "@fumehood/ui/sizes";
import { createSignal } from "solid-js";
import { sizeOf } from "./blobs.js";
import { copyText, saveAs } from "./save.js";
import { wholeText } from "./whole.js";

export function TextTools(props: {
  readonly pieces: readonly Content[];
  readonly blobs: string;
  readonly label: string;
}) {
  const [said, setSaid] = createSignal("");
  const size = () => props.pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
  const act = async (what: () => Promise<string>) => {
    try {
      setSaid(await what());
    } catch (error) {
      setSaid(error instanceof Error ? error.message : "That did not work.");
    }
  };
  return (
    <>
      <button type="button" class="out-button" onClick={() => void act(() => copyText(props.blobs, props.pieces))}>
        Copy all
      </button>
      <button
        type="button"
        class="out-button"
        title={byteSize(size())}
        onClick={() =>
          void act(async () => {
            saveAs(await wholeText(props.blobs, props.pieces), `${props.label}.txt`);
            return "Saved.";
          })
        }
      >
        Save
      </button>
      <span class="out-muted" role="status">
        {said()}
      </span>
    </>
  );
}
