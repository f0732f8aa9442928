/// What the picture need not wait for: it is computed when the next frame was drawn, and again when what it is made of
/// is another.

import { type Accessor, createEffect, createSignal, onCleanup } from "solid-js";

/// What `compute` makes of `source`; until it has, and without a source, `none`, or what was found of the one before where
/// that may stand for it meanwhile. The source must be a memo's: the same value is not computed twice.
export function afterFrame<S extends object, T>(
  source: Accessor<S | undefined>,
  compute: (source: S) => T,
  none: T,
  stands: (before: S, now: S) => boolean = () => false,
): Accessor<T> {
  const [made, setMade] = createSignal<{ readonly of: S; readonly found: T }>();
  createEffect(() => {
    const of = source();
    if (of === undefined || made()?.of === of) return;
    let task: ReturnType<typeof setTimeout> | undefined;
    // A frame's callbacks come before its drawing, and a task of its own after it.
    const frame = requestAnimationFrame(() => {
      task = setTimeout(() => setMade({ of, found: compute(of) }));
    });
    onCleanup(() => {
      cancelAnimationFrame(frame);
      clearTimeout(task);
    });
  });
  return () => {
    const [now, of] = [made(), source()];
    if (now === undefined || of === undefined) return none;
    return now.of === of || stands(now.of, of) ? now.found : none;
  };
}
