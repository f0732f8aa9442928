/// The two questions of the opening page: how a new notebook is called, and which folder the page may see.

import { Button, createLoad, Dialog, Name, Select, TextField, visible } from "@fumehood/ui";
import { createSignal, type JSX } from "solid-js";
import { shortFolder } from "../app/format.js";
import { told } from "../app/told.js";
import type { Wire } from "../wire/index.js";

const NO_KERNEL = "";

/// One attempt at a time, and what the last one failed with.
function createAttempt() {
  const [failed, setFailed] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const attempt = async (act: () => Promise<void>) => {
    if (busy()) return;
    setBusy(true);
    try {
      await act();
    } catch (error) {
      setFailed(told(error).text);
    } finally {
      setBusy(false);
    }
  };
  return { failed, busy, attempt, forget: () => setFailed(undefined) };
}

export function NewDialog(props: {
  readonly wire: Wire;
  readonly folder: string;
  readonly onMade: (path: string) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const [name, setName] = createSignal("Untitled");
  const [kernel, setKernel] = createSignal<string>();
  const { failed, busy, attempt, forget } = createAttempt();
  const specs = createLoad(
    () => true,
    () => props.wire.call("kernel.specs", {}).catch(() => ({ default: NO_KERNEL, specs: [] })),
  );
  const chosen = () => kernel() ?? specs()?.default ?? NO_KERNEL;
  const choices = () => [
    ...(specs()?.specs ?? []).map((spec) => ({
      value: spec.name,
      label: `${visible(spec.display_name)} · ${visible(spec.language)}${spec.usable ? "" : ": cannot be used"}`,
      disabled: !spec.usable,
    })),
    { value: NO_KERNEL, label: "None yet" },
  ];
  const make = () =>
    attempt(async () => {
      const { path } = await props.wire.call("files.create", { folder: props.folder, name: name(), kernel: chosen() });
      props.onClose();
      props.onMade(path);
    });
  return (
    <Dialog
      title="New notebook"
      onClose={props.onClose}
      onSubmit={() => void make()}
      actions={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={busy() || name().trim() === ""}>
            Make it
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={name()}
        onInput={(text) => {
          setName(text);
          forget();
        }}
        error={failed()}
        hint="A number is added where the name is taken."
        ref={(element) => queueMicrotask(() => element.select())}
        autofocus
      />
      <Select label="Kernel" value={chosen()} choices={choices()} onChange={setKernel} />
      <p class="browser-hint">
        In <Name text={shortFolder(props.folder, 48)} />. Nothing starts until you run a cell.
      </p>
    </Dialog>
  );
}

export function AllowDialog(props: {
  /// What is suggested; may be empty.
  readonly folder: string;
  readonly onAllow: (folder: string) => Promise<void>;
  readonly onClose: () => void;
}): JSX.Element {
  const [path, setPath] = createSignal(props.folder);
  const { failed, busy, attempt, forget } = createAttempt();
  const allow = () =>
    attempt(async () => {
      await props.onAllow(path().trim());
      props.onClose();
    });
  return (
    <Dialog
      title="Allow a folder"
      onClose={props.onClose}
      onSubmit={() => void allow()}
      actions={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={busy() || !path().trim().startsWith("/")}>
            Allow
          </Button>
        </>
      }
    >
      <p>
        This page may then list the folder and open, make and import notebooks in it. Code in notebooks gains nothing by
        it.
      </p>
      <TextField
        label="Folder"
        code
        value={path()}
        placeholder="/data/notebooks"
        onInput={(text) => {
          setPath(text);
          forget();
        }}
        error={failed()}
        hint="The whole path, from /."
        dir="auto"
        autofocus
      />
    </Dialog>
  );
}
