/// A copy of the notebook under another name. The page stays with its own file.

import { HoodError } from "@fumehood/protocol";
import { Button, Dialog, TextField, Toggle, toast } from "@fumehood/ui";
import { createSignal, type JSX, Show } from "solid-js";
import { join } from "../files/listing.js";
import { Places } from "../files/Places.js";
import { baseName, folderOf } from "./format.js";
import { told } from "./told.js";
import type { Workspace } from "./workspace.js";

export default function SaveAsDialog(props: {
  readonly workspace: Workspace;
  readonly onClose: () => void;
}): JSX.Element {
  const { notebook, route } = props.workspace;
  const [path, setPath] = createSignal(suggestion(notebook.path));
  const [overwrite, setOverwrite] = createSignal(false);
  const [exists, setExists] = createSignal(false);
  const [failed, setFailed] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const choose = (text: string) => {
    setPath(text);
    setFailed(undefined);
    setExists(false);
  };
  const save = async () => {
    if (busy()) return;
    setBusy(true);
    const wanted = path().trim();
    try {
      await notebook.requests.saveAs(wanted, overwrite());
      props.onClose();
      toast({ tone: "ok", text: "A copy was saved.", action: { label: "Open it", run: () => route.go(wanted) } });
    } catch (error) {
      setExists(error instanceof HoodError && error.code === "file.changed_outside");
      setFailed(told(error).text);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Save a copy"
      width="medium"
      onClose={props.onClose}
      onSubmit={() => void save()}
      actions={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={busy() || !path().trim().startsWith("/")}>
            Save
          </Button>
        </>
      }
    >
      <TextField
        label="File"
        code
        dir="auto"
        value={path()}
        hint="The whole path, from /. This page stays with its own file."
        error={failed()}
        onInput={choose}
        ref={(element) => queueMicrotask(() => selectName(element))}
        autofocus
      />
      <Places
        wire={props.workspace.wire}
        folder={folderOf(path().trim())}
        onFolder={(folder) => choose(join(folder, baseName(path())))}
        onName={(name) => choose(join(folderOf(path().trim()), name))}
      />
      <Show when={exists() || overwrite()}>
        <Toggle label="Replace the file that is there" checked={overwrite()} onChange={setOverwrite} />
      </Show>
    </Dialog>
  );
}

/// Typing replaces the name, not the folder and the ending.
function selectName(field: HTMLInputElement): void {
  const { value } = field;
  field.setSelectionRange(value.lastIndexOf("/") + 1, value.length - ".ipynb".length);
}

function suggestion(path: string): string {
  const folder = folderOf(path);
  const name = baseName(path).replace(/\.ipynb$/i, "");
  return `${folder === "/" ? "" : folder}/${name}-copy.ipynb`;
}
