/// Shows what `toast` was told, and has it read out. It goes into the page once.

import { For, type JSX, Show } from "solid-js";
import { Button } from "./Button.js";
import { Banner } from "./Message.js";
import { dismissToast, toasts } from "./toasts.js";

export function Toasts(): JSX.Element {
  return (
    <section class="toasts" aria-label="Messages" aria-live="polite">
      <For each={toasts()}>
        {(entry) => (
          <div class={`toast banner-${entry.tone ?? "info"}`}>
            <Banner
              tone={entry.tone ?? "info"}
              onDismiss={() => dismissToast(entry.id)}
              actions={
                <Show when={entry.action}>
                  {(action) => (
                    <Button
                      small
                      onClick={() => {
                        dismissToast(entry.id);
                        action().run();
                      }}
                    >
                      {action().label}
                    </Button>
                  )}
                </Show>
              }
            >
              <p dir="auto">{entry.text}</p>
              <Show when={entry.detail}>
                <p class="toast-detail" dir="auto">
                  {entry.detail}
                </p>
              </Show>
            </Banner>
          </div>
        )}
      </For>
    </section>
  );
}
