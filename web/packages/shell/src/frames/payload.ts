/// Outputs as a frame gets them: the representation that was chosen and the plain text beside it, so that both sides
/// agree on what is shown; bytes by reference.

import { type GuestOutput, tameOutput } from "@fumehood/bridge";
import type { Content, Output } from "@fumehood/protocol";
import { choose } from "../outputs/mime.js";

const made = new WeakMap<Output, GuestOutput>();

/// The same object for the same output at the same place.
export function guestOutput(output: Output, index: number): GuestOutput {
  const id = String(index);
  const known = made.get(output);
  if (known?.id === id) return known;
  const fresh = makeOutput(output, id);
  made.set(output, fresh);
  return fresh;
}

function makeOutput(output: Output, id: string): GuestOutput {
  switch (output.type) {
    case "stream":
      return tameOutput(id, {}, { name: output.name }, output.text ?? "");
    case "error":
    case "raw":
      return tameOutput(id, {}, {}, output.type === "error" ? `${output.ename}: ${output.evalue}` : text(output.json));
    default: {
      const choice = choose(output);
      const mime = "mime" in choice ? choice.mime : "text/plain";
      const data: Record<string, Content> = {};
      for (const kind of new Set([mime, "text/plain"])) {
        const content = output.data[kind];
        if (content !== undefined) data[kind] = content;
      }
      return tameOutput(id, data, output.metadata ?? {});
    }
  }
}

function text(content: Content): string {
  return typeof content === "string" ? content : "";
}
