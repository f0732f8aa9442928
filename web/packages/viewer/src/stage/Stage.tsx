/// The picture: one canvas for all views, and above each view what is drawn with elements: its name, the labels of
/// categories, the shape under the hand, the cell under the pointer. It means what `gesture.ts` says, and does it by
/// operations on the model.

import { createMemo, createSignal, createUniqueId, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import { whenGraph } from "../edges/grow";
import type { Unit } from "../lengths/bar";
import type { Model, Shown } from "../model/model";
import { type Camera, looked, matrixOf, panned, type Size, turned, zoomed } from "../points/camera";
import { Engine } from "../points/engine";
import { brushed } from "../select/brush";
import { inside } from "../select/lasso";
import { nearest } from "../select/nearest";
import type { Joining } from "../select/sets";
import type { Recipe } from "../state/document";
import { sentence } from "../words/sentence";
import { Above } from "./Above";
import { boxes } from "./boxes";
import { type Hand, handled, IDLE, type Input, type Keys, type Meaning, type Tool, wheeled } from "./gesture";
import { steeringKeys } from "./keyboard";
import { createMotion } from "./motion";
import { Outline } from "./Outline";
import { KEYBOARD, pointing } from "./pointing";
import { hidden, Places, type Under } from "./under";

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

/// In space every cell is looked at for the one under the pointer: of more than so many, once it rests so long.
const MANY = 200_000;
const RESTS = 50;

export function Stage(props: StageProps): JSX.Element {
  let canvas: HTMLCanvasElement | undefined;
  let engine: Engine | undefined;
  let hand: Hand = IDLE;
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
      props.onEngine(undefined, sentence(error));
      return;
    }
    props.onEngine(engine);
    const watch = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      engine?.resize({ width, height }, devicePixelRatio);
      setSize({ width, height });
    });
    watch.observe(canvas);
    const sight = new IntersectionObserver(([entry]) => motion.sight(entry?.isIntersecting ?? true));
    sight.observe(canvas);
    onCleanup(() => {
      watch.disconnect();
      sight.disconnect();
      engine?.close();
    });
  });

  // It draws with the engine: after that was made.
  const motion = createMotion(model, layout, () => engine);
  const places = new Places(model, layout);
  props.onPick?.((at) => (at === undefined ? places.middle() : (places.pick(at.x, at.y)?.[0] ?? -1)));

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
    motion.stir();
    setPointed(undefined);
    model.do({ do: "camera", view, camera });
  }

  // -- what the keys do, in the active view

  const keyboard = steeringKeys({
    found: () => {
      const active = places.active();
      const whole = active && model.whole(active.shown.view(), active.box);
      return active && whole && { camera: active.camera, box: active.box, whole, id: active.shown.view().id };
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
    const [cell, found] = places.pick(x, y) ?? [-1, undefined];
    const before = pointed()?.cell ?? -1;
    setPointed(cell < 0 ? undefined : { cell, x, y });
    if (found && cell !== before) props.onHover(cell, found.shown);
  }

  function click(meaning: Extract<Meaning, { do: "click" }>): void {
    const [cell, found] = places.pick(meaning.at.x, meaning.at.y) ?? [-1, undefined];
    if (!found) return;
    model.do({ do: "activate", id: found.shown.view().id });
    props.onClick(cell, meaning);
  }

  const grow = whenGraph(model);

  /// The cell and its neighbours.
  function clickTwice(event: MouseEvent): void {
    const at = place(event);
    const [cell, found] = places.pick(at.x, at.y) ?? [-1, undefined];
    if (cell < 0 || !found) return;
    model.do({ do: "activate", id: found.shown.view().id });
    grow(1, event.shiftKey ? "add" : "replace", Uint32Array.of(cell));
  }

  const cross = pointing({
    tool: () => props.tool,
    box: () => places.active()?.box,
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
    const at = places.under(from.x, from.y);
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
    const deep = places.under(at.x, at.y)?.camera.kind === "orbit";
    feel({ kind, id: event.pointerId, at, button: event.button, keys: keys(event), tool: props.tool, deep });
  };
  const onMove = (event: PointerEvent) => {
    const at = place(event);
    if (hand.downs.length > 0) return feel({ kind: "move", id: event.pointerId, at });
    unhover();
    const look = () => feel({ kind: "move", id: event.pointerId, at });
    if (model.cells > MANY && places.under(at.x, at.y)?.camera.kind === "orbit") resting = setTimeout(look, RESTS);
    else hovering = requestAnimationFrame(look);
  };
  const onWheel = (event: WheelEvent) => {
    // The page around us scrolls as ever until the picture is in the person's hand.
    const here = (canvas?.getRootNode() as Document | ShadowRoot | undefined)?.activeElement === canvas;
    if (!here && !event.ctrlKey) return;
    event.preventDefault();
    const at = place(event);
    const factor = wheeled(event.deltaY, event.deltaMode, event.ctrlKey);
    const found = places.under(at.x, at.y);
    if (found) move({ do: "zoom", factor, at }, found);
  };
  onMount(() => canvas?.addEventListener("wheel", onWheel, { passive: false }));
  onCleanup(unhover);

  return (
    <div class="stage" classList={{ "stage-draws": props.tool !== "move", "stage-switching": motion.switching() }}>
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
      <Show when={drawn()}>{(now) => <Outline {...now()} brush={props.brush} />}</Show>
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
