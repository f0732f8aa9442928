/// The volcano plot: points on a canvas, everything that is read as text above it. It says in words what it shows; the
/// table beside it has every gene.

import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import type { Genes, Thresholds, Verdict } from "../../compare/genes";
import { labelled } from "../../compare/labels";
import { nearest, type Size, volcano, walked } from "../../compare/volcano";
import { foldText, pText, shareText, summary } from "../../compare/words";
import { count } from "../../words/numbers";

export interface VolcanoProps {
  readonly genes: Genes;
  readonly thresholds: Thresholds;
  readonly a: string;
  readonly b: string;
  /// Another value: the colours are others.
  readonly theme: unknown;
  /// The gene that is looked at; -1: none.
  readonly picked: number;
  readonly onPick: (row: number) => void;
  readonly onGene: (row: number) => void;
}

const REACH = 10;
const LINE = 13;
const NAME_CHARS = 18;
/// Square pixels of the plot for each name.
const AREA = 6500;
const RADIUS: Readonly<Record<Verdict, number>> = { neither: 1.2, down: 2.2, up: 2.2 };

export function Volcano(props: VolcanoProps): JSX.Element {
  const [size, setSize] = createSignal<Size>({ width: 0, height: 0 });
  const [hovered, setHovered] = createSignal(-1);
  const swatches: Partial<Record<Verdict, HTMLElement>> = {};
  let canvas: HTMLCanvasElement | undefined;
  let measuring: CanvasRenderingContext2D | null = null;

  const plot = createMemo(() => volcano(props.genes, props.thresholds, size()));
  const steps = createMemo(() => walked(plot()));
  const row = () => (hovered() >= 0 ? hovered() : props.picked);
  const there = (one: number) => one >= 0 && !Number.isNaN(plot().x[one] ?? Number.NaN);
  const short = (one: number) => {
    const name = props.genes.names[one] ?? "";
    return name.length > NAME_CHARS ? `${name.slice(0, NAME_CHARS - 1)}…` : name;
  };
  const labels = createMemo(() => {
    const { box, x, y, found } = plot();
    const most = Math.max(4, Math.min(40, Math.floor((size().width * size().height) / AREA)));
    const sides = [found.up, found.down].map((rows) => rows.slice(0, most * 2));
    const spots = Array.from({ length: most * 2 }, (_, at) => sides.flatMap((rows) => rows.slice(at, at + 1)))
      .flat()
      .filter(there)
      .map((one) => ({ row: one, x: x[one] as number, y: y[one] as number }));
    return labelled(spots, (one) => textWidth(short(one)), LINE, box, most);
  });
  function textWidth(text: string): number {
    measuring ??= document.createElement("canvas").getContext("2d");
    if (measuring) measuring.font = "11px system-ui, sans-serif";
    return (measuring?.measureText(text).width ?? text.length * 7) + 2;
  }

  onMount(() => {
    if (!canvas) return;
    const watch = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      setSize({ width, height });
    });
    watch.observe(canvas);
    onCleanup(() => watch.disconnect());
  });
  createEffect(on([plot, size, () => props.theme], () => paint()));

  function paint(): void {
    const context = canvas?.getContext("2d");
    const { width, height } = size();
    if (!canvas || !context || width === 0) return;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { x, y, verdicts } = plot();
    for (const kind of ["neither", "down", "up"] as const) {
      const swatch = swatches[kind];
      context.fillStyle = swatch ? getComputedStyle(swatch).color : "gray";
      context.globalAlpha = kind === "neither" ? 0.5 : 0.85;
      context.beginPath();
      const radius = RADIUS[kind];
      for (let at = 0; at < x.length; at++) {
        const [px, py] = [x[at] as number, y[at] as number];
        if (verdicts[at] !== kind || Number.isNaN(px)) continue;
        context.moveTo(px + radius, py);
        context.arc(px, py, radius, 0, 2 * Math.PI);
      }
      context.fill();
    }
  }

  const under = (event: MouseEvent) => nearest(plot(), event.offsetX, event.offsetY, REACH);
  function onKeyDown(event: KeyboardEvent): void {
    const all = steps();
    const now = all.indexOf(props.picked);
    const { up, down } = plot().found;
    const moves: Readonly<Record<string, () => number | undefined>> = {
      ArrowRight: () => all[Math.min(all.length - 1, now + 1)],
      ArrowLeft: () => all[now < 0 ? all.length - 1 : Math.max(0, now - 1)],
      Home: () => down[0] ?? all[0],
      End: () => up[0] ?? all.at(-1),
    };
    const to = Object.hasOwn(moves, event.key) ? moves[event.key]?.() : undefined;
    if (to !== undefined) props.onPick(to);
    else if (event.key === "Enter" && props.picked >= 0) props.onGene(props.picked);
    else if (event.key === "Escape" && props.picked >= 0) props.onPick(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const told = () => {
    const one = row();
    const { names, fold, adjusted, inA, inB } = props.genes;
    return one < 0 || one >= names.length
      ? undefined
      : {
          name: names[one] as string,
          rest: `log2FC ${foldText(fold[one] as number)}, adjusted p ${pText(adjusted[one] as number)}, in ${shareText(
            inA[one] as number,
          )} and ${shareText(inB[one] as number)} of cells`,
        };
  };

  return (
    <figure class="volcano">
      <div class="volcano-plot">
        <canvas
          ref={(element) => {
            canvas = element;
          }}
          tabindex="0"
          role="img"
          aria-label={`Volcano plot. ${summary(props.genes, props.thresholds, props.a, props.b)} Arrow keys go from gene to gene, Enter colours by it.`}
          onPointerMove={(event) => setHovered(under(event))}
          onPointerLeave={() => setHovered(-1)}
          onClick={(event) => {
            const one = under(event);
            props.onPick(one);
            if (one >= 0) props.onGene(one);
          }}
          onKeyDown={onKeyDown}
        />
        <svg class="volcano-text" aria-hidden="true">
          <Show when={size().width > 0}>
            <line
              class="volcano-axis"
              x1={plot().box.left}
              x2={plot().box.right}
              y1={plot().box.bottom + 0.5}
              y2={plot().box.bottom + 0.5}
            />
            <For each={plot().across}>
              {(tick) => (
                <text x={tick.at} y={plot().box.bottom + 13} text-anchor="middle">
                  {tick.text}
                </text>
              )}
            </For>
            <For each={plot().up}>
              {(tick) => (
                <text x={plot().box.left - 6} y={tick.at + 4} text-anchor="end">
                  {tick.text}
                </text>
              )}
            </For>
            <Show when={plot().zero}>
              {(zero) => (
                <text x={plot().box.left - 6} y={zero() + 4} text-anchor="end">
                  p = 0
                </text>
              )}
            </Show>
            <For each={plot().folds}>
              {(at) => <line class="volcano-line" x1={at} x2={at} y1={plot().box.top} y2={plot().box.bottom} />}
            </For>
            <Show when={plot().level}>
              {(level) => (
                <line class="volcano-line" x1={plot().box.left} x2={plot().box.right} y1={level()} y2={level()} />
              )}
            </Show>
            <text x={(plot().box.left + plot().box.right) / 2} y={plot().box.bottom + 28} text-anchor="middle">
              log2 fold change
            </text>
            <text
              class="volcano-name"
              transform={`translate(11 ${(plot().box.top + plot().box.bottom) / 2}) rotate(-90)`}
              text-anchor="middle"
            >
              −log10 adjusted p
            </text>
            <For each={labels()}>
              {(label) => (
                <text class="volcano-label" x={label.left} y={label.middle + 4}>
                  {short(label.row)}
                </text>
              )}
            </For>
            <Show when={there(row())}>
              <circle class="volcano-picked" cx={plot().x[row()]} cy={plot().y[row()]} r="5" />
            </Show>
          </Show>
        </svg>
      </div>
      <p class="volcano-told" role="status">
        <Show when={told()} fallback="Click a gene to colour the cells by it.">
          {(now) => (
            <>
              <bdi>{now().name}</bdi> {now().rest}
            </>
          )}
        </Show>
      </p>
      <figcaption class="volcano-key">
        <Swatch kind="up" swatches={swatches} text={`${count(plot().found.up.length)} higher in`} name={props.a} />
        <Swatch kind="down" swatches={swatches} text={`${count(plot().found.down.length)} higher in`} name={props.b} />
        <Swatch
          kind="neither"
          swatches={swatches}
          text={`${count(props.genes.names.length - plot().found.up.length - plot().found.down.length)} other`}
        />
        <Show when={plot().beyond > 0}>
          <span>{count(plot().beyond)} beyond the edges stand at them.</span>
        </Show>
        <Show when={plot().without > 0}>
          <span>{count(plot().without)} without a value are not drawn.</span>
        </Show>
      </figcaption>
    </figure>
  );
}

interface SwatchProps {
  readonly kind: Verdict;
  /// The colours of the canvas are read off here.
  readonly swatches: Partial<Record<Verdict, HTMLElement>>;
  readonly text: string;
  readonly name?: string;
}

function Swatch(props: SwatchProps): JSX.Element {
  return (
    <span class="volcano-entry">
      <span
        class={`volcano-swatch volcano-${props.kind}`}
        ref={(element) => {
          props.swatches[props.kind] = element;
        }}
      />
      <span>{props.text}</span>
      <Show when={props.name}>
        <bdi title={props.name}>{props.name}</bdi>
      </Show>
    </span>
  );
}
