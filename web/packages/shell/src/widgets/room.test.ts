import type { AnyEvent } from "@fumehood/protocol";
import { expect, test } from "vitest";
import type { Wire } from "../wire/wire.js";
import { RoomWidgets, TURN } from "./room.js";

function said(content: number): AnyEvent {
  return { type: "comm_msg", comm: "one", data: { method: "custom", content } };
}

/// A page whose listeners take a millisecond for each message.
function page() {
  let clock = 0;
  const waiting: (() => void)[] = [];
  const turns = { now: () => clock, later: (run: () => void) => waiting.push(run) };
  const widgets = new RoomWidgets({} as Wire, () => "room", turns);
  const heard: unknown[] = [];
  widgets.onTold((_comm, content) => {
    heard.push(content);
    clock += 1;
    return content !== "for nobody";
  });
  const turn = () => {
    const before = heard.length;
    waiting.shift()?.();
    return heard.length - before;
  };
  return { widgets, heard, waiting, turn };
}

test("a message is passed on at once", () => {
  const { widgets, heard, waiting, turn } = page();
  widgets.happened(said(1));
  expect(heard).toEqual([1]);
  widgets.happened(said(2));
  expect(heard).toEqual([1, 2]);
  expect(turn()).toBe(0);
  expect(waiting).toEqual([]);
});

test("of many that come in one task of the browser, it passes on a few; the others in turns, in order, with later ones behind them", () => {
  const { widgets, heard, waiting, turn } = page();
  for (let number = 0; number < 100; number++) widgets.happened(said(number));
  expect(heard.length).toBe(TURN);
  expect(turn()).toBe(TURN);
  widgets.happened(said(100));
  expect(heard.length).toBe(2 * TURN);
  while (waiting.length > 0) {
    expect(waiting.length).toBe(1);
    expect(turn()).toBeLessThanOrEqual(TURN);
  }
  expect(heard).toEqual(Array.from({ length: 101 }, (_, number) => number));
});

test("what no frame took is kept for the first that shows its widget, in order", () => {
  const { widgets } = page();
  for (const content of ["for nobody", 2, "for nobody"])
    widgets.happened({ type: "comm_msg", comm: "one", data: { method: "custom", content } });
  expect(widgets.unheard("other")).toEqual([]);
  expect(widgets.unheard("one").map(({ content }) => content)).toEqual(["for nobody", "for nobody"]);
  expect(widgets.unheard("one")).toEqual([]);
});

test("nothing is passed on or kept after the end", () => {
  const { widgets, heard, waiting, turn } = page();
  for (let number = 0; number < 100; number++) widgets.happened(said(number));
  widgets.close();
  expect(turn()).toBe(0);
  widgets.happened(said(100));
  expect(waiting).toEqual([]);
  expect([heard.length, widgets.unheard("one")]).toEqual([TURN, []]);
});
