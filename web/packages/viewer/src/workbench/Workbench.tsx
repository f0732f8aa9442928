/// The whole viewer: a bar, the picture, and one panel beside it. What it shows is the model; what it is told from
/// outside comes through `Hands`; what it can do is the table of commands. Made for a window, an output of 480 pixels,
/// and a phone.

import {
  BrushIcon,
  Button,
  CloseIcon,
  HandIcon,
  HomeIcon,
  IconButton,
  LassoIcon,
  MenuButton,
  type MenuItem,
  MoreIcon,
  PanelIcon,
  PlusIcon,
  RectangleIcon,
  RedoIcon,
  SearchIcon,
  Select,
  Tabs,
  TargetIcon,
  UndoIcon,
} from "@fumehood/ui";
import { createMemo, createSignal, type JSX, onMount, Show } from "solid-js";
import { Comparisons, type Compute } from "../compare/comparisons";
import { whenGraph } from "../edges/grow";
import type { Keep } from "../keeping/Keep";
import { type Said, unitOf } from "../lengths/units";
import type { Model, Shown } from "../model/model";
import { ColourPanel } from "../panels/ColourPanel";
import { ComparePanel } from "../panels/ComparePanel";
import { FilterPanel } from "../panels/FilterPanel";
import { GroupPanel, type Pasted } from "../panels/GroupPanel";
import { PlotPanel } from "../panels/PlotPanel";
import type { Engine } from "../points/engine";
import type { Names } from "../search/names";
import type { Joining } from "../select/sets";
import { Several } from "../several/Several";
import type { Tool } from "../stage/gesture";
import { Stage } from "../stage/Stage";
import { BRUSH } from "../state/bounds";
import { TipFields } from "../tips/TipFields";
import { told } from "../tips/told";
import { Tour } from "../tour/Tour";
import { wanted } from "../tour/tour";
import { ViewsPanel } from "../views/ViewsPanel";
import { count } from "../words/numbers";
import { type CellAt, CellMenu } from "./CellMenu";
import {
  COMMANDS,
  type Command,
  type Desk,
  embed,
  filtersOff,
  fresh,
  type Place,
  type Sheet,
  usable,
} from "./commands";
import { Finder } from "./Finder";
import { KeysSheet } from "./KeysSheet";
import { commandOf, whereOf } from "./keys";
import { longPress, type Point } from "./longpress";
import { News, Spoken, Summary } from "./News";
import { scenery } from "./scenery";

export interface About {
  readonly name: string;
  readonly cells: number;
  readonly genes: number;
  readonly columns: readonly { readonly key: string; readonly kind: "category" | "continuous" }[];
  readonly embeddings: readonly (Said & { readonly dimensions: number })[];
}

/// What goes out of the viewer.
export interface Hands {
  readonly hover: (cell: number, shown: Shown) => void;
  readonly click: (cell: number, event: { readonly button: number; readonly how: Joining }) => void;
  /// The name of a cell; undefined while it is not known.
  readonly name: (cell: number) => string | undefined;
  readonly names: Pasted;
  readonly engine: (engine: Engine | undefined, trouble?: string) => void;
}

export interface WorkbenchProps {
  readonly model: Model;
  readonly about: About;
  readonly hands: Hands;
  readonly genes: Names | undefined;
  readonly onSearch: () => void;
  readonly compute: Compute;
  /// Python has let go: nothing more is heard.
  readonly frozen: boolean;
  readonly keep: Keep;
}

type Panel = "colour" | "filter" | "groups" | "views" | "plots" | "compare";
/// Those that may have more of the page.
const WIDE: ReadonlySet<Panel> = new Set(["plots", "compare"]);
const TOOLS = [
  { tool: "move", label: "Move", icon: HandIcon },
  { tool: "lasso", label: "Lasso", icon: LassoIcon },
  { tool: "rectangle", label: "Rectangle", icon: RectangleIcon },
  { tool: "brush", label: "Brush", icon: BrushIcon },
  { tool: "nearest", label: "Nearest", icon: TargetIcon },
] as const;
const PLACES: Readonly<Record<Place, string>> = {
  picture: ".stage canvas",
  panel: ".side [role=tab][aria-selected=true]",
  genes: ".gene-search input",
  group: ".group-new input",
};
const RECENT = 8;

export function Workbench(props: WorkbenchProps): JSX.Element {
  const { model } = props;
  const [tool, setTool] = createSignal<Tool>("move");
  const [panel, setPanel] = createSignal<Panel>("colour");
  const [open, setOpen] = createSignal(true);
  const [wide, setWide] = createSignal(false);
  const comparisons = new Comparisons(props.compute);
  const [trouble, setTrouble] = createSignal<string>();
  const [sheet, setSheet] = createSignal<Sheet>();
  const [said, setSaid] = createSignal("");
  const [outlined, setOutlined] = createSignal<string>();
  let root: HTMLDivElement | undefined;
  let place: HTMLDivElement | undefined;
  let pick: (at?: Point) => number = () => -1;
  const [menuAt, setMenuAt] = createSignal<CellAt>();
  const [tour, setTour] = createSignal(false);
  const shown = createMemo(() => model.active());
  const recent = createMemo<readonly string[]>((before) => {
    const by = shown()?.view().colour;
    return by?.by === "gene" ? [by.name, ...before.filter((one) => one !== by.name)].slice(0, RECENT) : before;
  }, []);
  const embedding = () => shown()?.view().embedding;
  const dimensions = () => props.about.embeddings.find((one) => one.key === embedding()?.key)?.dimensions ?? 2;
  const tip = (cell: number) => told(model, cell, props.hands.name(cell) ?? `cell ${cell}`);

  const grow = whenGraph(model);

  const desk: Desk<Panel> = {
    model,
    embeddings: props.about.embeddings,
    genes: props.about.genes,
    shown,
    tool,
    setTool,
    setPanel: (next) => {
      setPanel(next);
      setOpen(true);
    },
    open,
    setOpen,
    show: (next) => {
      if (next === "palette" || next === "several" || next === "tips") props.onSearch();
      if (next === "tour") setTour(true);
      else setSheet(next);
    },
    focus: (place) => {
      if (place === "genes") desk.setPanel("colour");
      if (place === "group") desk.setPanel("groups");
      root?.querySelector<HTMLElement>(PLACES[place])?.focus();
    },
    describe: () => {
      const cell = pick();
      setSaid(cell < 0 ? "No cell is near the middle of the picture." : tip(cell).replaceAll("\n", ", "));
    },
    menu: () => {
      const box = place?.getBoundingClientRect();
      if (box) setMenuAt({ cell: pick(), x: box.left + box.width / 2, y: box.top + box.height / 2 });
    },
    neighbours: (cells) => grow(1, "replace", cells),
    frozen: () => props.frozen,
    keep: props.keep,
  };
  const held = longPress((x, y) => {
    const box = place?.getBoundingClientRect();
    if (box === undefined) return;
    const cell = pick({ x: x - box.left, y: y - box.top });
    // What is open when the finger's event ends is closed by it.
    setTimeout(() => setMenuAt({ cell, x, y }));
  });
  const closeSheet = () => setSheet(undefined);
  const run = (command: Command | undefined) => {
    if (command !== undefined && usable(command, desk)) command.run(desk);
  };
  const act = (id: string) => run(COMMANDS.find((one) => one.id === id));
  const button = (id: string) => {
    const command = COMMANDS.find((one) => one.id === id);
    return { shortcut: command?.keys[0], onClick: () => run(command) };
  };
  const menu = (): MenuItem[] => {
    const shownHere = COMMANDS.filter((command) => command.menu && usable(command, desk));
    const groups = [...new Set(shownHere.map((command) => command.group))];
    return groups.flatMap((group) => [
      { heading: group },
      ...shownHere
        .filter((command) => command.group === group)
        .map((command) => ({
          label: command.title,
          shortcut: command.keys[0],
          checked: command.checked?.(desk),
          run: () => run(command),
        })),
      ...(group === "Picture" ? scenery(model) : []),
    ]);
  };
  onMount(() => {
    const width = root?.clientWidth ?? 0;
    if (wanted(width, () => globalThis.localStorage, navigator.webdriver)) setTour(true);
  });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the whole viewer, from whatever in it has the focus.
    <div
      class="workbench-place"
      data-shows={outlined()}
      ref={(element) => {
        root = element;
      }}
      onKeyDown={(event) => {
        const found = event.isComposing || event.defaultPrevented ? undefined : commandOf(event, whereOf(event));
        if (found === undefined || !usable(found, desk)) return;
        event.preventDefault();
        event.stopPropagation();
        run(found);
      }}
    >
      <div
        class="workbench"
        classList={{
          "workbench-closed": !open(),
          "workbench-wide": open() && wide() && WIDE.has(panel()),
        }}
      >
        <div class="bar" role="toolbar" aria-label="Viewer">
          <h1 class="bar-name" title={props.about.name}>
            <bdi>{props.about.name}</bdi>
          </h1>
          <span class="bar-count">
            {count(props.about.cells)} cells · {count(props.about.genes)} genes
          </span>
          <span class="panel-fill" />
          <Select
            label="Embedding"
            bare
            small
            value={embedding()?.key ?? ""}
            choices={props.about.embeddings.map((one) => ({ value: one.key, label: one.key }))}
            onChange={(key) => embed(desk, key)}
          />
          <Show when={dimensions() > 2}>
            <Button small aria-pressed={embedding()?.dimensions === 3} onClick={() => act("turn-3d")}>
              3D
            </Button>
          </Show>
          <IconButton
            small
            icon={UndoIcon}
            label="Undo"
            disabled={model.history().done.length === 0}
            {...button("undo")}
          />
          <IconButton
            small
            icon={RedoIcon}
            label="Redo"
            disabled={model.history().undone.length === 0}
            {...button("redo")}
          />
          <IconButton small icon={PlusIcon} label="Keep this view beside" {...button("beside")} />
          <Show when={model.shown().length > 1}>
            <IconButton small icon={CloseIcon} label="Close the active view" {...button("close-view")} />
          </Show>
          <IconButton small icon={SearchIcon} label="Find a command, a gene or a column" {...button("palette")} />
          <MenuButton small icon={MoreIcon} label="More" items={menu} />
          <IconButton
            small
            icon={PanelIcon}
            label={open() ? "Hide the panel" : "Show the panel"}
            pressed={open()}
            {...button("panel")}
          />
        </div>
        <div
          class="place"
          ref={(element) => {
            place = element;
          }}
          // Not on the tools above it.
          onPointerDown={(event) => event.composedPath()[0] instanceof HTMLCanvasElement && held.down(event)}
          onPointerMove={held.move}
          onPointerUp={held.up}
          onPointerCancel={held.cancel}
        >
          <Show
            when={trouble() === undefined}
            fallback={
              <p class="place-trouble">{trouble()} Try another browser, or one with its graphics switched on.</p>
            }
          >
            <Stage
              model={model}
              tool={props.frozen ? "move" : tool()}
              brush={BRUSH}
              onHover={props.hands.hover}
              onClick={(cell, event) => {
                if (event.button === 2) setMenuAt({ cell, ...held.last() });
                props.hands.click(cell, event);
              }}
              tip={tip}
              unit={(key) => unitOf(props.about.embeddings, model.parts.lengths(), key)}
              summary={<Summary model={model} shown={shown()} />}
              onPick={(ask) => {
                pick = ask;
              }}
              onEngine={(engine, why) => {
                setTrouble(why);
                props.hands.engine(engine, why);
              }}
            />
          </Show>
          <Show when={shown()?.filtered().left === 0 && (shown()?.view().filters.length ?? 0) > 0}>
            <div class="place-empty">
              <p>The filters leave no cell.</p>
              <Button onClick={() => filtersOff(desk)}>Switch the filters off</Button>
            </div>
          </Show>
          <div class="tools" role="toolbar" aria-label="Tools" aria-orientation="vertical">
            {TOOLS.map((one) => (
              <IconButton icon={one.icon} label={one.label} pressed={tool() === one.tool} {...button(one.tool)} />
            ))}
            <IconButton icon={HomeIcon} label="Show everything" {...button("home")} />
          </div>
          <News model={model} frozen={props.frozen} onKeep={() => desk.focus("group")} />
          <Show when={tour()}>
            <Tour onShow={setOutlined} onClose={() => setTour(false)} />
          </Show>
        </div>
        <Show when={open() ? shown() : undefined}>
          {(active) => (
            <aside class="side" aria-label="Panel">
              <Tabs
                label="Panels"
                value={panel()}
                tabs={[
                  {
                    value: "colour",
                    label: "Colour",
                    content: () => (
                      <ColourPanel
                        model={model}
                        shown={active()}
                        columns={props.about.columns}
                        genes={props.genes}
                        many={props.about.genes}
                        onSearch={props.onSearch}
                        recent={recent()}
                        onTips={() => desk.show("tips")}
                      />
                    ),
                  },
                  {
                    value: "filter",
                    label: "Filter",
                    content: () => <FilterPanel model={model} shown={active()} columns={props.about.columns} />,
                  },
                  {
                    value: "groups",
                    label: "Groups",
                    content: () => <GroupPanel model={model} onNames={props.hands.names} />,
                  },
                  {
                    value: "views",
                    label: "Views",
                    content: () => (
                      <ViewsPanel
                        model={model}
                        genes={props.about.genes}
                        embeddings={props.about.embeddings}
                        fresh={fresh}
                        onBeside={() => act("beside")}
                        onSeveral={() => desk.show("several")}
                      />
                    ),
                  },
                  {
                    value: "plots",
                    label: "Plots",
                    content: () => (
                      <PlotPanel
                        model={model}
                        shown={active()}
                        columns={props.about.columns}
                        genes={props.genes}
                        onSearch={props.onSearch}
                        name={props.about.name}
                        wide={wide()}
                        onWide={setWide}
                      />
                    ),
                  },
                  {
                    value: "compare",
                    label: "Compare",
                    content: () => (
                      <ComparePanel
                        model={model}
                        shown={active()}
                        columns={props.about.columns}
                        comparisons={comparisons}
                        wide={wide()}
                        onWide={setWide}
                        onLeave={() => desk.focus("picture")}
                      />
                    ),
                  },
                ]}
                onChange={setPanel}
              />
            </aside>
          )}
        </Show>
      </div>
      <Show when={menuAt()}>
        {(at) => (
          <CellMenu desk={desk} at={at()} name={props.hands.name(at().cell)} onClose={() => setMenuAt(undefined)} />
        )}
      </Show>
      <Spoken model={model} said={said()} />
      <Show when={sheet() === "palette"}>
        <Finder desk={desk} about={props.about} genes={props.genes} onClose={closeSheet} />
      </Show>
      <Show when={sheet() === "keys"}>
        <KeysSheet onClose={closeSheet} />
      </Show>
      <Show when={sheet() === "tips"}>
        <TipFields model={model} columns={props.about.columns} genes={props.genes} onClose={closeSheet} />
      </Show>
      <Show when={sheet() === "several"}>
        <Several model={model} genes={props.genes} fresh={() => fresh("view")} onClose={closeSheet} />
      </Show>
      {props.keep.dialogs()}
    </div>
  );
}
