/// Which genes tell two groups of cells apart, and which mark each category of a column: what is asked, how far it is,
/// and every result of this page.

import {
  Banner,
  Button,
  EnlargeIcon,
  ExchangeIcon,
  IconButton,
  Progress,
  Select,
  Spinner,
  TrashIcon,
} from "@fumehood/ui";
import { createMemo, type JSX, Show } from "solid-js";
import { type Comparisons, METHODS, type Result } from "../compare/comparisons";
import { coded, obstacle, type Shared, type Side, sides } from "../compare/sides";
import type { Model, Shown } from "../model/model";
import { count } from "../words/numbers";
import "./compare/compare.css";
import { clock, Outcome } from "./compare/Outcome";
import { entriesOf, resolved, SidePicker, usualSide } from "./compare/SidePicker";

export interface ComparePanelProps {
  readonly model: Model;
  readonly shown: Shown;
  readonly columns: readonly { readonly key: string; readonly kind: "category" | "continuous" }[];
  readonly comparisons: Comparisons;
  /// The panel has more of the page.
  readonly wide: boolean;
  readonly onWide: (wide: boolean) => void;
  /// The keyboard goes back to the picture.
  readonly onLeave: () => void;
}

const MOST = [10, 25, 100] as const;
/// Of one column; more would take hours and be read by nobody.
const CATEGORIES = 500;

export function ComparePanel(props: ComparePanelProps): JSX.Element {
  const { comparisons } = props;
  const { setup } = comparisons;
  return (
    <div class="panel compare">
      <IconButton
        small
        class="compare-wide"
        icon={EnlargeIcon}
        label={props.wide ? "Narrower panel" : "Larger panel"}
        pressed={props.wide}
        onClick={() => props.onWide(!props.wide)}
      />
      <details class="compare-setup" open={setup().open}>
        {/* The state says it alone: the browser's own word comes late, and the next change would overrule it. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button of its own. */}
        <summary
          class="panel-head"
          onClick={(event) => {
            event.preventDefault();
            comparisons.change({ open: !setup().open });
          }}
        >
          New comparison
        </summary>
        <div class="compare-form">
          <fieldset class="compare-what" aria-label="What to find">
            <Button
              small
              tone={setup().what === "compare" ? "primary" : "plain"}
              aria-pressed={setup().what === "compare"}
              onClick={() => comparisons.change({ what: "compare" })}
            >
              Two groups
            </Button>
            <Button
              small
              tone={setup().what === "markers" ? "primary" : "plain"}
              aria-pressed={setup().what === "markers"}
              onClick={() => comparisons.change({ what: "markers" })}
            >
              Markers
            </Button>
          </fieldset>
          <Show when={setup().what === "compare"} fallback={<MarkersForm {...props} />}>
            <GroupsForm {...props} />
          </Show>
        </div>
      </details>
      <Show when={comparisons.running()}>
        {(now) => (
          <div class="compare-running">
            <p class="panel-note" role="status">
              <bdi>{now().title}</bdi>
            </p>
            <div class="panel-row">
              <Show when={now().total > 0} fallback={<Spinner label={now().what || "Beginning…"} />}>
                <Progress
                  label={`${now().what || "Comparing genes"}: ${count(now().done)} of ${count(now().total)}`}
                  value={now().done}
                  max={now().total}
                />
              </Show>
              <Button small onClick={() => comparisons.cancel()}>
                Cancel
              </Button>
            </div>
          </div>
        )}
      </Show>
      <Show when={comparisons.trouble()}>
        {(trouble) => (
          <Banner
            tone="danger"
            actions={
              <Button small onClick={() => comparisons.again()}>
                Try again
              </Button>
            }
            onDismiss={() => comparisons.dismiss()}
          >
            <bdi>{trouble()}</bdi>
          </Banner>
        )}
      </Show>
      <Show when={comparisons.shown()} keyed>
        {(result) => (
          <>
            <div class="panel-row">
              <Select
                label="Results"
                bare
                value={String(result.id)}
                choices={comparisons.results().map((one) => ({ value: String(one.id), label: titleOf(one) }))}
                onChange={(id) => comparisons.show(Number(id))}
              />
              <IconButton
                small
                icon={TrashIcon}
                label="Forget this result"
                onClick={() => comparisons.forget(result.id)}
              />
            </div>
            <Outcome
              model={props.model}
              shown={props.shown}
              comparisons={comparisons}
              result={result}
              onLeave={props.onLeave}
            />
          </>
        )}
      </Show>
    </div>
  );
}

function titleOf({ name, kind, rankings, when }: Result): string {
  const [first] = rankings;
  const sizes =
    kind === "markers" ? `${rankings.length} categories` : `${count(first?.cells ?? 0)} : ${count(first?.others ?? 0)}`;
  return `${clock(when)} ${name} (${sizes})`;
}

type FormProps = Omit<ComparePanelProps, "wide" | "onWide">;

function GroupsForm(props: FormProps): JSX.Element {
  const { model, comparisons } = props;
  const { setup } = comparisons;
  // What is coloured by, and not where the camera is: the cells of a side are not counted again while it moves.
  const colour = createMemo(() => props.shown.view().colour);
  const a = createMemo<Side>(() => setup().a ?? usualSide(model, colour()));
  const first = createMemo(() => resolved(model, a()));
  const second = createMemo(() => resolved(model, setup().b));
  const found = createMemo(() => sides(first(), second(), model.cells, setup().shared));
  const why = () => obstacle(found(), a(), setup().b);

  function begin(): void {
    const both = found();
    if (both === undefined || why() !== undefined) return;
    const question = { kind: "compare", a: both.a.cells, b: both.b.cells, method: setup().method } as const;
    void comparisons.begin(question, both.a.name, both.b.name);
  }

  return (
    <>
      <SidePicker
        label="Group A"
        model={model}
        columns={props.columns}
        side={a()}
        onSide={(side) => comparisons.change({ a: side })}
      />
      <SidePicker
        label="Group B"
        model={model}
        columns={props.columns}
        side={setup().b}
        onSide={(side) => comparisons.change({ b: side })}
      />
      <div class="panel-row">
        <p class="panel-note" role="status">
          <Show when={found()} fallback="…">
            {(both) => (
              <>
                {count(both().a.cells.length)} cells in A, {count(both().b.cells.length)} in B
                <Show when={both().both > 0}>; {count(both().both)} are in both</Show>.
              </>
            )}
          </Show>
        </p>
        <span class="panel-fill" />
        <IconButton
          small
          icon={ExchangeIcon}
          label="Exchange A and B"
          onClick={() => comparisons.change({ a: setup().b, b: a() })}
        />
      </div>
      <Show when={(found()?.both ?? 0) > 0}>
        <Select
          label="Cells in both"
          value={setup().shared}
          choices={[
            { value: "neither", label: "count in neither" },
            { value: "a", label: "count in A" },
            { value: "b", label: "count in B" },
          ]}
          onChange={(shared: Shared) => comparisons.change({ shared })}
        />
      </Show>
      <MethodChoice comparisons={comparisons} />
      <Show when={why()}>
        <p class="panel-note">{why()}</p>
      </Show>
      <Button tone="primary" disabled={found() === undefined || why() !== undefined} onClick={begin}>
        Compare
      </Button>
    </>
  );
}

function MarkersForm(props: FormProps): JSX.Element {
  const { model, comparisons } = props;
  const { setup } = comparisons;
  const keys = () => props.columns.filter((column) => column.kind === "category").map((column) => column.key);
  const colour = createMemo(() => props.shown.view().colour);
  const column = createMemo(() => {
    const by = colour();
    const usual = by.by === "column" && keys().includes(by.key) ? by.key : keys()[0];
    return setup().column ?? usual ?? "";
  });
  const entries = createMemo(() => entriesOf(model, column() || undefined).filter((entry) => entry.count > 0));

  function begin(): void {
    const key = column();
    const codes = model.shelf.column(key);
    if (codes?.kind !== "categories") return;
    const overlay = model.overlay(key);
    // Their names and which count as one another are the person's; Python knows those of the column alone.
    const own = Object.keys(overlay.names).length + Object.keys(overlay.merged).length > 0;
    const groups = own
      ? entries().map(({ name, code, merged }) => ({ name, cells: coded(codes.codes, [code, ...merged]) }))
      : undefined;
    const { most, method } = setup();
    void comparisons.begin({ kind: "markers", column: key, most, method, ...(groups && { groups }) }, key, "");
  }

  return (
    <Show when={keys().length > 0} fallback={<p class="panel-note">This dataset has no column of categories.</p>}>
      <Select
        label="Column"
        value={column()}
        choices={keys().map((key) => ({ value: key, label: key }))}
        onChange={(key) => comparisons.change({ column: key })}
      />
      <Select
        label="Genes of each category"
        value={String(setup().most)}
        choices={MOST.map((most) => ({ value: String(most), label: String(most) }))}
        onChange={(most) => comparisons.change({ most: Number(most) })}
      />
      <MethodChoice comparisons={comparisons} />
      <p class="panel-note" role="status">
        <Show
          when={entries().length <= CATEGORIES}
          fallback={`${count(entries().length)} categories are more than can be compared at once.`}
        >
          {count(entries().length)} categories, each against all other cells.
        </Show>
      </p>
      <Button tone="primary" disabled={entries().length < 2 || entries().length > CATEGORIES} onClick={begin}>
        Find markers
      </Button>
    </Show>
  );
}

function MethodChoice(props: { readonly comparisons: Comparisons }): JSX.Element {
  return (
    <Select
      label="Test"
      value={props.comparisons.setup().method}
      choices={METHODS}
      onChange={(method) => props.comparisons.change({ method })}
    />
  );
}
