/// A frame in a few lines: content whose height may follow the frame's, and a page that gives what is asked for.

import { describe, expect, it } from "vitest";
import { FILLED, FIRST, type Heights, nextHeight } from "./height.js";

class Frame {
  #state: Heights = FIRST;
  #touched = true;
  height = 24;
  width = 800;
  readonly asked: number[] = [];

  constructor(
    private content: (height: number) => number,
    private readonly cap = Number.POSITIVE_INFINITY,
  ) {}

  /// Something in the document changes.
  change(content: (height: number) => number): void {
    this.content = content;
    this.#touched = true;
  }

  /// Measures and obeys until nothing changes any more, or for a long time.
  settle(rounds = 100): number {
    for (let round = 0; round < rounds; round++) {
      const measure = {
        content: this.content(this.height),
        width: this.width,
        height: this.height,
        touched: this.#touched,
      };
      this.#touched = false;
      const [state, ask] = nextHeight(this.#state, measure);
      this.#state = state;
      if (ask === null) return this.height;
      this.asked.push(ask);
      this.height = Math.min(ask, this.cap);
    }
    return this.height;
  }
}

describe("the height that is asked for", () => {
  it("is the content's, rounded up, and asked for once", () => {
    const frame = new Frame(() => 240.4);
    expect(frame.settle()).toBe(241);
    expect(frame.asked).toEqual([241]);
  });

  it("follows content that grows and shrinks", () => {
    const frame = new Frame(() => 100);
    frame.settle();
    frame.change(() => 300);
    expect(frame.settle()).toBe(300);
    frame.change(() => 50);
    expect(frame.settle()).toBe(50);
  });

  it("does not grow for ever with content as high as the frame and a little more", () => {
    const frame = new Frame((height) => height + 30);
    frame.settle();
    expect(frame.asked).toEqual([54, FILLED]);
  });

  it("does not grow for ever with content twice as high as the frame", () => {
    const frame = new Frame((height) => 2 * height + 10);
    frame.settle();
    expect(frame.asked.length).toBeLessThan(4);
  });

  it("still follows what such content adds or takes away itself", () => {
    const frame = new Frame((height) => height + 30);
    const before = frame.settle();
    frame.change((height) => height + 130);
    expect(frame.settle()).toBe(before + 100);
    frame.change((height) => height + 30);
    expect(frame.settle()).toBe(before);
  });

  it("does not chase a chart that redraws itself as high as the window and a margin", () => {
    const frame = new Frame((height) => height + 20);
    // Its redrawing changes the document each time.
    for (let round = 0; round < 200; round++) {
      frame.change((height) => height + 20);
      frame.settle(1);
    }
    expect(frame.height).toBeLessThan(1000);
  });

  it("keeps asking for all of a log that grows while the frame does", () => {
    const frame = new Frame(() => 0);
    for (let lines = 1; lines <= 10; lines++) {
      frame.change(() => lines * 20);
      frame.settle(1);
    }
    expect(frame.settle()).toBe(200);
  });

  it("measures anew when the width changes", () => {
    const frame = new Frame(() => 100);
    frame.settle();
    frame.width = 400;
    frame.change(() => 180);
    expect(frame.settle()).toBe(180);
  });

  it("asks once where the page gives less", () => {
    const frame = new Frame(() => 9000, 2000);
    frame.settle();
    expect(frame.asked).toEqual([9000]);
  });
});
