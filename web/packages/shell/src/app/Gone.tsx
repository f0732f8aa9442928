/// There is no way to the daemon from here: what to type to come back.

import { Button, CopyIcon, toast } from "@fumehood/ui";
import type { JSX } from "solid-js";
import { shellWord } from "./format.js";

export function openCommand(path: string | null): string {
  return path === null ? "hood open" : `hood open ${shellWord(path)}`;
}

export function Gone(props: { readonly reason: string; readonly path: string | null }): JSX.Element {
  return (
    <main class="gone">
      <h1 class="gone-title">Not connected</h1>
      <p dir="auto">{props.reason}</p>
      <p>In a terminal on this machine:</p>
      <Command path={props.path} />
    </main>
  );
}

export function Command(props: { readonly path: string | null }): JSX.Element {
  const command = () => openCommand(props.path);
  const copy = () =>
    navigator.clipboard.writeText(command()).then(
      () => toast({ tone: "ok", text: "Copied.", key: "copied" }),
      () =>
        toast({ tone: "warning", text: "The browser does not let this page copy. Select the text.", key: "copied" }),
    );
  return (
    <div class="command">
      <code class="command-text">
        <bdi>{command()}</bdi>
      </code>
      <Button small icon={CopyIcon} onClick={() => void copy()}>
        Copy
      </Button>
    </div>
  );
}
