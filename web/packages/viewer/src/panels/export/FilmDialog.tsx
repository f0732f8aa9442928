/// A film is ordered here and seen before it is made: the places that the camera goes to, or one turn, the time that it
/// takes, its size, and the file.

import { Button, Dialog, Progress, Select, TextField, Toggle } from "@fumehood/ui";
import { createMemo, createResource, createSignal, type JSX, onCleanup, Show } from "solid-js";
import type { Background } from "../../figure/ink";
import { screenOf } from "../../figure/making";
import { draftOf, keptOf, putAway } from "../../film/draft";
import { countOf, even, type Film, MOST, RATES, wrong } from "../../film/frames";
import { codecOf, type Kind, made } from "../../film/making";
import { type Going, lengthOf, type Path } from "../../film/path";
import { reelOf } from "../../film/reel";
import { save } from "../../keeping/handing";
import type { Origin } from "../../keeping/origin";
import type { Model } from "../../model/model";
import type { Size } from "../../points/camera";
import type { Engine } from "../../points/engine";
import { fileName } from "../../words/files";
import { sentence } from "../../words/sentence";
import { BackgroundField, SaidOf } from "./fields";
import { Places } from "./Places";
import { Player } from "./Player";

export interface FilmDialogProps {
  readonly model: Model;
  readonly engine: Engine;
  readonly origin: Origin;
  readonly onClose: () => void;
}

const SIZES = ["1280×720", "1920×1080", "3840×2160", "1080×1080", "1080×1920"] as const;

export function FilmDialog(props: FilmDialogProps): JSX.Element {
  const { model } = props;
  const view = model.active()?.view();
  const draft = draftOf(model, view);
  const solid = view?.embedding.dimensions === 3;
  const [turning, setTurning] = createSignal(draft.turning);
  const [places, setPlaces] = createSignal(draft.places);
  const [turn, setTurn] = createSignal(draft.turn);
  const [going, setGoing] = createSignal<Going>("rest");
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
    putAway(model, view, { places: places(), turning: turning(), turn: turn() });
    stop?.abort();
  });

  // -- what is ordered

  const size = createMemo((): Size => ({ width: side(width()), height: side(height()) }));
  const reel = createMemo(() => {
    const { width: wide, height: high } = size();
    if (!(Math.min(wide, high) >= MOST.least && Math.max(wide, high) <= MOST.long)) return undefined;
    return reelOf(model, screenOf(props.engine), { ...size(), background: background(), legend: legend() });
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
      const name = fileName([origin.about.name], kind());
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
          <Show when={done() !== undefined} fallback={<SaidOf said={said()} />}>
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
                <Places
                  places={places()}
                  kept={keptOf(model, view)}
                  now={() => model.active()?.view().camera ?? null}
                  onChange={setPlaces}
                />
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
          <BackgroundField value={background()} clear=": pictures only" onChange={setBackground} />
          <Toggle label="Legend" checked={legend()} onChange={setLegend} />
        </div>
        <Player
          engine={props.engine}
          reel={reel()}
          path={path()}
          rests={done() !== undefined}
          clear={background() === "transparent"}
          onTrouble={setSaid}
        />
      </div>
    </Dialog>
  );

  function total(): number {
    const now = film();
    return now === undefined ? 1 : countOf(now.path, now.fps);
  }
}

function side(text: string): number {
  const found = Number(text);
  return Number.isFinite(found) && found > 0 ? even(found) : 0;
}
