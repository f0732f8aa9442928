/// What one does with a view as a whole: a figure or a film of it, a session, the Python that makes it, a link to it; and the
/// dialogs that this opens.

import { Button, Dialog } from "@fumehood/ui";
import { createEffect, createSignal, type JSX, lazy, onMount, Show, Suspense } from "solid-js";
import type { Model } from "../model/model";
import { ExportDialog } from "../panels/export/ExportDialog";
import type { Engine } from "../points/engine";
import { type Known, StateRefused, saved } from "../state/saved";
import { fileName } from "../words/files";
import { sentence } from "../words/sentence";
import { bundle, opened, SessionRefused } from "./bundle";
import { copy, isSealed, save } from "./handing";
import { LinkRefused, link } from "./link";
import type { Origin } from "./origin";
import { python } from "./python";
import { ofSession } from "./restore";

export interface KeepProps {
  readonly model: Model;
  readonly origin: Origin;
  readonly engine: () => Engine | undefined;
  /// What a document may refer to, once the names of the genes are here.
  readonly known: () => Promise<Known>;
  /// Present where Python listens.
  readonly onSend: ((figure: Blob, name: string) => Promise<void>) | undefined;
  /// The page's address, where it is one that can be opened again.
  readonly address: string | undefined;
  /// What could not be opened where the page began.
  readonly said: () => string;
}

export type Keeping = "figure" | "film" | "save" | "open" | "python" | "link";

export interface Keep {
  readonly can: (what: Keeping) => boolean;
  readonly run: (what: Keeping) => void;
  readonly dialogs: () => JSX.Element;
}

type Open =
  | { readonly what: "figure" | "film" }
  | { readonly what: "text"; readonly title: string; readonly text: string; readonly hint: string }
  | { readonly what: "said"; readonly title: string; readonly text: string };

/// Few make a film: its code comes when somebody does.
const FilmDialog = lazy(async () => ({ default: (await import("../panels/export/FilmDialog")).FilmDialog }));
const END = "cellucid-session";
const NAMES = 10;

export function createKeep(props: KeepProps): Keep {
  const { model, origin } = props;
  const [open, setOpen] = createSignal<Open | undefined>();
  createEffect(() => props.said() !== "" && say("Open link", `${props.said()} What was there before is shown.`));
  const close = () => setOpen(undefined);
  const say = (title: string, text: string) => setOpen({ what: "said", title, text });

  async function saveSession(): Promise<void> {
    const name = fileName([origin.about.name], END);
    if (isSealed()) {
      setOpen({
        what: "text",
        title: "Save session",
        text: `viewer.session().save("${name}")`,
        hint: "Frames like this one may not save files. Python may: run this in a cell.",
      });
      return;
    }
    try {
      save(new Blob([await bundle(model.document(), await origin.fingerprint(), new Date())]), name);
    } catch (error) {
      say("Save session", sentence(error));
    }
  }

  /// Nothing changes before all of the file is known to be right, and then it is one step that can be undone.
  async function openSession(file: Blob): Promise<void> {
    const title = "Open session";
    try {
      const session = await opened(file, await origin.fingerprint());
      const mark = Date.now().toString(36);
      const { document, left } = ofSession(session, model.document(), await props.known(), mark);
      model.do({ do: "replace", document });
      if (left.length === 0) return;
      const some = left.slice(0, NAMES).map((name) => `“${name.slice(0, 60)}”`);
      const more = left.length > NAMES ? ` and ${left.length - NAMES} more` : "";
      say(title, `It is shown. This dataset does not have ${some.join(", ")}${more}, so that was left out.`);
    } catch (error) {
      const known = error instanceof SessionRefused || error instanceof StateRefused;
      say(title, `${known ? error.message : "This file could not be read."} Nothing was changed.`);
    }
  }

  function choose(): void {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = `.${END}`;
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void openSession(file);
    });
    input.click();
  }

  async function copyLink(): Promise<void> {
    const title = "Copy link";
    try {
      const text = await link(props.address ?? "", saved(model.document()));
      setOpen({
        what: "text",
        title,
        text,
        hint: "It opens this view where this page is open, or with `hood view FILE --at LINK`: it holds no key to the data.",
      });
    } catch (error) {
      say(title, error instanceof LinkRefused ? error.message : "The link could not be made.");
    }
  }

  const copyPython = () =>
    setOpen({
      what: "text",
      title: "Copy as Python",
      text: python(model.document(), origin.about),
      hint: "Run in a notebook, this makes the same view.",
    });

  return {
    can: (what) => {
      if (what === "figure") return props.engine() !== undefined;
      // Sealed frames save no files, and a film is too large for the way to Python.
      if (what === "film") return props.engine() !== undefined && !isSealed();
      return what !== "link" || props.address !== undefined;
    },
    run: (what) => {
      if (what === "figure" || what === "film") setOpen({ what });
      else if (what === "save") void saveSession();
      else if (what === "open") choose();
      else if (what === "python") copyPython();
      else void copyLink();
    },
    dialogs: () => (
      <Show when={open()} keyed>
        {(now) => {
          if (now.what === "text") return <TextDialog {...now} onClose={close} />;
          if (now.what === "said")
            return (
              <Dialog title={now.title} onClose={close} actions={<Button onClick={close}>Close</Button>}>
                <p dir="auto">{now.text}</p>
              </Dialog>
            );
          const engine = props.engine();
          if (engine === undefined) return undefined;
          if (now.what === "film")
            return (
              <Suspense>
                <FilmDialog model={model} engine={engine} origin={origin} onClose={close} />
              </Suspense>
            );
          return <ExportDialog model={model} engine={engine} origin={origin} onSend={props.onSend} onClose={close} />;
        }}
      </Show>
    ),
  };
}

/// A text to take: it is selected, so that it can be copied by hand where a page may copy nothing.
function TextDialog(props: {
  readonly title: string;
  readonly text: string;
  readonly hint: string;
  readonly onClose: () => void;
}): JSX.Element {
  let area: HTMLTextAreaElement | undefined;
  const [said, setSaid] = createSignal("");
  onMount(() => area?.select());
  return (
    <Dialog
      title={props.title}
      width="medium"
      onClose={props.onClose}
      actions={
        <>
          <p class="export-said" role="status">
            {said()}
          </p>
          <Button
            tone="primary"
            onClick={async () => {
              const copied = await copy(props.text);
              if (!copied) area?.select();
              setSaid(copied ? "Copied." : "This browser lets nothing be copied from here: press Ctrl+C.");
            }}
          >
            Copy
          </Button>
        </>
      }
    >
      <p class="panel-note">{props.hint}</p>
      <textarea
        ref={(element) => {
          area = element;
        }}
        class="field-input field-code keep-text"
        aria-label={props.title}
        readonly
        rows={Math.max(2, Math.min(10, Math.ceil(props.text.length / 60)))}
        spellcheck={false}
        value={props.text}
      />
    </Dialog>
  );
}
