/// The viewer and Python: commands become operations on the model, and what the person does is told as events. What
/// Python asked for is not told back to it. Must be made under an owner of Solid's.

import type { viewer } from "@fumehood/protocol";
import { type Accessor, createEffect, createMemo, on, onCleanup } from "solid-js";
import type { Overview } from "../data/overview";
import { FigureRefused } from "../figure/making";
import { keyOf, remember } from "../keeping/beginning";
import { bundle } from "../keeping/bundle";
import { type Origin, within } from "../keeping/origin";
import { restored as restoredOf } from "../keeping/restore";
import { arrived } from "../model/arrived";
import type { Model, Shown } from "../model/model";
import { type Camera, fitted } from "../points/camera";
import type { Names } from "../search/names";
import { near } from "../search/near";
import { type Joining, where } from "../select/sets";
import { activePage, activeView, type Document, type Embedding, type Group } from "../state/document";
import type { Operation } from "../state/operations";
import { type Known, StateRefused, saved } from "../state/saved";
import { pack, unpack } from "../wire/cells";
import { CommandFailed, type Doing, Talk } from "../wire/talk";
import type { Transport } from "../wire/transport";
import { sentence } from "../words/sentence";

export interface Outside {
  readonly hover: (cell: number, shown: Shown) => void;
  readonly click: (cell: number, event: { readonly button: number; readonly how: Joining }) => void;
  readonly ready: () => void;
  readonly trouble: (text: string) => void;
  readonly leave: () => void;
  /// What a document may refer to, once the names of the genes are here.
  readonly known: () => Promise<Known>;
  /// Shows a state: of a link, of this tab, of Python. Throws CommandFailed.
  readonly show: (state: unknown) => Promise<void>;
  readonly sendFigure: (figure: Blob, name: string) => Promise<void>;
}

export interface OutsideProps {
  readonly model: Model;
  readonly about: Overview;
  readonly transport: Transport;
  readonly genes: () => Promise<Names>;
  readonly frozen: Accessor<boolean>;
  readonly freeze: () => void;
  /// The last picture's size, for cameras that Python sets.
  readonly size: () => { readonly width: number; readonly height: number };
  readonly origin: Origin;
  readonly draw: (command: viewer.Draw) => Promise<readonly [figure: Blob, name: string]>;
  /// Of a link: it wins over where Python would begin.
  readonly linked: () => Promise<unknown>;
}

/// Milliseconds that the state rests before it is told.
const REST = 250;
/// Bytes of one message: notebook servers close the connection above ten million.
const COMM_AT_MOST = 8_000_000;
/// Letters of a state that Python takes: `limits.VIEWER_STATE`, with room for letters of several bytes in names.
const STATE_AT_MOST = 7_000_000;

export function outside(props: OutsideProps): Outside {
  const { model, about, transport } = props;
  /// What Python's own commands make of the document: it is not told back.
  let quiet = false;
  let told: ReturnType<typeof setTimeout> | undefined;
  /// Before Python has said where to begin, what is shown is nobody's wish.
  let welcome = false;
  const talk = new Talk(transport, doing(), async (state) => {
    welcome = true;
    const wished = (await props.linked()) ?? state;
    if (wished === null) return say({ type: "state", state: within(model.document(), STATE_AT_MOST) });
    await restored(wished).catch((error: unknown) => trouble(sentence(error)));
  });
  const say: Talk["say"] = (event, buffers) => {
    if (!props.frozen()) talk.say(event, buffers);
  };
  const trouble = (text: string) => say({ type: "trouble", text });

  function quietly(change: () => void): void {
    quiet = true;
    change();
    queueMicrotask(() => {
      quiet = false;
    });
  }

  // -- what is told

  // A document changes with each operation; these only when they are others.
  const selection = createMemo(() => model.document().selection);
  const groupPages = createMemo(() => model.document().pages);
  createEffect(
    on(
      selection,
      (cells) => {
        if (quiet) return;
        const made = model.document().made.at(-1);
        const { cells: packed, data } = pack(chosen(cells));
        say(
          { type: "selection", source: made?.kind === "shape" ? made.tool : (made?.kind ?? "clear"), cells: packed },
          [data],
        );
      },
      { defer: true },
    ),
  );
  createEffect(
    on(
      groupPages,
      (pages, before) => {
        if (quiet) return;
        const old = new Map((before ?? []).flatMap((page) => page.groups).map((group) => [group.id, group]));
        for (const group of pages.flatMap((page) => page.groups)) {
          if (old.get(group.id) !== group) tellGroup(group);
          old.delete(group.id);
        }
        for (const id of old.keys()) say({ type: "group", group: id });
      },
      { defer: true },
    ),
  );
  createEffect(
    on(
      model.document,
      (document) => {
        clearTimeout(told);
        if (transport.viewer === "") told = setTimeout(keep, REST);
        else if (welcome) told = setTimeout(() => say({ type: "state", state: within(document, STATE_AT_MOST) }), REST);
      },
      { defer: true },
    ),
  );
  createEffect(
    on(model.shelf.troubles, (all) => {
      const last = all.at(-1);
      if (last !== undefined) trouble(`${last.what}: ${last.message}`);
    }),
  );
  onCleanup(() => clearTimeout(told));

  /// For a reload of this tab.
  function keep(): void {
    clearTimeout(told);
    told = undefined;
    remember(keyOf(about), saved(model.document()));
  }

  function chosen(cells: Uint32Array): Uint8Array {
    const all = new Uint8Array(about.cells);
    for (const cell of cells) all[cell] = 1;
    return all;
  }

  function tellGroup(group: Group): void {
    const { cells, data } = pack(chosen(group.cells));
    const { id, name, colour, made } = group;
    say({ type: "group", group: id, name, color: colour, cells, how: { made } as Record<string, unknown> }, [data]);
  }

  // -- what Python may ask

  function doing(): Doing {
    return {
      highlight: ({ cells, color = "#ff0000" }, buffers) =>
        model.do({ do: "highlight", cells: setOf(cells, buffers), colour: color }),
      clear: () => quietly(() => model.do({ do: "clear" })),
      color_by: async ({ field, gene, groups }) => {
        const view = activeView(model.document()).id;
        if (groups === true) {
          if (activePage(model.document()).groups.length === 0)
            throw new CommandFailed("groups.none", "No groups are kept on the page of groups that is shown.");
          model.do({ do: "colour", view, colour: { by: "group" } });
        } else if (gene != null) {
          const names = await props.genes();
          if (names.place(gene) < 0) throw unknown("gene", gene, names.names);
          model.do({ do: "colour", view, colour: { by: "gene", name: gene } });
          await arrived(model.shelf, () => model.shelf.gene(gene));
        } else if (field != null) {
          const keys = about.columns.map((one) => one.key);
          if (!keys.includes(field)) throw unknown("column", field, keys);
          model.do({ do: "colour", view, colour: { by: "column", key: field } });
          await arrived(model.shelf, () => model.shelf.column(field));
        } else model.do({ do: "colour", view, colour: { by: "nothing" } });
      },
      set_visible: ({ visible, cells }, buffers) => {
        const hidden =
          cells == null ? new Uint8Array(about.cells).fill(visible ? 0 : 1) : chosen(model.document().hidden);
        if (cells != null) {
          for (const cell of setOf(cells, buffers)) hidden[cell] = visible ? 0 : 1;
        }
        model.do({ do: "hide", cells: where(hidden, 1) });
      },
      reset_camera: () => model.do({ do: "camera", view: activeView(model.document()).id, camera: null }),
      set_view: (view) => setView(view),
      set_state: ({ state }) => restored(state),
      ping: () => undefined,
      told: () => undefined,
      freeze: () => props.freeze(),
      draw: async (command) => {
        const [figure, name] = await props.draw(command).catch((error: unknown) => {
          if (error instanceof FigureRefused) throw new CommandFailed("figure.refused", error.message);
          throw error;
        });
        await sendFigure(command.id, figure, name);
      },
      session: async ({ id }) => {
        const whole = await bundle(model.document(), await props.origin.fingerprint(), new Date());
        say({ type: "bundle", id }, [whole]);
      },
    };
  }

  async function sendFigure(id: number, figure: Blob, name: string): Promise<void> {
    if (transport.kind === "comm" && figure.size > COMM_AT_MOST)
      throw new CommandFailed(
        "figure.large",
        "The figure is too large for a notebook's connection. Take a smaller size, or fewer dots an inch.",
      );
    const content_type = figure.type === "image/svg+xml" ? "image/svg+xml" : "image/png";
    say({ type: "figure", id, name, content_type }, [new Uint8Array(await figure.arrayBuffer())]);
  }

  function setOf(cells: viewer.Cells, buffers: readonly DataView[]): Uint32Array {
    return where(unpack(cells, buffers, about.cells), 1);
  }

  async function setView(command: viewer.SetView): Promise<void> {
    const view = activeView(model.document());
    const operations: Operation[] = [];
    let { embedding } = view;
    if (command.embedding != null || command.dimensions != null) {
      embedding = embeddingOf(command.embedding ?? embedding.key, command.dimensions ?? undefined);
      operations.push({ do: "embedding", view: view.id, embedding });
    }
    // Nothing is done before all of it can be.
    const placed = await arrived(model.shelf, () => model.shelf.points(embedding));
    if (command.center != null || command.zoom != null || command.rotation != null) {
      const kind = embedding.dimensions === 3 ? "orbit" : "planar";
      const whole = fitted(kind, placed.around, props.size());
      // Another embedding begins with everything in view.
      const camera = model.document().views.find((one) => one.id === view.id)?.camera;
      const now = (operations.length === 0 && camera) || whole;
      const [x, y, z] = command.center ?? [0, 0, 0];
      const center = command.center == null ? null : ([x, placed.down ? -y : y, z] as const);
      operations.push({ do: "camera", view: view.id, camera: aimed(now, whole, { ...command, center }) });
    }
    if (command.point_size != null) {
      const size = Math.max(0.05, Math.min(20, command.point_size / 3));
      operations.push({ do: "look", change: { size } });
    }
    const [first] = operations;
    // One alone may go on with a movement that began before.
    if (first !== undefined) model.do(operations.length === 1 ? first : { do: "together", operations });
  }

  function embeddingOf(key: string, dimensions: number | undefined): Embedding {
    const found = about.embeddings.find((one) => one.key === key);
    if (found === undefined)
      throw unknown(
        "embedding",
        key,
        about.embeddings.map((one) => one.key),
      );
    const wanted = dimensions ?? Math.min(2, found.dimensions);
    if ((wanted !== 1 && wanted !== 2 && wanted !== 3) || !found.paths.has(wanted)) {
      throw new CommandFailed("dimensions.unknown", `“${key}” cannot be drawn in ${wanted} dimensions.`);
    }
    return { key, dimensions: wanted };
  }

  async function known(): Promise<Known> {
    const names = await props.genes();
    return {
      cells: about.cells,
      columns: new Set(about.columns.map((one) => one.key)),
      embeddings: new Map(about.embeddings.map((one) => [one.key, Math.min(3, one.dimensions)])),
      hasGene: (name) => names.place(name) >= 0,
    };
  }

  async function restored(state: unknown): Promise<void> {
    let document: Document;
    try {
      document = restoredOf(state, model.document(), await known()).document;
    } catch (error) {
      if (error instanceof StateRefused) throw new CommandFailed("state.refused", error.message);
      throw error;
    }
    quietly(() => model.do({ do: "replace", document }));
  }

  return {
    hover: (cell, shown) => {
      if (cell < 0) return say({ type: "hover", cell: null });
      const { embedding } = shown.view();
      const placed = model.shelf.points(embedding);
      const at = (axis: number) =>
        axis < embedding.dimensions ? (placed?.points[cell * embedding.dimensions + axis] ?? 0) : 0;
      // Python is told places as the dataset has them.
      say({ type: "hover", cell, position: [at(0), placed?.down ? -at(1) : at(1), at(2)] });
    },
    click: (cell, { button, how }) => {
      const shift = how === "add" || how === "intersect";
      const alt = how === "subtract" || how === "intersect";
      say({ type: "click", cell: cell < 0 ? null : cell, button, shift, ctrl: false, alt });
    },
    ready: () => {
      const { key, dimensions } = activeView(model.document()).embedding;
      say({ type: "ready", n_cells: about.cells, dimensions, embedding: key });
      for (const group of activePage(model.document()).groups) tellGroup(group);
    },
    trouble,
    leave: () => {
      // What was done last is not lost to a quick reload.
      if (told !== undefined) {
        clearTimeout(told);
        if (transport.viewer === "") keep();
        else say({ type: "state", state: within(model.document(), STATE_AT_MOST) });
      }
      talk.say({ type: "left" });
    },
    known,
    show: restored,
    sendFigure: (figure, name) => sendFigure(0, figure, name),
  };
}

/// A camera with what a command says of it; what is absent stays as it is.
function aimed(camera: Camera, whole: Camera, { center, zoom, rotation }: viewer.SetView): Camera {
  if (camera.kind === "planar" && whole.kind === "planar") {
    return {
      ...camera,
      ...(center == null ? {} : { x: center[0], y: center[1] }),
      ...(zoom == null ? {} : { scale: whole.scale * Math.max(0.05, zoom) }),
    };
  }
  if (camera.kind !== "orbit" || whole.kind !== "orbit") return whole;
  return {
    ...camera,
    ...(center == null ? {} : { target: center }),
    ...(zoom == null ? {} : { distance: whole.distance / Math.max(0.05, zoom) }),
    ...(rotation == null ? {} : anglesOf(rotation)),
  };
}

/// Round the vertical axis and above the horizon, of a quaternion (x y z w); a roll is not kept.
function anglesOf([x, y, z, w]: readonly [number, number, number, number]): { azimuth: number; elevation: number } {
  const size = Math.hypot(x, y, z, w) || 1;
  const [a, b, c, d] = [x / size, y / size, z / size, w / size];
  // Where the eye is, turned from straight above.
  const back = [2 * (a * c + d * b), 2 * (b * c - d * a), 1 - 2 * (a * a + b * b)] as const;
  return { azimuth: Math.atan2(back[0], -back[1]), elevation: Math.asin(Math.max(-1, Math.min(1, back[2]))) };
}

function unknown(kind: string, said: string, names: readonly string[]): CommandFailed {
  const like = near(said, names);
  const hint = like.length === 0 ? "" : ` Near it: ${like.join(", ")}.`;
  return new CommandFailed(`${kind}.unknown`, `There is no ${kind} “${said}”.${hint}`, like);
}
