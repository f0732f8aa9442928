/// The picture: one canvas for all views, and above each view what is drawn with elements: its name, the labels of
/// categories, the shape under the hand, the cell under the pointer. It means what `gesture.ts` says, and does it by
/// operations on the model.

import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  Match,
  onCleanup,
  onMount,
  Show,
  Switch,
} from "solid-js";
import { standings } from "../colour/legend";
import { whenGraph } from "../edges/grow";
import type { Unit } from "../lengths/bar";
import { ScaleBar } from "../lengths/ScaleBar";
import type { Model, Shown } from "../model/model";
import { SmallLegend } from "../panels/SmallLegend";
import { filterOf, hiddenBy } from "../panels/showing";
import { type Camera, looked, matrixOf, panned, type Size, turned, zoomed } from "../points/camera";
import { Engine } from "../points/engine";
import { LASTS, Passages, type Wanted } from "../points/passage";
import { HIDDEN } from "../points/shaders";
import { brushed } from "../select/brush";
import { inside } from "../select/lasso";
import { nearest } from "../select/nearest";
import { type Grid, gridOf, nearestInPlane, nearestInSpace } from "../select/picking";
import type { Joining } from "../select/sets";
import { activeView, type Recipe } from "../state/document";
import { nameOf } from "../views/names";
import { boxes } from "./boxes";
import { type Hand, handled, IDLE, type Input, type Keys, type Meaning, type Tool, wheeled } from "./gesture";
import { steeringKeys } from "./keyboard";
import { centres, placed } from "./labels";
import { KEYBOARD, pointing } from "./pointing";

export interface StageProps {
  readonly model: Model;
  readonly tool: Tool;
  /// CSS pixels.
  readonly brush: number;
  readonly onHover: (cell: number, shown: Shown) => void;
  readonly onClick: (cell: number, event: { readonly button: number; readonly how: Joining }) => void;
  /// What to say of the cell under the pointer; undefined while it is not known.
  readonly tip: (cell: number) => string | undefined;
  /// How long a unit of an embedding's coordinates is, where that is known.
  readonly unit: (embedding: string) => Unit | undefined;
  /// What the picture shows, in words.
  readonly summary?: JSX.Element;
  /// Gives the way to ask which cell is at a place, or nearest the middle of the active view; -1: none is near.
  readonly onPick?: (ask: (at?: { readonly x: number; readonly y: number }) => number) => void;
  /// The engine, once there is one; undefined and a sentence where there is none.
  readonly onEngine: (engine: Engine | undefined, trouble?: string) => void;
}

/// CSS pixels round the pointer in which a cell is under it.
const REACH = 6;
const LINE = 16;
const AFTER_MOVE = 160;
/// In space every cell is looked at for the one under the pointer: of more than so many, once it rests so long.
const MANY = 200_000;
const RESTS = 50;
/// Milliseconds in which a spark of a flow runs along its line.
const FLOW_TURN = 2600;

export function Stage(props: StageProps): JSX.Element {
  let canvas: HTMLCanvasElement | undefined;
  let engine: Engine | undefined;
  let hand: Hand = IDLE;
  let settle: ReturnType<typeof setTimeout> | undefined;
  const grids = new WeakMap<Float32Array, Grid>();
  const [size, setSize] = createSignal<Size>({ width: 0, height: 0 });
  const [drawn, setDrawn] = createSignal<{ readonly shape: readonly number[]; readonly tool: Tool } | undefined>();
  const [pointed, setPointed] = createSignal<
    { readonly cell: number; readonly x: number; readonly y: number } | undefined
  >();
  const { model } = props;
  const id = createUniqueId();
  const layout = createMemo(() => boxes(model.shown().length, size()));

  onMount(() => {
    if (!canvas) return;
    try {
      engine = new Engine(canvas);
    } catch (error) {
      props.onEngine(undefined, error instanceof Error ? error.message : String(error));
      return;
    }
    props.onEngine(engine);
    const watch = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      engine?.resize({ width, height }, devicePixelRatio);
      setSize({ width, height });
    });
    watch.observe(canvas);
    const sight = new IntersectionObserver(([entry]) => {
      inSight = entry?.isIntersecting ?? true;
      if (inSight && turning === 0) turn();
    });
    sight.observe(canvas);
    onCleanup(() => {
      watch.disconnect();
      sight.disconnect();
      clearTimeout(settle);
      engine?.close();
    });
  });

  // -- what is drawn

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const passages = new Passages(() => (still.matches ? 0 : LASTS));
  const [switching, setSwitching] = createSignal(false);
  let wanted: readonly Wanted[] = [];
  let next = 0;
  let flows = false;
  let inSight = true;
  let turning = 0;

  function advance(): void {
    next = 0;
    const { scenes, moving } = passages.at(wanted, performance.now());
    engine?.show(scenes);
    setSwitching(moving);
    flows = scenes.some((scene) => scene.flow !== undefined);
    if (flows && turning === 0) turn();
    if (!moving) return;
    stir();
    next = requestAnimationFrame(advance);
  }

  /// Lets a flow run as long as there is one in sight; for whoever wants no motion its lines stand still.
  function turn(): void {
    turning = 0;
    if (!flows || !inSight) return;
    engine?.flow(still.matches ? -1 : performance.now() / FLOW_TURN);
    if (!still.matches) turning = requestAnimationFrame(turn);
  }

  /// While it moves, frames come first.
  function stir(): void {
    engine?.moving(true);
    clearTimeout(settle);
    // Where a frame takes long the next move is told late, and a hand that goes on has not rested.
    settle = setTimeout(() => engine?.moving(false), Math.max(AFTER_MOVE, 2 * Math.min(1000, engine?.pace ?? 0)));
  }

  createEffect(() => {
    const parts = layout();
    wanted = model.shown().flatMap((shown, at) => {
      const box = parts[at];
      if (box === undefined) return [];
      return [{ id: shown.view().id, box, scene: model.scene(shown, box.left, box.top, box) }];
    });
    cancelAnimationFrame(next);
    advance();
  });
  onCleanup(() => {
    cancelAnimationFrame(next);
    cancelAnimationFrame(turning);
  });

  // -- what is under a place

  interface Under {
    readonly shown: Shown;
    readonly camera: Camera;
    readonly box: Size & { readonly left: number; readonly top: number };
  }

  function under(x: number, y: number): Under | undefined {
    const at = layout().findIndex(
      (box) => x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height,
    );
    const shown = model.shown()[at];
    const box = layout()[at];
    const camera = shown && box && model.camera(shown.view(), box);
    return shown && box && camera && { shown, camera, box };
  }

  /// What is not seen, whoever hid it, cannot be chosen.
  const hidden = (shown: Shown) => {
    const marks = shown.marks();
    return (cell: number) => ((marks[cell] as number) & HIDDEN) !== 0;
  };

  function pick(x: number, y: number, reach = REACH): readonly [number, Under] | undefined {
    const found = under(x, y);
    const points = found && model.shelf.points(found.shown.view().embedding);
    if (!found || !points) return undefined;
    const where = { ...points, matrix: matrixOf(found.camera, found.box), size: found.box };
    const [px, py] = [x - found.box.left, y - found.box.top];
    if (found.camera.kind === "orbit") return [nearestInSpace(where, px, py, reach, hidden(found.shown)), found];
    let grid = grids.get(points.points);
    if (grid === undefined) {
      grid = gridOf(points.points, points.dimensions);
      grids.set(points.points, grid);
    }
    return [nearestInPlane(grid, where, found.camera, px, py, reach, hidden(found.shown)), found];
  }

  props.onPick?.((place) => {
    if (place !== undefined) return pick(place.x, place.y)?.[0] ?? -1;
    const at = model.shown().findIndex((shown) => shown.view().id === activeView(model.document()).id);
    const box = layout()[at];
    if (box === undefined) return -1;
    return pick(box.left + box.width / 2, box.top + box.height / 2, Math.hypot(box.width, box.height) / 2)?.[0] ?? -1;
  });

  // -- what the hand means

  function mean(meaning: Meaning, at: Under | undefined): void {
    if (meaning.do === "drop") setDrawn(undefined);
    else if (meaning.do === "draw") setDrawn(meaning);
    else if (meaning.do === "hover") hover(meaning.at.x, meaning.at.y);
    else if (meaning.do === "click") click(meaning);
    else if (!at) return;
    else if (meaning.do === "choose") choose(meaning, at);
    else move(meaning, at);
  }

  function move(meaning: Extract<Meaning, { do: "pan" | "turn" | "zoom" }>, { shown, camera, box }: Under): void {
    const view = shown.view();
    let next: Camera;
    if (meaning.do === "pan") next = panned(camera, meaning.dx, meaning.dy, box);
    else if (meaning.do === "turn") next = (keyboard.flies() ? looked : turned)(camera, meaning.dx, meaning.dy);
    else {
      const whole = model.whole(view, box) ?? camera;
      next = zoomed(camera, meaning.factor, meaning.at.x - box.left, meaning.at.y - box.top, box, whole);
    }
    aim(view.id, next);
  }

  function aim(view: string, camera: Camera): void {
    stir();
    setPointed(undefined);
    model.do({ do: "camera", view, camera });
  }

  // -- what the keys do, in the active view

  const keyboard = steeringKeys({
    found: () => {
      const at = model.shown().findIndex((one) => one.view().id === activeView(model.document()).id);
      const [shown, box] = [model.shown()[at], layout()[at]];
      const camera = shown && box && model.camera(shown.view(), box);
      const whole = shown && box && model.whole(shown.view(), box);
      return shown && box && camera && whole && { camera, box, whole, id: shown.view().id };
    },
    aim,
  });
  onCleanup(keyboard.letGo);

  function choose(meaning: Extract<Meaning, { do: "choose" }>, { shown, camera, box }: Under): void {
    const view = shown.view();
    const points = model.shelf.points(view.embedding);
    if (!points) return;
    const shape = meaning.shape.map((value, at) => value - (at % 2 === 0 ? box.left : box.top));
    const where = { ...points, matrix: matrixOf(camera, box), size: box };
    const tool = meaning.tool === "move" ? "lasso" : meaning.tool;
    const gone = hidden(shown);
    let cells: Uint32Array;
    if (tool === "brush") cells = brushed(where, shape, props.brush, gone);
    else cells = (tool === "nearest" ? nearest : inside)(where, shape, gone);
    const { width, height } = box;
    const { embedding, filters } = view;
    const radius = tool === "brush" ? props.brush : null;
    const made: Recipe = { kind: "shape", tool, embedding, camera, shape, width, height, radius, filters };
    model.do({ do: "activate", id: view.id });
    model.do({ do: "select", cells, how: meaning.how, made });
  }

  function hover(x: number, y: number): void {
    const [cell, found] = pick(x, y) ?? [-1, undefined];
    const before = pointed()?.cell ?? -1;
    setPointed(cell < 0 ? undefined : { cell, x, y });
    if (found && cell !== before) props.onHover(cell, found.shown);
  }

  function click(meaning: Extract<Meaning, { do: "click" }>): void {
    const [cell, found] = pick(meaning.at.x, meaning.at.y) ?? [-1, undefined];
    if (!found) return;
    model.do({ do: "activate", id: found.shown.view().id });
    props.onClick(cell, meaning);
  }

  const grow = whenGraph(model);

  /// The cell and its neighbours.
  function clickTwice(event: MouseEvent): void {
    const at = place(event);
    const [cell, found] = pick(at.x, at.y) ?? [-1, undefined];
    if (cell < 0 || !found) return;
    model.do({ do: "activate", id: found.shown.view().id });
    grow(1, event.shiftKey ? "add" : "replace", Uint32Array.of(cell));
  }

  const cross = pointing({
    tool: () => props.tool,
    box: () => layout()[model.shown().findIndex((one) => one.view().id === activeView(model.document()).id)],
    feel,
    isDown: () => hand.downs.some((one) => one.id === KEYBOARD),
  });

  // -- from the browser's events

  const place = (event: MouseEvent) => {
    const box = canvas?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const keys = (event: PointerEvent): Keys => ({
    shift: event.shiftKey,
    alt: event.altKey,
    control: event.ctrlKey || event.metaKey,
    space: keyboard.space(),
  });

  function feel(input: Input): void {
    const from = input.kind === "down" ? input.at : hand.from;
    const at = under(from.x, from.y);
    const [next, meant] = handled(hand, input);
    hand = next;
    for (const one of meant) mean(one, at);
  }

  let hovering = 0;
  let resting: ReturnType<typeof setTimeout> | undefined;
  /// Nothing that was seen before is looked at any more.
  function unhover(): void {
    cancelAnimationFrame(hovering);
    clearTimeout(resting);
  }
  const onPointer = (kind: "down" | "up") => (event: PointerEvent) => {
    const at = place(event);
    if (kind === "up") return feel({ kind, id: event.pointerId, at });
    unhover();
    cross.letGo();
    canvas?.setPointerCapture(event.pointerId);
    canvas?.focus({ preventScroll: true });
    const deep = under(at.x, at.y)?.camera.kind === "orbit";
    feel({ kind, id: event.pointerId, at, button: event.button, keys: keys(event), tool: props.tool, deep });
  };
  const onMove = (event: PointerEvent) => {
    const at = place(event);
    if (hand.downs.length > 0) return feel({ kind: "move", id: event.pointerId, at });
    unhover();
    const look = () => feel({ kind: "move", id: event.pointerId, at });
    if (model.cells > MANY && under(at.x, at.y)?.camera.kind === "orbit") resting = setTimeout(look, RESTS);
    else hovering = requestAnimationFrame(look);
  };
  const onWheel = (event: WheelEvent) => {
    // The page around us scrolls as ever until the picture is in the person's hand.
    const here = (canvas?.getRootNode() as Document | ShadowRoot | undefined)?.activeElement === canvas;
    if (!here && !event.ctrlKey) return;
    event.preventDefault();
    const at = place(event);
    const factor = wheeled(event.deltaY, event.deltaMode, event.ctrlKey);
    const found = under(at.x, at.y);
    if (found) move({ do: "zoom", factor, at }, found);
  };
  onMount(() => canvas?.addEventListener("wheel", onWheel, { passive: false }));
  onCleanup(unhover);

  return (
    <div class="stage" classList={{ "stage-draws": props.tool !== "move", "stage-switching": switching() }}>
      <canvas
        ref={(element) => {
          canvas = element;
        }}
        tabindex="0"
        role="img"
        aria-label="Picture of the cells"
        aria-describedby={`${id}-summary`}
        onPointerDown={onPointer("down")}
        onPointerMove={onMove}
        onPointerUp={onPointer("up")}
        onPointerCancel={(event) => feel({ kind: "cancel", id: event.pointerId })}
        // After each "up", too, when it means nothing any more; alone where a pointer is lost without a word.
        onLostPointerCapture={(event) => feel({ kind: "cancel", id: event.pointerId })}
        onPointerLeave={() => {
          unhover();
          const shown = model.active();
          if (pointed() !== undefined && shown) props.onHover(-1, shown);
          setPointed(undefined);
        }}
        onDblClick={clickTwice}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || hand.downs.length === 0) {
            if (!cross.onKey(event)) return keyboard.onKey(true)(event);
            event.preventDefault();
            return event.stopPropagation();
          }
          // What is being drawn is let go, and nothing else.
          event.stopPropagation();
          for (const { id: pointer } of hand.downs) feel({ kind: "cancel", id: pointer });
        }}
        onKeyUp={keyboard.onKey(false)}
        onBlur={() => {
          keyboard.letGo();
          cross.letGo();
        }}
      />
      <p id={`${id}-summary`} class="sr-only">
        {props.summary} Arrows move or turn the picture, plus and minus zoom; in 3D, W A S D Q E fly. With a tool that
        draws, arrows move a cross; Enter begins there, and Enter ends.
      </p>
      <For each={model.shown()}>
        {(shown, at) => (
          <Show when={layout()[at()]}>
            {(box) => <Above model={model} shown={shown} box={box()} many={layout().length > 1} unit={props.unit} />}
          </Show>
        )}
      </For>
      <Show when={drawn()}>
        {(now) => (
          <svg class="stage-shape" aria-hidden="true">
            <Switch fallback={<polygon points={pairs(now().shape)} />}>
              <Match when={now().tool === "brush"}>
                <polyline class="stage-brush" points={pairs(now().shape)} stroke-width={props.brush * 2} />
              </Match>
              <Match when={now().tool === "nearest"}>
                <circle cx={now().shape[0]} cy={now().shape[1]} r={reachOf(now().shape)} />
              </Match>
            </Switch>
          </svg>
        )}
      </Show>
      <Show when={props.tool === "move" ? undefined : cross.at()}>
        {(at) => <span class="stage-cross" aria-hidden="true" style={{ left: `${at().x}px`, top: `${at().y}px` }} />}
      </Show>
      <Show when={pointed()}>
        {(now) => (
          <Show when={props.tip(now().cell)}>
            {(text) => (
              <div
                class="stage-tip"
                classList={{
                  "stage-tip-left": now().x > size().width - 220,
                  "stage-tip-up": now().y > size().height - 80,
                }}
                style={{ left: `${now().x}px`, top: `${now().y}px` }}
              >
                <bdi>{text()}</bdi>
              </div>
            )}
          </Show>
        )}
      </Show>
    </div>
  );
}

interface AboveProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly box: Size & { readonly left: number; readonly top: number };
  readonly many: boolean;
  readonly unit: (embedding: string) => Unit | undefined;
}

/// What lies above one view.
function Above(props: AboveProps): JSX.Element {
  const { model } = props;
  let measuring: CanvasRenderingContext2D | null = null;
  const colourBy = createMemo(() => props.shown.view().colour);
  const column = createMemo(() => model.categories(colourBy()));
  const embedding = createMemo(() => props.shown.view().embedding);
  const labelled = createMemo(() => model.parts.look().labels);
  // A pass over the cells: not again because the camera moved.
  const middles = createMemo(() => {
    const codes = column();
    const points = model.shelf.points(embedding());
    if (!codes || !points || !labelled()) return [];
    const { merged } = model.changes(colourBy());
    const standing = standings(codes.names.length, merged);
    const stands = (code: number) => standing[code] ?? -1;
    return centres(points.points, points.dimensions, codes.codes, codes.names.length, stands);
  });
  const filter = createMemo(() => {
    const by = colourBy();
    return by.by === "column" ? filterOf(props.shown, by.key) : undefined;
  });
  const seen = createMemo(() => {
    const gone = hiddenBy(filter());
    return middles().filter((middle) => !gone.has(middle.code));
  });
  const names = createMemo(() => new Map(props.shown.legend()?.entries.map((entry) => [entry.code, entry.name])));
  // Each name is measured once, not for each move of the camera.
  const widths = createMemo(() => ({ of: names(), known: new Map<number, number>() }));
  const width = (code: number) => {
    const { of, known } = widths();
    let found = known.get(code);
    if (found === undefined) {
      measuring ??= document.createElement("canvas").getContext("2d");
      if (measuring) measuring.font = "600 12px system-ui, sans-serif";
      found = Math.min(180, measuring?.measureText((of.get(code) ?? "").slice(0, 80)).width ?? 60) + 10;
      known.set(code, found);
    }
    return found;
  };
  const labels = createMemo(() => {
    const camera = model.camera(props.shown.view(), props.box);
    if (!camera) return [];
    return placed(seen(), { matrix: matrixOf(camera, props.box), size: props.box }, props.box, width, LINE);
  });
  const active = () => activeView(model.document()).id === props.shown.view().id;
  /// Beside others of the same embedding that one need not be said.
  const title = () => nameOf(props.shown.view(), model.document().views);
  return (
    <div
      class="stage-view"
      classList={{ "stage-view-active": props.many && active() }}
      style={{
        left: `${props.box.left}px`,
        top: `${props.box.top}px`,
        width: `${props.box.width}px`,
        height: `${props.box.height}px`,
      }}
    >
      <Show when={model.shelf.points(props.shown.view().embedding)?.empty}>
        <p class="stage-empty">
          <Show when={model.cells > 0} fallback="This dataset has no cells.">
            No cell has a place in <bdi>{props.shown.view().embedding.key}</bdi>. Choose another embedding.
          </Show>
        </p>
      </Show>
      <Show when={props.many}>
        <bdi class="stage-title">{title()}</bdi>
      </Show>
      <div class="stage-corner">
        <ScaleBar
          unit={props.unit(props.shown.view().embedding.key)}
          camera={model.camera(props.shown.view(), props.box)}
          size={props.box}
        />
        <Show when={props.many}>
          <SmallLegend model={model} shown={props.shown} />
        </Show>
      </div>
      <For each={labels()}>
        {(label) => (
          <bdi class="stage-label" style={{ left: `${label.x}px`, top: `${label.y}px` }}>
            {names().get(label.code)}
          </bdi>
        )}
      </For>
    </div>
  );
}

function reachOf([x = 0, y = 0, toX = x, toY = y]: readonly number[]): number {
  return Math.hypot(toX - x, toY - y);
}

function pairs(shape: readonly number[]): string {
  let text = "";
  for (let at = 0; at < shape.length; at += 2) text += `${shape[at]},${shape[at + 1]} `;
  return text;
}
