/// One line for the whole list that shows itself in the gap under the pointer, with buttons that insert a cell there,
/// and while cells are dragged the place where they would go.

import { Button, PlusIcon } from "@fumehood/ui";
import { createSignal, type JSX, onCleanup, Show } from "solid-js";
import { insert } from "../commands/editing.js";
import type { Bench } from "../commands/types.js";
import type { CellType } from "../notebook/types.js";
import { type Drag, type Drop, dropAt } from "./drag.js";
import "./insert.css";

/// So near to a gap the pointer must be.
const REACH = 7;

export function InsertPoint(props: { readonly bench: Bench; readonly drag: Drag }): JSX.Element {
  const [gap, setGap] = createSignal<Drop | null>(null);
  const put = (type: CellType) => {
    const at = gap();
    setGap(null);
    if (at !== null) insert(props.bench, at.after, type, "edit");
  };
  const attach = (element: HTMLElement) => {
    const onMove = (event: PointerEvent) => {
      const target = event.target;
      if (!(target instanceof Element) || event.pointerType === "touch" || event.buttons !== 0) return;
      if (element.contains(target)) return;
      const list = element.previousElementSibling;
      const cell = target.closest<HTMLElement>("[data-cell]");
      const box = cell?.getBoundingClientRect();
      const near = box !== undefined && (event.clientY - box.top < REACH || box.bottom - event.clientY < REACH);
      setGap(list instanceof HTMLElement && near ? dropAt(props.bench, list, event.clientY) : null);
    };
    const onLeave = () => setGap(null);
    queueMicrotask(() => {
      const list = element.parentElement;
      list?.addEventListener("pointermove", onMove);
      list?.addEventListener("pointerleave", onLeave);
    });
    onCleanup(() => {
      element.parentElement?.removeEventListener("pointermove", onMove);
      element.parentElement?.removeEventListener("pointerleave", onLeave);
    });
  };
  const top = () => (props.drag.drop() ?? gap())?.top ?? 0;
  return (
    <div
      ref={attach}
      class="insert"
      classList={{ "insert-shown": gap() !== null, "insert-drop": props.drag.drop() !== null }}
      style={{ transform: `translateY(${top()}px)` }}
      // The keyboard has A and B for this.
      aria-hidden="true"
    >
      <Show when={gap() !== null && props.drag.drop() === null}>
        <span class="insert-buttons">
          <Button small icon={PlusIcon} tabindex={-1} onClick={() => put("code")}>
            Code
          </Button>
          <Button small icon={PlusIcon} tabindex={-1} onClick={() => put("markdown")}>
            Markdown
          </Button>
        </span>
      </Show>
    </div>
  );
}
