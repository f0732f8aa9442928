/// A plot in the page: its shapes as SVG, what the pointer or the arrow keys are on, its notes, its numbers as a table,
/// and all that as files.

import { Button, CopyIcon, DownloadIcon } from "@fumehood/ui";
import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import { FONT } from "../../figure/ink";
import { outgoing } from "../../keeping/outgoing";
import { csv } from "../../plots/csv";
import { type Drawing, type Ink, itemAt, type Measure, type Shape, TEXT } from "../../plots/drawing";
import { paper } from "../../plots/paper";
import { raster } from "../../plots/raster";
import { fileName } from "../../words/files";

export interface DrawnProps {
  readonly label: string;
  /// Undefined while there is nothing to draw.
  readonly draw: ((width: number, measure: Measure, dark: boolean) => Drawing) | undefined;
  readonly busy: boolean;
  /// Why there is none; "": nothing is amiss.
  readonly trouble: string;
  readonly dark: boolean;
  /// What it is called as a file.
  readonly name: readonly string[];
  /// false: they are told elsewhere.
  readonly numbers?: boolean;
  readonly provenance: () => Readonly<Record<string, unknown>>;
}

/// Rows of the table that are in the page; a file has all.
const ROWS = 300;
/// Of a file: as wide as a column of a paper and a half.
const PAPER = 480;

export function Drawn(props: DrawnProps): JSX.Element {
  const [width, setWidth] = createSignal(0);
  const [font, setFont] = createSignal("system-ui, sans-serif");
  const [active, setActive] = createSignal(-1);
  const out = outgoing(`Text of ${props.label}`);
  let frame: HTMLElement | undefined;
  let picture: SVGSVGElement | undefined;
  onMount(() => {
    if (!frame) return;
    setFont(getComputedStyle(frame).fontFamily);
    const watch = new ResizeObserver(() => setWidth(Math.floor(picture?.parentElement?.clientWidth ?? 0)));
    watch.observe(frame);
    onCleanup(() => watch.disconnect());
  });
  const measure = createMemo(() => measureIn(font()));
  const drawing = createMemo(() => {
    const draw = props.draw;
    setActive(-1);
    return draw && width() > 80 ? draw(width(), measure(), props.dark) : undefined;
  });
  const item = () => drawing()?.items[active()];
  /// Nothing is drawn where there is no cell: an axis alone says nothing.
  const full = () => {
    const found = drawing();
    return found !== undefined && found.items.length > 0 ? found : undefined;
  };

  function onPointer(event: PointerEvent): void {
    const found = drawing();
    if (!found || !picture) return;
    const box = picture.getBoundingClientRect();
    setActive(itemAt(found.items, event.clientX - box.left, event.clientY - box.top));
  }
  function onKeyDown(event: KeyboardEvent): void {
    const last = (drawing()?.items.length ?? 0) - 1;
    const now = active();
    const places: Readonly<Record<string, number>> = {
      ArrowRight: Math.min(last, now + 1),
      ArrowDown: Math.min(last, now + 1),
      ArrowLeft: Math.max(0, now - 1),
      ArrowUp: Math.max(0, now - 1),
      Home: 0,
      End: last,
      Escape: -1,
    };
    const to = places[event.key];
    if (to === undefined || (event.key === "Escape" && now < 0)) return;
    event.preventDefault();
    event.stopPropagation();
    setActive(to);
  }
  const onPaper = () => props.draw?.(PAPER, measureIn(FONT), false);
  function save(): void {
    const drawn = onPaper();
    if (drawn) out.save(paper(drawn, props.provenance()), fileName(props.name, "svg"), "image/svg+xml;charset=utf-8");
  }
  async function savePng(): Promise<void> {
    const drawn = onPaper();
    if (drawn) await out.picture(await raster(drawn, props.provenance()), fileName(props.name, "png"));
  }
  function take(hand: (text: string) => void): void {
    const table = drawing()?.table;
    if (table) hand(csv(table));
  }

  return (
    <figure
      class="plot"
      aria-label={props.label}
      aria-busy={props.busy}
      ref={(element) => {
        frame = element;
      }}
    >
      <div class="plot-frame" classList={{ "plot-busy": props.busy }}>
        <svg
          class="plot-picture"
          classList={{ "plot-empty": drawing() !== undefined && full() === undefined }}
          role="img"
          tabindex="0"
          aria-label={drawing()?.summary ?? "The plot is on its way."}
          width={drawing()?.width ?? 0}
          height={drawing()?.height ?? 80}
          font-family={font()}
          font-size={String(TEXT)}
          ref={(element) => {
            picture = element;
          }}
          onPointerMove={onPointer}
          onPointerDown={onPointer}
          // A finger that is lifted leaves, too, and has not read yet.
          onPointerLeave={(event) => event.pointerType !== "touch" && setActive(-1)}
          onKeyDown={onKeyDown}
        >
          <For each={drawing()?.shapes}>{(shape) => <Piece shape={shape} />}</For>
          <Show when={item()}>
            {(here) => (
              <rect
                class="plot-active"
                x={here().x}
                y={here().y}
                width={Math.max(1, here().width)}
                height={here().height}
              />
            )}
          </Show>
        </svg>
      </div>
      <Show when={props.trouble !== ""}>
        <p class="plot-trouble" role="alert">
          This could not be computed: {props.trouble}
        </p>
      </Show>
      <p class="plot-said" role="status">
        <Show when={item()} fallback={<span class="plot-hint">{props.busy ? "Computing…" : hintOf(drawing())}</span>}>
          {(here) => <bdi>{here().told}</bdi>}
        </Show>
      </p>
      <Show when={drawing()}>
        {(found) => (
          <figcaption class="panel-note">
            <bdi>{found().caption}</bdi>
            <For each={found().notes}>{(note) => <span class="plot-note">{note}</span>}</For>
          </figcaption>
        )}
      </Show>
      <Show when={full()}>
        {(found) => (
          <>
            <div class="panel-row">
              <Button small icon={DownloadIcon} onClick={save}>
                SVG
              </Button>
              <Button small icon={DownloadIcon} onClick={() => void savePng()}>
                PNG
              </Button>
              <Button
                small
                icon={DownloadIcon}
                onClick={() => take((text) => out.save(text, fileName(props.name, "csv")))}
              >
                CSV
              </Button>
              <Button small icon={CopyIcon} onClick={() => take((text) => void out.copy(text))}>
                Copy
              </Button>
            </div>
            {out.view()}
            <Show when={props.numbers !== false}>
              <Numbers drawing={found()} label={props.label} />
            </Show>
          </>
        )}
      </Show>
    </figure>
  );
}

function hintOf(drawing: Drawing | undefined): string {
  return drawing && drawing.items.length > 0 ? "Point at it or use arrow keys." : "";
}

function Numbers(props: { readonly drawing: Drawing; readonly label: string }): JSX.Element {
  const rows = () => props.drawing.table.rows.slice(0, ROWS);
  return (
    <details class="panel-more">
      <summary>Numbers</summary>
      <section class="plot-numbers" tabindex="0" aria-label={`Numbers of ${props.label}`}>
        <table>
          <thead>
            <tr>
              <For each={props.drawing.table.columns}>
                {(name) => (
                  <th scope="col">
                    <bdi>{name}</bdi>
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <For each={row}>
                    {(cell) =>
                      typeof cell === "string" ? (
                        <td>
                          <bdi>{cell}</bdi>
                        </td>
                      ) : (
                        <td class="plot-number">{cell}</td>
                      )
                    }
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
      <Show when={props.drawing.table.rows.length > ROWS}>
        <p class="panel-note">The CSV has all {props.drawing.table.rows.length} rows.</p>
      </Show>
    </details>
  );
}

function Piece(props: { readonly shape: Shape }): JSX.Element {
  const { shape } = props;
  if (shape.kind === "area") {
    return <path d={shape.path} fill={paint(shape.ink)} fill-opacity={shape.opacity ?? 1} stroke={paint(shape.edge)} />;
  }
  if (shape.kind === "line")
    return <path d={shape.path} fill="none" stroke={paint(shape.ink)} stroke-width={shape.width} />;
  return (
    <text
      x={shape.x}
      y={shape.y}
      text-anchor={shape.anchor}
      fill={paint(shape.ink)}
      transform={shape.turned ? `rotate(-90 ${shape.x} ${shape.y})` : undefined}
    >
      <Show when={shape.whole !== undefined && shape.whole !== shape.text}>
        <title>{shape.whole}</title>
      </Show>
      {shape.text}
    </text>
  );
}

const INKS = { fg: "var(--fg)", muted: "var(--fg-muted)", line: "var(--border)", bg: "var(--bg)" } as const;

function paint(ink: Ink | undefined): string {
  if (ink === undefined) return "none";
  return ink.startsWith("#") ? ink : INKS[ink as keyof typeof INKS];
}

const measures = new Map<string, Measure>();

function measureIn(font: string): Measure {
  let found = measures.get(font);
  if (found === undefined) {
    const context = document.createElement("canvas").getContext("2d");
    if (context) context.font = `${TEXT}px ${font}`;
    found = (text) => context?.measureText(text).width ?? text.length * TEXT * 0.6;
    measures.set(font, found);
  }
  return found;
}
