/// An image alone, over the page: fitted, or at its own size to be scrolled over. Escape or a click beside it closes it.

import { createSignal, onMount } from "solid-js";

export function Zoom(props: { readonly url: string; readonly alt: string; readonly onClose: () => void }) {
  const [whole, setWhole] = createSignal(true);
  let dialog: HTMLDialogElement | undefined;
  onMount(() => dialog?.showModal());
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself.
    <dialog
      ref={dialog}
      class="out-dialog"
      aria-label={props.alt}
      onClose={() => props.onClose()}
      onClick={(event) => {
        if (event.target === event.currentTarget) dialog?.close();
      }}
    >
      <div class="out-dialog-bar">
        <button type="button" class="out-button" aria-pressed={!whole()} onClick={() => setWhole(!whole())}>
          {whole() ? "Actual size" : "Fit"}
        </button>
        <button type="button" class="out-button" onClick={() => dialog?.close()}>
          Close
        </button>
      </div>
      <div class="out-dialog-body" classList={{ "out-fit": whole() }}>
        <img src={props.url} alt={props.alt} />
      </div>
    </dialog>
  );
}
