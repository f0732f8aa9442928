/// A text on its way out of the page: to a file, or to the clipboard; where the frame allows neither, it is shown and
/// selected, to be copied by hand.

import { createSignal, type JSX, Show } from "solid-js";
import { copy, isSealed, save } from "./handing";

export interface Outgoing {
  readonly save: (text: string, name: string, type?: string) => void;
  readonly copy: (text: string) => Promise<void>;
  /// What is said of it, and the text where it has to be taken by hand.
  readonly view: () => JSX.Element;
}

const CSV = "text/csv;charset=utf-8";

/// `label` names the text to who cannot see it.
export function outgoing(label: string): Outgoing {
  const [shown, setShown] = createSignal<string>();
  const [said, setSaid] = createSignal("");
  function tell(words: string, text?: string): void {
    setShown(text);
    setSaid(text === undefined ? words : `${words}: the text below is selected, copy it with Ctrl-C.`);
  }
  return {
    save: (text, name, type = CSV) => {
      if (isSealed()) return tell("Frames like this one may save no files", text);
      save(new Blob([text], { type }), name);
      tell("If no file arrives, this frame may save none: copy it instead.");
    },
    copy: async (text) => {
      if (await copy(text)) tell("Copied.");
      else tell("This page may not write to the clipboard", text);
    },
    view: () => (
      <>
        <p class="panel-note" role="status">
          {said()}
        </p>
        <Show when={shown()} keyed>
          {(text) => (
            <textarea
              class="field-input field-code keep-text"
              aria-label={label}
              readonly
              rows="4"
              spellcheck={false}
              value={text}
              ref={(element) =>
                queueMicrotask(() => {
                  element.focus();
                  element.select();
                })
              }
              onKeyDown={(event) => event.stopPropagation()}
            />
          )}
        </Show>
      </>
    ),
  };
}
