/// While what was never looked at is made for paper.

import { Button, Dialog, Progress } from "@fumehood/ui";
import { type JSX, Show } from "solid-js";
import { preparing } from "../paper/printing.js";

export function PrintDialog(): JSX.Element {
  const open = () => preparing() !== null;
  return (
    <Show when={open()}>
      <Dialog
        title="Preparing to print"
        onClose={() => preparing()?.cancel()}
        actions={<Button onClick={() => preparing()?.cancel()}>Cancel</Button>}
      >
        <Progress
          label={`${preparing()?.done ?? 0} of ${preparing()?.all ?? 0} outputs`}
          value={preparing()?.done ?? 0}
          max={Math.max(1, preparing()?.all ?? 0)}
        />
      </Dialog>
    </Show>
  );
}
