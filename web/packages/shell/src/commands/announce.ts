/// Says to screen readers how runs end. It remembers who asked for what by listening, because an execution has left the
/// queue when its end is told.

import type { AnyEvent } from "@fumehood/protocol";
import type { Notebook } from "../notebook/types.js";

const ENDS: Readonly<Record<string, string>> = {
  ok: "finished",
  error: "failed",
  cancelled: "was cancelled",
  lost: "was lost with the kernel",
};

export function announcements(notebook: Notebook, say: (text: string) => void): (event: AnyEvent) => void {
  const owners = new Map<string, string>(notebook.queue());
  return (event) => {
    if (event.type === "queued") owners.set(event.execution, event.cell);
    else if (event.type === "finished") {
      const cell = owners.get(event.execution);
      owners.delete(event.execution);
      const at = cell === undefined ? -1 : notebook.order().indexOf(cell);
      if (at >= 0) say(`Cell ${at + 1} ${ENDS[event.status] ?? "ended"}`);
    } else if (event.type === "input") say("The code asks for input");
    else if (event.type === "kernel" && event.status === "dead") say("The kernel died");
  };
}
