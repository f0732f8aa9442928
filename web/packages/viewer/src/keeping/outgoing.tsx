/// A text or a picture on its way out of the page: to a file, or to the clipboard; where the frame allows neither, it is
/// shown, a text selected to be copied by hand, a picture to be saved from its own menu.

import { createSignal, type JSX, Show } from "solid-js";
import { address } from "../figure/making";
import { copy, isSealed, save } from "./handing";

export interface Outgoing {
  readonly save: (text: string, name: string, type?: string) => void;
  readonly picture: (picture: Blob, name: string) => Promise<void>;
  readonly copy: (text: string) => Promise<void>;
  /// What is said of it, and the text where it has to be taken by hand.
  readonly view: () => JSX.Element;
}

const CSV = "text/csv;charset=utf-8";

/// `label` names the text to who cannot see it.
export function outgoing(label: string): Outgoing {
  const [shown, setShown] = createSignal<string>();
  const [seen, setSeen] = createSignal<string>();
  const [said, setSaid] = createSignal("");
  function tell(words: string, text?: string): void {
    setShown(text);
    setSeen(undefined);
    setSaid(text === undefined ? words : `${words}: the text below is selected, copy it with Ctrl-C.`);
  }
  return {
    save: (text, name, type = CSV) => {
      if (isSealed()) return tell("Frames like this one may save no files", text);
      save(new Blob([text], { type }), name);
      tell("If no file arrives, this frame may save none: copy it instead.");
    },
    picture: async (picture, name) => {
      if (!isSealed()) {
        save(picture, name);
        return tell("If no file arrives, this frame may save none.");
      }
      const found = await address(picture);
      tell("Frames like this one may save no files: the picture below has a menu that may.");
      setSeen(found);
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
        <Show when={seen()}>{(found) => <img class="plot-made" src={found()} alt={label} />}</Show>
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
