import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Rest } from "./rest";

let frames: (FrameRequestCallback | undefined)[] = [];
const draw = () => {
  for (const frame of frames.splice(0)) frame?.(0);
};

beforeEach(() => {
  frames = [];
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", (number: number) => {
    frames[number - 1] = undefined;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function moved(whole: number) {
  const told: boolean[] = [];
  return { told, rest: new Rest(() => ({ moving: (moving) => told.push(moving), whole })) };
}

it("a picture rests in the frame after its last move's time", () => {
  const { told, rest } = moved(16);
  rest.stir();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([true]);
  draw();
  expect(told).toEqual([true, false]);
});

it("a hand whose next move waited behind a long frame has not rested", () => {
  const { told, rest } = moved(300);
  for (let move = 0; move < 20; move++) {
    rest.stir();
    // The timer is due within the long frame, and runs before the move that came meanwhile.
    vi.advanceTimersByTime(700);
  }
  rest.stir();
  draw();
  expect(told).not.toContain(false);
  vi.advanceTimersByTime(700);
  draw();
  expect(told.filter((moving) => !moving)).toEqual([false]);
});

it("nothing is told of a picture that is gone", () => {
  const { told, rest } = moved(16);
  rest.stir();
  vi.advanceTimersByTime(1000);
  rest.close();
  draw();
  expect(told).toEqual([true]);
});
