/// The place of a sealed frame in a cell: mounted when it comes near what is seen, given up when it is far and others
/// need the room, with its height kept. Everything that a frame says about itself stands below it, as text.

import { byteSize } from "@fumehood/ui/sizes";
import "./frames.css";
import type { GuestOutput } from "@fumehood/bridge";
import type { Origin } from "@fumehood/protocol";
import { batch, createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from "solid-js";
import type { Notebook } from "../notebook/types.js";
import { join } from "../paper/paper.js";
import { appearance } from "./appearance.js";
import { BlockedLines } from "./BlockedLines.jsx";
import { type Blocked, blocked } from "./blocked.js";
import { Budget } from "./budget.js";
import { LATE_MS, watchClicks } from "./clicks.js";
import { keyOf, tallyOf } from "./diagnostics.js";
import { ACTIVE_MS, clickedIn, guardFocus } from "./focus.js";
import { LiveFrame } from "./live.js";
import { watchNear } from "./near.js";
import { Offers, OffersNote } from "./Offers.jsx";
import { openLink } from "./opening.js";
import { permitted } from "./permitted.js";
import { counting, reportCount, sought, soughtAt } from "./sought.js";

/// Frames alive at once: what is near, and the most recently left.
export const ALIVE = 24;
const FIRST_HEIGHT = 96;
/// More than this is laid out only when somebody asks for it: it holds up every frame for seconds.
const HEAVY = 10_000_000;
/// Notes kept of what was blocked or failed.
const NOTES = 5;
const HEIGHTS = 2000;

const budget = new Budget<{ release(): void }>(ALIVE);
/// Heights of frames that are not alive, by room, cell and place.
const heights = new Map<string, number>();

export interface GuestFrameProps {
  readonly notebook: Notebook;
  /// Its cell, and which part of it this is: a height is remembered under both, and what it does wrong is counted.
  readonly cell: string;
  readonly part: string;
  /// For assistive technology.
  readonly title: string;
  readonly outputs: readonly GuestOutput[];
  /// Of the strictest of them: what the frame may reach.
  readonly origin: Origin;
}

export function GuestFrame(props: GuestFrameProps) {
  let host: HTMLDivElement | undefined;
  let live: LiveFrame | undefined;
  let unguard: (() => void) | undefined;
  let unwatch: (() => void) | undefined;
  /// When a click in it last opened a link.
  let opened = Number.NEGATIVE_INFINITY;
  const key = `${props.notebook.room}/${keyOf(props.cell, props.part)}`;
  const tally = tallyOf(props.cell, props.part);
  const [seen, setSeen] = createSignal(false);
  /// For paper, wherever it is.
  const [held, setHeld] = createSignal(false);
  const near = () => seen() || held();
  const [height, setHeight] = createSignal(heights.get(key) ?? FIRST_HEIGHT);
  const [settled, setSettled] = createSignal(false);
  const [stopped, setStopped] = createSignal("");
  const [asked, setAsked] = createSignal<URL | null>(null);
  const offers = new Offers();
  const [notes, setNotes] = createSignal<readonly string[]>([]);
  const [kept, setKept] = createSignal<readonly Blocked[]>([]);
  const [alive, setAlive] = createSignal(false);
  const [ready, setReady] = createSignal(false);
  const [wanted, setWanted] = createSignal(false);

  const levers = () => props.notebook.policy.levers(props.origin);
  const outputs = createMemo(() => props.outputs.map((one) => permitted(one, levers()?.plugins ?? [])), [], {
    equals: (a, b) => a.length === b.length && a.every((one, index) => one === b[index]),
  });
  const size = createMemo(() => outputs().reduce((sum, output) => sum + sizeOf(output), 0));
  const heavy = () => size() > HEAVY && !wanted();
  const note = (text: string) => setNotes((old) => (old.includes(text) || old.length >= NOTES ? old : [...old, text]));

  const tenant = { release: () => unmount() };
  /// The page of the frame that is alive, and for whose outputs it was made.
  let shown = "";
  let whose: Origin = "stranger";
  /// It has said how high it is.
  let measured = false;
  const unmount = () => {
    unguard?.();
    unguard = undefined;
    unwatch?.();
    unwatch = undefined;
    const old = live;
    live = undefined;
    old?.close();
    budget.gone(tenant);
    tally.alive(false);
    setReady(false);
    setAlive(false);
  };
  const mount = () => {
    const guest = props.notebook.policy.guest(props.origin);
    // While the daemon is gone, whoever listens where it was is no sealed page of ours. What is alive stays.
    if (!props.notebook.served()) return;
    if (!host || live || guest === "" || stopped() !== "" || heavy()) return;
    setNotes([]);
    setKept([]);
    setSettled(false);
    measured = false;
    shown = guest;
    whose = props.origin;
    const frame = new LiveFrame({
      host,
      guest,
      title: props.title,
      blobs: props.notebook.blobs(),
      height: height(),
      appearance: appearance(),
      outputs: outputs(),
      widgets: props.notebook.widgets,
      tally,
      onReady: () => {
        host?.classList.add("guest-ready");
        setReady(true);
      },
      onHeight: (value, rests) => {
        measured = true;
        heights.delete(key);
        heights.set(key, value);
        for (const oldest of heights.keys()) {
          if (heights.size <= HEIGHTS) break;
          heights.delete(oldest);
        }
        batch(() => {
          setHeight(value);
          setSettled(rests);
        });
      },
      onLink: (url) => {
        link = url;
        // For a frame that says nothing of a click.
        setTimeout(() => link === url && follow(true), 2 * LATE_MS);
      },
      onSave: (name, file) => {
        if (!levers()?.downloads) {
          note("Blocked: a file that this output offered to be saved");
          return;
        }
        const decide = (late: boolean) => {
          if (live !== frame) return;
          if (clickedIn(frame.element)) offers.clicked(name, file);
          else if (late) offers.ask(name, file);
          else setTimeout(decide, LATE_MS, true);
        };
        decide(false);
      },
      onFailed: (message) => note(`Not shown: ${message}`),
      onBlocked: (directive, host) => {
        const one = blocked(directive, host);
        setKept((old) =>
          old.length >= NOTES || old.some(({ what, host }) => what === one.what && host === one.host)
            ? old
            : [...old, one],
        );
      },
      onLeft: () => {
        if (document.activeElement !== frame.element) return;
        frame.element.blur();
        host?.closest<HTMLElement>("[tabindex]")?.focus({ preventScroll: true });
      },
      onEmptied: (reason) => {
        if (live !== frame) return;
        unmount();
        setStopped(reason);
      },
    });
    live = frame;
    let link: URL | null = null;
    const follow = (late: boolean) => {
      if (live !== frame || link === null) return;
      // One click opens one: the browser remembers it for a while, and a script of the frame could ask on.
      if (clickedIn(frame.element) && performance.now() - opened > ACTIVE_MS) {
        opened = performance.now();
        openLink(link);
      } else if (late) setAsked(link);
      else return;
      link = null;
    };
    unwatch = watchClicks(frame.element, follow);
    unguard = guardFocus(
      frame.element,
      () => tally.did("focused"),
      () => frame.stop("This output kept taking the keyboard and was stopped."),
    );
    tally.alive(true);
    setAlive(true);
    budget.near(tenant);
  };

  onMount(() => {
    if (!host) return;
    onCleanup(watchNear(host, setSeen));
    onCleanup(
      join({
        element: () => host,
        mount: () => setHeld(true),
        release: () => setHeld(false),
        shown: () => stopped() !== "" || heavy() || !props.notebook.served() || (ready() && measured),
      }),
    );
  });
  onCleanup(unmount);
  createEffect(() => {
    if (!near()) budget.far(tenant);
    else if (live) budget.near(tenant);
    else if (stopped() === "" && !heavy()) mount();
  });
  createEffect(on(appearance, (now) => live?.dress(now), { defer: true }));
  // Which of its matches is the current one.
  const current = createMemo(() => {
    const at = soughtAt();
    return at !== null && at.cell === props.cell && at.part === props.part ? at.nth : undefined;
  });
  createEffect(
    on([sought, ready, current, counting], ([text, shown, nth]) => {
      const frame = live;
      if (frame === undefined || !shown) return;
      void frame.find(text, nth).then((count) => {
        const from = Number(props.part);
        if (live !== frame || !Number.isInteger(from)) return;
        reportCount({ cell: props.cell, part: props.part, from, until: from + outputs().length, count }, text);
      });
    }),
  );
  createEffect(
    on(
      () => props.title,
      (now) => {
        if (live) live.element.title = now;
      },
    ),
  );
  // Another policy, or a daemon of another version: another sealed page. While none is known, what is alive stays. Outputs and
  // policy come together: a frame that was made for others never hears of outputs that may reach less than it does.
  createEffect(
    on(
      [outputs, () => props.notebook.policy.guest(props.origin), () => props.origin] as const,
      ([now, guest, origin]) => {
        if (live && (guest === "" ? origin === whose : guest === shown)) {
          live.show(now);
          return;
        }
        if (!live && guest === "") return;
        unmount();
        if (near()) mount();
      },
      { defer: true },
    ),
  );
  const again = () => {
    setStopped("");
    if (near()) mount();
  };

  return (
    <div class="guest-place" data-part={props.part}>
      <div
        ref={host}
        class="guest-host"
        classList={{ "guest-empty": !alive(), "guest-settled": settled() }}
        style={{ height: stopped() === "" && !heavy() ? `${height()}px` : "auto" }}
      />
      <Show when={near() && !alive() && !props.notebook.served() && stopped() === "" && !heavy()}>
        <p class="out-note">This output is shown when the connection is back.</p>
      </Show>
      <Show when={heavy()}>
        <p class="out-note">
          This output has {byteSize(size())}.{" "}
          <button type="button" class="out-button" onClick={() => setWanted(true)}>
            Show it
          </button>
        </p>
      </Show>
      <Show when={stopped() !== ""}>
        <p class="out-note">
          {stopped()}{" "}
          <button type="button" class="out-button" onClick={again}>
            Show again
          </button>
        </p>
      </Show>
      <Show when={asked()}>
        {(url) => (
          <p class="out-note" role="status">
            This output wants to open <bdi class="out-url">{url().href}</bdi>{" "}
            <button
              type="button"
              class="out-button"
              onClick={() => {
                openLink(url());
                setAsked(null);
              }}
            >
              Open
            </button>
            <button type="button" class="out-button" onClick={() => setAsked(null)}>
              Dismiss
            </button>
          </p>
        )}
      </Show>
      <OffersNote offers={offers} />
      <BlockedLines notebook={props.notebook} origin={props.origin} blocked={kept()} />
      <For each={notes()}>
        {(text) => (
          <p class="out-note">
            <bdi>{text}</bdi>
          </p>
        )}
      </For>
    </div>
  );
}

function sizeOf(output: GuestOutput): number {
  return Object.values(output.data).reduce(
    (sum, content) => sum + (typeof content === "string" ? content.length : content.size),
    output.text?.length ?? 0,
  );
}
