/// The palette of the viewer: every command, column, embedding, group and kept view by name, and every gene.

import { Palette, type PaletteCommand } from "@fumehood/ui";
import { createMemo, createSignal, type JSX, type Signal } from "solid-js";
import type { Model } from "../model/model";
import { selectGroup } from "../panels/showing";
import { everything } from "../search/everything";
import type { Names } from "../search/names";
import { COMMANDS, colour, type Desk, embed, usable } from "./commands";
import { scenery } from "./scenery";

export interface FinderProps {
  readonly desk: Desk;
  readonly about: {
    readonly columns: readonly { readonly key: string }[];
    readonly embeddings: readonly { readonly key: string }[];
  };
  readonly genes: Names | undefined;
  readonly onClose: () => void;
}

interface Thing extends PaletteCommand {
  readonly run: () => void;
}

/// What was chosen last comes first, as long as this viewer is there; others in the page have other columns.
const chosen = new WeakMap<Model, Signal<readonly string[]>>();
const KEPT = 10;

function chosenIn(model: Model): Signal<readonly string[]> {
  let found = chosen.get(model);
  if (found === undefined) {
    found = createSignal<readonly string[]>([]);
    chosen.set(model, found);
  }
  return found;
}

export function Finder(props: FinderProps): JSX.Element {
  const { desk } = props;
  const [recent, setRecent] = chosenIn(desk.model);
  const things = createMemo<readonly Thing[]>(() => [
    ...COMMANDS.filter((command) => usable(command, desk)).map(({ id, title, keys, run }) => ({
      id,
      title,
      keys,
      run: () => run(desk),
    })),
    ...scenery(desk.model)
      .filter((item) => item.disabled !== true)
      .map((item, at) => ({ id: `scenery:${at}`, title: item.label, hint: "picture", run: item.run })),
    ...props.about.columns.map(({ key }, at) => ({
      id: `column:${at}`,
      title: `Colour by ${key}`,
      hint: "column",
      run: () => colour(desk, { by: "column", key }),
    })),
    ...props.about.embeddings.map(({ key }, at) => ({
      id: `embedding:${at}`,
      title: `Show ${key}`,
      hint: "embedding",
      run: () => embed(desk, key),
    })),
    ...desk.model
      .document()
      .pages.flatMap((page) => page.groups)
      .map((group) => ({
        id: `group:${group.id}`,
        title: `Select ${group.name}`,
        hint: "group",
        run: () => selectGroup(desk.model, group),
      })),
    ...desk.model.document().snapshots.map((snapshot) => ({
      id: `kept:${snapshot.id}`,
      title: `Show ${snapshot.name}`,
      hint: "kept view",
      run: () => desk.model.do({ do: "recall", view: desk.model.document().active, id: snapshot.id }),
    })),
  ]);
  function run(id: string): void {
    props.onClose();
    const gene = /^gene:(\d+)$/.exec(id);
    if (gene !== null) {
      const name = props.genes?.names[Number(gene[1])];
      if (name !== undefined) colour(desk, { by: "gene", name });
      return;
    }
    setRecent([id, ...recent().filter((one) => one !== id)].slice(0, KEPT));
    things()
      .find((one) => one.id === id)
      ?.run();
  }
  return (
    <Palette
      title="Find"
      label="Command, gene or column"
      placeholder="Type a command, a gene or a column"
      none={
        props.genes === undefined
          ? "Nothing is called so; the names of the genes are loading."
          : "Nothing is called so."
      }
      find={(query) => everything(things(), props.genes, query, recent())}
      onRun={run}
      onClose={props.onClose}
    />
  );
}
