import type { AnyEvent } from "@fumehood/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Blink } from "./blink.js";

const queued: AnyEvent = { type: "queued", time: 1, execution: "e1", cell: "a", source_hash: "", by: "" };
const started: AnyEvent = { type: "started", time: 1, execution: "e1" };
const busy: AnyEvent = { type: "kernel", status: "busy" };
const idle: AnyEvent = { type: "kernel", status: "idle" };
const dead: AnyEvent = { type: "kernel", status: "dead" };
const finished: AnyEvent = { type: "finished", time: 2, execution: "e1", status: "ok" };

describe("the beginning of a run", () => {
  let told: (readonly AnyEvent[])[];
  let blink: Blink;
  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    blink = new Blink((events) => told.push(events));
  });
  afterEach(() => vi.useRealTimers());

  test("is told with the end, in order, where that comes within a blink", () => {
    blink.happened([queued]);
    blink.happened([started, busy]);
    expect(told).toEqual([]);
    blink.happened([finished, idle]);
    expect(told).toEqual([[queued, started, busy, finished, idle]]);
    vi.advanceTimersByTime(1000);
    expect(told.length).toBe(1);
  });

  test("is told alone where the run takes longer, counted from its first event", () => {
    blink.happened([queued]);
    vi.advanceTimersByTime(30);
    blink.happened([started]);
    vi.advanceTimersByTime(10);
    expect(told).toEqual([[queued, started]]);
    blink.happened([finished]);
    expect(told).toEqual([[queued, started], [finished]]);
  });

  test("delays no other event: a kernel that died is told at once", () => {
    blink.happened([queued]);
    blink.happened([dead]);
    expect(told).toEqual([[queued, dead]]);
  });

  test("is forgotten where a snapshot takes its place", () => {
    blink.happened([queued, started]);
    blink.forget();
    vi.advanceTimersByTime(1000);
    blink.happened([finished]);
    expect(told).toEqual([[finished]]);
  });
});
