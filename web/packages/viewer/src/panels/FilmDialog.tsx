/// A film is ordered here and seen before it is made: the places that the camera goes to, or one turn, the time that it
/// takes, its size, and the file. What was put together stays with the dataset for as long as the page lives, so that one
/// can go away, look for the next place and come back.

import {
  ArrowDownIcon,
  ArrowUpIcon,
  Button,
  CloseIcon,
  Dialog,
  IconButton,
  Progress,
  Select,
  TextField,
  Toggle,
} from "@fumehood/ui";
import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  Index,
  type JSX,
  on,
  onCleanup,
  Show,
  untrack,
} from "solid-js";
import type { Background } from "../figure/ink";
import { paint } from "../figure/making";
import { countOf, even, type Film, MOST, RATES, wrong } from "../film/frames";
import { codecOf, type Kind, made } from "../film/making";
import { cameraAt, type Going, lengthOf, type Path } from "../film/path";
import { looking, reelOf } from "../film/reel";
import { save } from "../keeping/handing";
import { fileName, type Origin } from "../keeping/origin";
import type { Model } from "../model/model";
import type { Camera, Size } from "../points/camera";
import type { Engine } from "../points/engine";
import type { View } from "../state/document";

export interface FilmDialogProps {
  readonly model: Model;
  readonly engine: Engine;
  readonly origin: Origin;
  readonly onClose: () => void;
}

/// A place on the way.
interface Place {
  readonly name: string;
  readonly camera: Camera | null;
  readonly seconds: string;
}

/// What one put together.
interface Draft {
  readonly embedding: string;
  readonly places: readonly Place[];
  readonly turning: boolean;
  readonly turn: string;
}

const drafts = new WeakMap<Model, Draft>();
const SIZES = ["1280×720", "1920×1080", "3840×2160", "1080×1080", "1080×1920"] as const;
const PLACES = 100;
const PREVIEW = 320;

export function FilmDialog(props: FilmDialogProps): JSX.Element {
  const { model } = props;
  const view = model.active()?.view();
  const draft = draftOf(model, view);
  const solid = view?.embedding.dimensions === 3;
  const [turning, setTurning] = createSignal(draft.turning);
  const [places, setPlaces] = createSignal(draft.places);
  const [turn, setTurn] = createSignal(draft.turn);
  const [going, setGoing] = createSignal<Going>("rest");
  const [adding, setAdding] = createSignal("");
  const [fps, setFps] = createSignal<(typeof RATES)[number]>("30");
  const [shape, setShape] = createSignal<string>("1920×1080");
  const [width, setWidth] = createSignal("1920");
  const [height, setHeight] = createSignal("1080");
  const [background, setBackground] = createSignal<Background>("theme");
  const [legend, setLegend] = createSignal(false);
  const [chosen, setKind] = createSignal<Kind>("webm");
  const [said, setSaid] = createSignal("");
  const [done, setDone] = createSignal<number | undefined>();
  let stop: AbortController | undefined;
  onCleanup(() => {
    drafts.set(model, { embedding: draft.embedding, places: places(), turning: turning(), turn: turn() });
    stop?.abort();
  });

  // -- what is ordered

  const screen = (): Size => {
    const { clientWidth, clientHeight } = props.engine.canvas;
    return { width: clientWidth || 800, height: clientHeight || 600 };
  };
  const size = createMemo((): Size => ({ width: side(width()), height: side(height()) }));
  const reel = createMemo(() => {
    const { width: wide, height: high } = size();
    if (!(Math.min(wide, high) >= MOST.least && Math.max(wide, high) <= MOST.long)) return undefined;
    return reelOf(model, screen(), { ...size(), background: background(), legend: legend() });
  });
  const path = createMemo((): Path | undefined => {
    const now = reel();
    if (now === undefined) return undefined;
    if (turning()) {
      const from = now.camera(view?.camera ?? null);
      return from?.kind === "orbit" ? { kind: "turn", from, seconds: Number(turn()) } : undefined;
    }
    const keys = places().flatMap((place) => {
      const camera = now.camera(place.camera);
      return camera === undefined ? [] : [{ camera, seconds: Number(place.seconds) }];
    });
    return { kind: "keys", keys, going: going() };
  });
  const film = createMemo((): Film | undefined => {
    const way = path();
    return way && { ...size(), path: way, fps: Number(fps()) };
  });
  // Pictures can be had everywhere; a video where the browser encodes one.
  const [codec] = createResource(
    () => ({ ...size(), fps: Number(fps()) }),
    (wish) => codecOf(wish, wish.fps).catch(() => undefined),
  );
  const kind = () => (background() === "transparent" ? "zip" : chosen());
  const error = createMemo(() => {
    if (side(width()) === 0 || side(height()) === 0) return "A film has a width and a height.";
    const now = film();
    if (now === undefined) return reel() === undefined && sized() ? "The data is on its way…" : tooLarge();
    const found = wrong(now, props.engine.largest);
    if (found !== undefined) return found;
    const none = kind() === "webm" && !codec.loading && codec() === undefined;
    return none ? "This browser makes no video of that size. Take the pictures." : undefined;
  });
  const told = () => {
    const now = film();
    if (now === undefined) return "";
    return `${countOf(now.path, now.fps)} frames, ${Math.round(lengthOf(now.path) * 10) / 10} s`;
  };
  const sized = () => Math.min(size().width, size().height) >= MOST.least;
  const tooLarge = () => `A film has ${MOST.least} pixels a side to ${MOST.long} × ${MOST.short}.`;

  // -- the places

  const kept = () =>
    model.document().snapshots.filter((one) => view && same(one.view, view)) as readonly {
      readonly id: string;
      readonly name: string;
      readonly view: View;
    }[];
  const choices = createMemo(() => [
    { value: "", label: "Add a place…" },
    { value: "now", label: "What is shown now" },
    { value: "whole", label: "Everything" },
    ...kept().map(({ id, name }) => ({ value: `kept:${id}`, label: name })),
  ]);
  function add(choice: string): void {
    setAdding(choice);
    const snapshot = kept().find((one) => choice === `kept:${one.id}`);
    if (snapshot) put(snapshot.name, snapshot.view.camera);
    else if (choice === "now") put("As it was shown", model.active()?.view().camera ?? null);
    else if (choice === "whole") put("Everything", null);
    queueMicrotask(() => setAdding(""));
  }
  function put(name: string, camera: Camera | null): void {
    if (places().length < PLACES) setPlaces([...places(), { name, camera, seconds: "3" }]);
  }
  function swap(at: number): void {
    const [one, other] = [places()[at], places()[at + 1]];
    if (one && other) setPlaces([...places().slice(0, at), other, one, ...places().slice(at + 2)]);
  }
  const change = (at: number, seconds: string) =>
    setPlaces(places().map((place, other) => (other === at ? { ...place, seconds } : place)));

  // -- the preview

  const [room, setRoom] = createSignal(PREVIEW);
  const [at, setAt] = createSignal(0);
  const [playing, setPlaying] = createSignal(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  const length = createMemo(() => {
    const now = path();
    return now === undefined ? 0 : lengthOf(now);
  });
  let canvas: HTMLCanvasElement | undefined;
  let frame = 0;
  let painting = false;
  let stale = false;
  createEffect(() => {
    if (!playing() || length() === 0 || done() !== undefined) return;
    let before = performance.now();
    let next = requestAnimationFrame(function step(now) {
      // After a long frame it goes on where it was, not where it would be.
      setAt((untrack(at) + Math.min(0.1, Math.max(0, now - before) / 1000)) % length());
      before = now;
      next = requestAnimationFrame(step);
    });
    onCleanup(() => cancelAnimationFrame(next));
  });
  createEffect(
    on([reel, path, at, room, done], () => {
      cancelAnimationFrame(frame);
      if (done() === undefined) frame = requestAnimationFrame(() => void draw());
    }),
  );
  async function draw(): Promise<void> {
    const [now, way] = [reel(), path()];
    const camera = now && way && cameraAt(way, Math.min(at(), length()), now.box);
    stale = painting;
    if (!canvas || !now || !camera || painting) return;
    const { width: most, height: high } = now.sheet.figure;
    const shown = Math.min(room() / most, PREVIEW / high);
    canvas.style.setProperty("width", `${Math.floor(most * shown)}px`);
    canvas.style.setProperty("height", `${Math.floor(high * shown)}px`);
    painting = true;
    try {
      await paint(canvas, props.engine, looking(now, camera), shown * Math.min(2, devicePixelRatio));
    } catch (failed) {
      setSaid(sentence(failed));
    }
    painting = false;
    if (stale) void draw();
  }
  onCleanup(() => cancelAnimationFrame(frame));

  // -- the file

  async function make(): Promise<void> {
    const [now, order] = [reel(), film()];
    if (now === undefined || order === undefined || error() !== undefined || done() !== undefined) return;
    stop = new AbortController();
    setDone(0);
    setSaid("");
    try {
      const { engine, origin } = props;
      const provenance = await origin.provenance(model.document(), new Date());
      const { signal } = stop;
      const blob = await made({ engine, reel: now, film: order, kind: kind(), provenance, onFrame: setDone, signal });
      const name = fileName(origin.about.name, kind());
      save(blob, name);
      setSaid(`${name} is in your downloads.`);
    } catch (failed) {
      setSaid(stop.signal.aborted ? "Nothing was saved." : sentence(failed));
    } finally {
      setDone(undefined);
    }
  }

  return (
    <Dialog
      title="Record a film"
      width="wide"
      onClose={props.onClose}
      onSubmit={() => void make()}
      actions={
        <>
          <Show
            when={done() !== undefined}
            fallback={
              <p class="export-said" role="status">
                {said()}
              </p>
            }
          >
            <div class="export-said">
              <Progress label={`Frame ${done()} of ${total()}`} value={done() ?? 0} max={total()} />
            </div>
            <Button onClick={() => stop?.abort()}>Cancel</Button>
          </Show>
          <Button tone="primary" type="submit" disabled={done() !== undefined || error() !== undefined}>
            Save
          </Button>
        </>
      }
    >
      <div class="export" inert={done() !== undefined}>
        <div class="export-wishes">
          <Show when={solid}>
            <Select
              label="The camera"
              value={turning() ? "turn" : "places"}
              choices={[
                { value: "turn", label: "Turns once round what is shown" },
                { value: "places", label: "Goes from place to place" },
              ]}
              onChange={(value) => setTurning(value === "turn")}
            />
          </Show>
          <Show
            when={turning()}
            fallback={
              <>
                <ol class="film-keys" aria-label="Places on the way">
                  <Index each={places()}>
                    {(place, row) => (
                      <li class="panel-row">
                        <bdi title={place().name}>{place().name}</bdi>
                        <Show when={row < places().length - 1}>
                          <input
                            class="field-input film-seconds"
                            type="number"
                            min="0.1"
                            max="600"
                            step="any"
                            aria-label={`Seconds from place ${row + 1} to the next`}
                            value={place().seconds}
                            onInput={(event) => change(row, event.currentTarget.value)}
                          />
                          <span class="panel-note">s</span>
                        </Show>
                        <IconButton
                          small
                          icon={ArrowUpIcon}
                          label={`Place ${row + 1} earlier`}
                          disabled={row === 0}
                          onClick={() => swap(row - 1)}
                        />
                        <IconButton
                          small
                          icon={ArrowDownIcon}
                          label={`Place ${row + 1} later`}
                          disabled={row === places().length - 1}
                          onClick={() => swap(row)}
                        />
                        <IconButton
                          small
                          icon={CloseIcon}
                          label={`Leave place ${row + 1} out`}
                          onClick={() => setPlaces(places().filter((_, other) => other !== row))}
                        />
                      </li>
                    )}
                  </Index>
                </ol>
                <Select label="Add a place" bare value={adding()} choices={choices()} onChange={add} />
                <Show when={kept().length === 0}>
                  <p class="panel-note">Views of this embedding that you keep (K) are places, too.</p>
                </Show>
                <Select
                  label="On the way"
                  value={going()}
                  choices={[
                    { value: "rest", label: "Rest at each place" },
                    { value: "through", label: "Pass through without a stop" },
                    { value: "even", label: "Always at one speed" },
                  ]}
                  onChange={setGoing}
                />
              </>
            }
          >
            <TextField label="Seconds" type="number" min="0.1" max="600" step="any" value={turn()} onInput={setTurn} />
          </Show>
          <div class="export-row">
            <Select
              label="Size"
              value={shape()}
              choices={[
                ...SIZES.map((one) => ({ value: one as string, label: one.replace("×", " × ") })),
                { value: "own", label: "Another" },
              ]}
              onChange={(value) => {
                setShape(value);
                const [wide, high] = value.split("×");
                if (wide === undefined || high === undefined) return;
                setWidth(wide);
                setHeight(high);
              }}
            />
            <Select
              label="Frames a second"
              value={fps()}
              choices={RATES.map((value) => ({ value, label: value }))}
              onChange={setFps}
            />
          </div>
          <Show when={shape() === "own"}>
            <div class="export-row">
              <TextField label="Width" type="number" min={MOST.least} value={width()} onInput={setWidth} />
              <TextField label="Height" type="number" min={MOST.least} value={height()} onInput={setHeight} />
            </div>
          </Show>
          <p class="panel-note" classList={{ "export-wrong": error() !== undefined }} role="status">
            {error() ?? told()}
          </p>
          <Select
            label="File"
            value={kind()}
            choices={[
              { value: "webm", label: "WebM: a video", disabled: background() === "transparent" },
              { value: "zip", label: "ZIP: each frame as a PNG" },
            ]}
            onChange={setKind}
          />
          <Select
            label="Background"
            value={background()}
            choices={[
              { value: "theme", label: "As on the screen" },
              { value: "paper", label: "White paper" },
              { value: "transparent", label: "Transparent: pictures only" },
            ]}
            onChange={setBackground}
          />
          <Toggle label="Legend" checked={legend()} onChange={setLegend} />
        </div>
        <div
          class="export-preview"
          classList={{ "export-clear": background() === "transparent" }}
          ref={(element) => {
            const watch = new ResizeObserver(([entry]) =>
              setRoom(Math.max(120, (entry?.contentRect.width ?? PREVIEW) - 2)),
            );
            watch.observe(element);
            onCleanup(() => watch.disconnect());
          }}
        >
          <canvas
            ref={(element) => {
              canvas = element;
            }}
            role="img"
            aria-label="Preview of the film"
          />
          <div class="film-player">
            <Button small disabled={length() === 0} onClick={() => setPlaying(!playing())}>
              {playing() ? "Pause" : "Play"}
            </Button>
            <input
              type="range"
              aria-label="Second of the film"
              min="0"
              max={length()}
              step="any"
              value={Math.min(at(), length())}
              onInput={(event) => {
                setPlaying(false);
                setAt(Number(event.currentTarget.value));
              }}
            />
          </div>
        </div>
      </div>
    </Dialog>
  );

  function total(): number {
    const now = film();
    return now === undefined ? 1 : countOf(now.path, now.fps);
  }
}

/// What was put together before, if it is of the same embedding.
function draftOf(model: Model, view: View | undefined): Draft {
  const embedding = JSON.stringify(view?.embedding);
  const before = drafts.get(model);
  if (before?.embedding === embedding) return before;
  const kept = model.document().snapshots.filter((one) => view && same(one.view, view));
  const places = kept.map(({ name, view: { camera } }) => ({ name, camera, seconds: "3" }));
  const everything: Place = { name: "Everything", camera: null, seconds: "3" };
  if (places.length < 2) places.unshift(everything);
  if (places.length < 2 && view?.camera) places.push({ name: "As it was shown", camera: view.camera, seconds: "3" });
  return {
    embedding,
    places: places.slice(0, PLACES),
    turning: view?.embedding.dimensions === 3,
    turn: "10",
  };
}

/// Cameras of one are cameras of the other.
function same(one: View, other: View): boolean {
  return one.embedding.key === other.embedding.key && one.embedding.dimensions === other.embedding.dimensions;
}

function side(text: string): number {
  const found = Number(text);
  return Number.isFinite(found) && found > 0 ? even(found) : 0;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
