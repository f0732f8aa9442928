import { expect, it } from "vitest";
import { Track } from "./track.js";

const place = (top: number) => ({ top, left: 0 });

it("the place before a frame took the focus is the one before its scrolling", () => {
  const track = new Track();
  expect(track.back(10)).toEqual(place(0));
  track.scrolled(1000, place(856));
  track.scrolled(2390, place(0));
  expect(track.back(2400)).toEqual(place(856));
});

it("a frame that takes the focus again and again scrolls nothing at any time", () => {
  const track = new Track();
  track.scrolled(1000, place(856));
  for (const at of [2000, 3000, 4000]) {
    track.scrolled(at, place(0));
    expect(track.back(at + 10)).toEqual(place(856));
  }
  // Also where its scrolling came only behind the focus, and was undone there.
  expect(track.back(5000)).toEqual(place(856));
});

it("what the person scrolled to since then counts", () => {
  const track = new Track();
  track.scrolled(1000, place(856));
  track.scrolled(2000, place(0));
  track.back(2010);
  track.scrolled(3000, place(400));
  track.scrolled(4000, place(0));
  expect(track.back(4010)).toEqual(place(400));
});
