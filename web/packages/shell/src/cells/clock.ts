/// The time, for what counts seconds while it runs. It ticks only while somebody looks.

import { type Accessor, createSignal, onCleanup } from "solid-js";

const [now, setNow] = createSignal(Date.now() / 1000);
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/// Seconds since the epoch, once a second. Under an owner of Solid's.
export function useClock(): Accessor<number> {
  setNow(Date.now() / 1000);
  if (watchers++ === 0) timer = setInterval(() => setNow(Date.now() / 1000), 1000);
  onCleanup(() => {
    if (--watchers === 0) clearInterval(timer);
  });
  return now;
}
