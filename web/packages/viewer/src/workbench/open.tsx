/// From a transport to a viewer on the page: reads what the dataset has, makes the model, puts the workbench up and joins
/// it to Python. What cannot be shown says so in its place, and to Python.

import { createEffect, createSignal, onCleanup } from "solid-js";
import { render } from "solid-js/web";
import { asks } from "../compare/asks";
import { aliases } from "../data/aliases";
import { CellNames } from "../data/cells";
import { type Overview, overview } from "../data/overview";
import { sources } from "../data/sources";
import { asked as drawn } from "../figure/asked";
import { PAPER } from "../figure/ink";
import { keyOf, recalled } from "../keeping/beginning";
import { createKeep } from "../keeping/Keep";
import { linked as linkedOf } from "../keeping/link";
import { originOf } from "../keeping/origin";
import { Model, type Theme } from "../model/model";
import { Shelf } from "../model/shelf";
import type { Engine } from "../points/engine";
import { Names } from "../search/names";
import { fresh } from "../state/document";
import type { Transport } from "../wire/transport";
import { sentence } from "../words/sentence";
import { outside } from "./outside";
import { type Dress, dressed } from "./theme";
import { Workbench } from "./Workbench";

const THEMES: Readonly<Record<Dress, Theme>> = {
  light: PAPER,
  dark: { background: "#15181b", none: "#4a525a", plain: "#6ea3c8", outline: "#ffffff" },
};

/// Where the page is, if it is a page of its own.
export interface Address {
  /// That can be opened again by whoever may.
  readonly page?: string;
  /// The view of a link, as `keeping/link.ts` writes it.
  readonly state?: string | null;
}

/// `root`: where the elements go. `host`: the element that carries the theme. Gives what takes all away again.
export function open(
  transport: Transport,
  root: HTMLElement | ShadowRoot,
  host: HTMLElement,
  address: Address = {},
): () => void {
  const note = document.createElement("p");
  note.className = "viewer-note";
  root.append(note);
  let away = () => transport.close();
  let gone = false;
  const begin = () => {
    note.textContent = "Loading…";
    overview(transport).then(show, failed);
  };
  const show = (about: Overview) => {
    if (gone) return;
    if (about.embeddings.length === 0)
      return failed(new Error("The dataset has no embedding that could be drawn: compute one, such as a UMAP."));
    note.remove();
    away = render(
      () => <Viewer transport={transport} about={about} host={host} address={address} />,
      root as HTMLElement,
    );
  };
  const failed = (error: unknown) => {
    const text = sentence(error);
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button-plain";
    again.textContent = "Try again";
    again.addEventListener("click", begin);
    note.replaceChildren(text, " ", again);
    const { viewer, page } = transport;
    void transport.send({ type: "trouble", text, viewer, page, sequence: 1 }, []);
  };
  begin();
  return () => {
    gone = true;
    note.remove();
    away();
  };
}

function Viewer(props: {
  readonly transport: Transport;
  readonly about: Overview;
  readonly host: HTMLElement;
  readonly address: Address;
}) {
  const { transport, about, host } = props;
  const [names, setNames] = createSignal<Names>();
  const [frozen, setFrozen] = createSignal(false);
  const [engine, setEngine] = createSignal<Engine>();
  let asked: Promise<Names> | undefined;
  const genes = () => {
    asked ??= transport.fetch("genes/names").then((data) => {
      const found = new Names(JSON.parse(new TextDecoder().decode(data)) as string[]);
      setNames(found);
      // Other names are a help; without them genes are found all the same.
      void aliases(transport).then(
        (others) => others.length > 0 && setNames(new Names(found.names, others)),
        () => undefined,
      );
      return found;
    });
    asked.catch(() => {
      asked = undefined;
    });
    return asked;
  };
  const [first] = about.embeddings;
  if (first === undefined) return undefined;
  const column = about.columns.find((one) => one.kind === "category") ?? about.columns[0];
  const start = fresh(
    { key: first.key, dimensions: Math.min(2, first.dimensions) as 1 | 2 },
    column ? { by: "column", key: column.key } : { by: "nothing" },
  );
  const shelf = new Shelf(sources(transport, about, genes));
  const [theme, stop] = dressed(host);
  const model = new Model(shelf, about.cells, start, THEMES[theme()]);
  createEffect(() => model.dress(THEMES[theme()]));
  const cellNames = new CellNames(transport, about.cells);
  const size = () => engine()?.size ?? { width: 640, height: 480 };
  const origin = originOf(transport, about);
  const [said, setSaid] = createSignal("");
  let linked: Promise<unknown> | undefined;
  const ofLink = () => {
    const { state } = props.address;
    linked ??= state == null ? Promise.resolve(null) : linkedOf(state).catch(refused);
    return linked;
  };
  const refused = (error: unknown) => {
    setSaid(sentence(error));
    return null;
  };
  const far = outside({
    ...{ model, about, transport, genes, frozen, size, origin },
    freeze: () => setFrozen(true),
    linked: ofLink,
    draw: (command) => drawn(command, engine(), model, origin),
  });
  if (transport.viewer === "")
    void ofLink()
      .then((state) => state ?? recalled(keyOf(about)))
      .then((state) => (state === undefined ? undefined : far.show(state)))
      .catch(refused);
  const keep = createKeep({
    ...{ model, origin, engine, known: far.known, address: props.address.page, said },
    onSend: transport.viewer === "" ? undefined : far.sendFigure,
  });
  // The first picture: what Python waits for.
  let ready = false;
  createEffect(() => {
    const shown = model.active();
    if (ready || !engine() || !shown || !shelf.points(shown.view().embedding)) return;
    ready = true;
    far.ready();
  });
  const leave = () => far.leave();
  addEventListener("pagehide", leave);
  onCleanup(() => {
    removeEventListener("pagehide", leave);
    stop();
    leave();
    transport.close();
  });
  return (
    <Workbench
      model={model}
      about={about}
      genes={names()}
      onSearch={() => void genes().catch((error: unknown) => shelf.tell("The names of the genes", sentence(error)))}
      compute={asks(transport, about.cells)}
      frozen={frozen()}
      keep={keep}
      hands={{
        hover: far.hover,
        click: far.click,
        name: (cell) => cellNames.of(cell),
        names: async (wanted, options) => {
          const outcome = await cellNames.find(wanted, options);
          const { cells, asked, found } = outcome;
          const made = { kind: "names", pasted: asked, found } as const;
          if (cells.length > 0) model.do({ do: "select", cells, how: "replace", made });
          return outcome;
        },
        engine: (made, why) => {
          setEngine(made);
          if (why !== undefined) far.trouble(why);
        },
      }}
    />
  );
}
