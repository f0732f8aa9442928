/// A modal dialog: the browser's own, so that focus stays inside, Esc closes it and the rest of the page is inert. When
/// it goes, the focus returns to where it was.

import { createUniqueId, type JSX, onCleanup, onMount, Show } from "solid-js";
import { Button, IconButton } from "./Button.js";
import { focused } from "./focus.js";
import { CloseIcon } from "./icons.js";
import "./dialog.css";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: JSX.Element;
  /// Buttons at the end; what has `autofocus`, here or in the body, gets the focus.
  readonly actions?: JSX.Element;
  readonly width?: "narrow" | "medium" | "wide";
  /// Enter in a field does this.
  readonly onSubmit?: () => void;
}

export function Dialog(props: DialogProps): JSX.Element {
  const id = createUniqueId();
  const before = focused();
  let dialog: HTMLDialogElement | undefined;
  let heading: HTMLHeadingElement | undefined;
  onMount(() => {
    dialog?.showModal();
    // The way out is no beginning: without anything else to focus, the reading begins at the title.
    if (focused()?.closest(".dialog-head")) heading?.focus();
  });
  onCleanup(() => {
    dialog?.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
  return (
    <dialog
      ref={(element) => {
        dialog = element;
      }}
      class={`dialog dialog-${props.width ?? "narrow"}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog) props.onClose();
      }}
      // The notebook's own shortcuts are not for what is typed here.
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Escape" || !isEmptySearch(event.target)) return;
        event.preventDefault();
        props.onClose();
      }}
    >
      <form
        class="dialog-frame"
        novalidate
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit?.();
        }}
      >
        <div class="dialog-head">
          <h2
            ref={(element) => {
              heading = element;
            }}
            id={id}
            class="dialog-title"
            dir="auto"
            tabindex={-1}
          >
            {props.title}
          </h2>
          <IconButton icon={CloseIcon} label="Close" onClick={() => props.onClose()} />
        </div>
        <div class="dialog-body">{props.children}</div>
        <Show when={props.actions}>
          <div class="dialog-actions">{props.actions}</div>
        </Show>
      </form>
    </dialog>
  );
}

/// In WebKit a field to search in keeps Escape for itself, also where there is nothing left to clear.
const isEmptySearch = (target: EventTarget): boolean =>
  target instanceof HTMLInputElement && target.type === "search" && target.value === "";

export interface ConfirmProps {
  readonly title: string;
  readonly children: JSX.Element;
  readonly confirm: string;
  readonly tone?: "primary" | "danger";
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/// A question with one answer that does something. The way out has the focus where the answer destroys.
export function Confirm(props: ConfirmProps): JSX.Element {
  const act = () => {
    // First the answer: closing without one means no.
    props.onConfirm();
    props.onClose();
  };
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      onSubmit={act}
      actions={
        <>
          <Button onClick={() => props.onClose()} autofocus={props.tone === "danger"}>
            Cancel
          </Button>
          <Button tone={props.tone ?? "primary"} type="submit" autofocus={props.tone !== "danger"}>
            {props.confirm}
          </Button>
        </>
      }
    >
      {props.children}
    </Dialog>
  );
}
