/// Whether the blob server may be asked at this moment. While the daemon is gone, any program may listen at its port: what
/// is to be read waits until it is back. Closed until the page of a notebook opens it.

import { type Accessor, createSignal } from "solid-js";

const [open, setOpen] = createSignal(false);
let waiting: (() => void)[] = [];

export const served: Accessor<boolean> = open;

export function setServed(now: boolean): void {
  setOpen(now);
  if (!now) return;
  const all = waiting;
  waiting = [];
  for (const go of all) go();
}

/// Never rejects; who waits may be gone when it resolves.
export function whenServed(): Promise<void> {
  return open() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
}
