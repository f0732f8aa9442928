/// All commands of a notebook by name.

import { entries, Palette as List } from "@fumehood/ui";
import type { JSX } from "solid-js";
import { COMMANDS } from "./table.js";
import type { Bench } from "./types.js";

export function Palette(props: { readonly bench: Bench }): JSX.Element {
  const { bench } = props;
  const recent = bench.recent();
  const usable = COMMANDS.filter((command) => bench.enabled(command.id));
  const close = () => {
    bench.setDialog(null);
    bench.refocus();
  };
  return (
    <List
      title="Commands"
      label="Command"
      placeholder="Type a command"
      none="No command matches."
      find={(query) => entries(usable, query, recent)}
      onClose={close}
      onRun={(command) => {
        close();
        bench.remember(command);
        bench.execute(command);
      }}
    />
  );
}
