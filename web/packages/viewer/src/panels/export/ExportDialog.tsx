/// A figure is ordered here and seen before it is made: its size on paper, what stands beside the points, and the file.
/// A page saves it; a sealed frame shows it, to be saved from its menu, or sends it to Python.

import { Button, Dialog, Select, Spinner, TextField, Toggle } from "@fumehood/ui";
import { createEffect, createMemo, createSignal, type JSX, on, Show } from "solid-js";
import { file } from "../../figure/asked";
import type { Background } from "../../figure/ink";
import { address, DPI, MILLIMETRE, type Order, SIZES, screenOf, sheetOf, sizeOf } from "../../figure/making";
import { CIRCLES } from "../../figure/svg";
import { copyPicture, isSealed, save } from "../../keeping/handing";
import type { Origin } from "../../keeping/origin";
import { LengthFields } from "../../lengths/LengthFields";
import { isPlace, unitOf } from "../../lengths/units";
import type { Model } from "../../model/model";
import type { Engine } from "../../points/engine";
import { count } from "../../words/numbers";
import { sentence } from "../../words/sentence";
import { BackgroundField, SaidOf } from "./fields";
import { Preview } from "./Preview";

export interface ExportDialogProps {
  readonly model: Model;
  readonly engine: Engine;
  readonly origin: Origin;
  /// Present where Python listens.
  readonly onSend: ((figure: Blob, name: string) => Promise<void>) | undefined;
  readonly onClose: () => void;
}

type Lengths = "mm" | "in" | "px";
type Kind = "png" | "svg";

/// In points; of px it depends on the dots an inch.
const LENGTHS = { mm: MILLIMETRE, in: 72 } as const;
const WIDTH = 180;

/// What was wished last, for as long as the page lives.
const before: { kind: Kind; legend: boolean; counts: boolean; labels: boolean; axes: boolean; background: Background } =
  { kind: "png", legend: true, counts: false, labels: true, axes: true, background: "paper" };

export function ExportDialog(props: ExportDialogProps): JSX.Element {
  const { model } = props;
  const screen = () => screenOf(props.engine);
  const shape = Math.max(0.4, Math.min(1.2, screen().height / screen().width));
  const [kind, setKind] = createSignal<Kind>(before.kind);
  const [unit, setUnit] = createSignal<Lengths>("mm");
  const [width, setWidth] = createSignal(String(WIDTH));
  const [height, setHeight] = createSignal(String(Math.round(WIDTH * shape)));
  const [dpi, setDpi] = createSignal("300");
  const [background, setBackground] = createSignal<Background>(before.background);
  const [all, setAll] = createSignal(model.shown().length > 1);
  const [legend, setLegend] = createSignal(before.legend);
  const [counts, setCounts] = createSignal(before.counts);
  const [labels, setLabels] = createSignal(before.labels);
  const [axes, setAxes] = createSignal(before.axes);
  const [bar, setBar] = createSignal(true);
  const [title, setTitle] = createSignal("");
  const [points, setPoints] = createSignal<Order["points"]>("few");
  const [busy, setBusy] = createSignal(false);
  const [said, setSaid] = createSignal("");
  const [made, setMade] = createSignal<{ readonly address: string; readonly name: string } | undefined>();
  const sealed = isSealed();

  const dots = () => {
    const found = Number(dpi());
    return found >= DPI.least && found <= DPI.most ? found : undefined;
  };
  const inPoints = (text: string) => {
    const one = unit();
    const found = Number(text) * (one === "px" ? 72 / (dots() ?? 300) : LENGTHS[one]);
    return found >= SIZES.least && found <= SIZES.most ? found : undefined;
  };
  const { embeddings } = props.origin.about;
  const place = createMemo(() => {
    const keys = [model.active(), ...model.shown()].flatMap((shown) => (shown ? [shown.view().embedding.key] : []));
    return keys.find(isPlace);
  });
  const order = createMemo((): Order | undefined => {
    const [wide, high] = [inPoints(width()), inPoints(height())];
    const fine = dots();
    if (wide === undefined || high === undefined || fine === undefined) return undefined;
    return {
      ...{ width: wide, height: high, dpi: fine, background: background(), all: all(), points: points() },
      ...{ legend: legend(), counts: counts(), labels: labels(), axes: axes(), bar: bar(), title: title().trim() },
      unit: (embedding) => unitOf(embeddings, model.parts.lengths(), embedding),
    };
  });
  const sheet = createMemo(() => {
    const wish = order();
    return wish && sheetOf(model, screen(), wish);
  });
  const size = createMemo((): { readonly text: string; readonly error?: string } => {
    const wish = order();
    if (wish === undefined) return { text: "", error: wrong() };
    try {
      const { width: wide, height: high } = sizeOf(wish, wish.dpi, props.engine);
      return { text: `${count(wide)} × ${count(high)} pixels` };
    } catch (error) {
      return { text: "", error: sentence(error) };
    }
  });

  const ready = () => !busy() && size().error === undefined && sheet() !== undefined;

  function wrong(): string {
    if (dots() === undefined) return `Dots an inch go from ${DPI.least} to ${DPI.most}.`;
    return "A figure is 21 mm to 1 m wide and high.";
  }

  createEffect(
    on(
      [order, kind],
      () => {
        setMade(undefined);
        setSaid("");
      },
      { defer: true },
    ),
  );

  // -- the file

  async function make(): Promise<readonly [Blob, string] | undefined> {
    const [wish, now] = [order(), sheet()];
    if (wish === undefined || now === undefined || size().error !== undefined) return undefined;
    Object.assign(before, { kind: kind(), legend: legend(), counts: counts(), labels: labels(), axes: axes() });
    before.background = background();
    return file(props.engine, now, kind(), wish, model, props.origin);
  }

  async function doing(what: (figure: Blob, name: string) => Promise<string> | string): Promise<void> {
    if (busy()) return;
    setBusy(true);
    setSaid("");
    try {
      const found = await make();
      if (found) setSaid(await what(...found));
    } catch (error) {
      setSaid(sentence(error));
    } finally {
      setBusy(false);
    }
  }

  const take = () =>
    doing(async (figure, name) => {
      if (!sealed) {
        save(figure, name);
        return `${name} is in your downloads.`;
      }
      setMade({ address: await address(figure), name });
      return "";
    });
  const copied = () =>
    doing(async (figure) =>
      (await copyPicture(figure)) ? "The picture is copied." : "This browser lets nothing be copied from here.",
    );
  const sent = () =>
    doing(async (figure, name) => {
      await props.onSend?.(figure, name);
      return "Python has it: `viewer.state.figure`.";
    });

  return (
    <Dialog
      title="Export a figure"
      width="wide"
      onClose={props.onClose}
      onSubmit={() => void take()}
      actions={
        <>
          <Show when={busy()}>
            <Spinner label="Making the figure" />
          </Show>
          <SaidOf said={said()} />
          <Show when={props.onSend}>
            <Button disabled={!ready()} onClick={() => void sent()}>
              Send to Python
            </Button>
          </Show>
          <Show when={kind() === "png" && !sealed}>
            <Button disabled={!ready()} onClick={() => void copied()}>
              Copy
            </Button>
          </Show>
          <Button tone="primary" type="submit" disabled={!ready()}>
            {sealed ? "Show the figure" : "Save"}
          </Button>
        </>
      }
    >
      <div class="export">
        <div class="export-wishes">
          <div class="export-row">
            <Select
              label="File"
              value={kind()}
              choices={[
                { value: "png", label: "PNG: pixels" },
                { value: "svg", label: "SVG: for editing" },
              ]}
              onChange={setKind}
            />
            <TextField
              label="Dots an inch"
              type="number"
              min={DPI.least}
              max={DPI.most}
              value={dpi()}
              onInput={setDpi}
            />
          </div>
          <div class="export-row">
            <TextField label="Width" type="number" min="1" step="any" value={width()} onInput={setWidth} />
            <TextField label="Height" type="number" min="1" step="any" value={height()} onInput={setHeight} />
            <Select
              label="Unit"
              value={unit()}
              choices={[
                { value: "mm", label: "mm" },
                { value: "in", label: "inches" },
                { value: "px", label: "pixels" },
              ]}
              onChange={change}
            />
          </div>
          <p class="panel-note" classList={{ "export-wrong": size().error !== undefined }} role="status">
            {size().error ?? size().text}
          </p>
          <TextField label="Title" value={title()} maxlength="200" onInput={setTitle} />
          <Show when={model.shown().length > 1}>
            <Select
              label="Views"
              value={all() ? "all" : "active"}
              choices={[
                { value: "active", label: "The active view" },
                { value: "all", label: `All ${model.shown().length} views` },
              ]}
              onChange={(value) => setAll(value === "all")}
            />
          </Show>
          <BackgroundField value={background()} onChange={setBackground} />
          <Show when={kind() === "svg"}>
            <Select
              label="Points"
              value={points()}
              choices={[
                { value: "few", label: `Shapes, up to ${count(CIRCLES)}` },
                { value: "circles", label: "Shapes, also of more" },
                { value: "picture", label: "One picture" },
              ]}
              onChange={setPoints}
            />
          </Show>
          <div class="export-toggles">
            <Toggle label="Legend" checked={legend()} onChange={setLegend} />
            <Toggle label="Counts" checked={counts()} disabled={!legend()} onChange={setCounts} />
            <Toggle label="Names on the points" checked={labels()} onChange={setLabels} />
            <Toggle label="Axes" checked={axes()} onChange={setAxes} />
            <Show when={place()}>
              <Toggle label="Scale bar" checked={bar()} onChange={setBar} />
            </Show>
          </div>
          <Show when={bar() && place()}>
            {(key) => <LengthFields model={model} embeddings={embeddings} embedding={key()} />}
          </Show>
        </div>
        <Show
          when={made()}
          fallback={
            <Preview
              label="Preview of the figure"
              engine={props.engine}
              sheet={sheet()}
              most={360}
              clear={background() === "transparent"}
              onTrouble={setSaid}
            >
              <Show when={sheet() === undefined && order() !== undefined}>
                <p class="panel-note">The data is on its way…</p>
              </Show>
            </Preview>
          }
        >
          {(figure) => (
            <div class="export-preview" classList={{ "export-clear": background() === "transparent" }}>
              <img src={figure().address} alt="The figure" title={figure().name} />
              <p class="panel-note">
                Frames like this one may not save files. Open the picture's menu (the other mouse button) and save it
                from there.
              </p>
            </div>
          )}
        </Show>
      </div>
    </Dialog>
  );

  /// The same size in another unit.
  function change(next: Lengths): void {
    const factor = (one: Lengths) => (one === "px" ? 72 / (dots() ?? 300) : LENGTHS[one]);
    const ratio = factor(unit()) / factor(next);
    const said = (text: string) =>
      String(Math.round(Number(text) * ratio * (next === "in" ? 100 : 1)) / (next === "in" ? 100 : 1));
    const [wide, high] = [said(width()), said(height())];
    setUnit(next);
    setWidth(wide);
    setHeight(high);
  }
}
