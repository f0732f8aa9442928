/// What moves on the picture, and what is drawn between its points, counted at the GPU: of 700 cells that have a graph of
/// neighbours and an embedding of three dimensions.

import { expect } from "vitest";
import { until } from "../page";
import type { ViewerFrame } from "./picture";

interface Counted {
  /// Calls that send bytes to the GPU.
  sent: number;
  points: number;
  lines: number;
}

/// All cells must be shown, and nothing selected.
export async function moved(viewer: ViewerFrame): Promise<void> {
  // What was done before it has sent what it sends.
  await viewer.drawn();
  await counts(viewer);
  const before = await counted(viewer);
  await viewer.choose("Embedding", "X_pca");
  await until("the other places are there", async () => (await counted(viewer)).sent > before.sent);
  await rests(viewer);
  await viewer.press("3D");
  await until("those in space are there", async () => (await counted(viewer)).sent > before.sent + 1);
  await rests(viewer);
  // The places of either, once, however many frames there were.
  const after = await counted(viewer);
  expect(after.sent - before.sent).toBe(2);
  expect(after.points - before.points).toBeGreaterThan(4);

  await viewer.press("More");
  await viewer.press("Edges between neighbours");
  await until("edges are drawn", async () => (await counted(viewer)).lines > 0);
  await viewer.press("More");
  await viewer.press("Edges between neighbours");

  await viewer.select([0.3, 0.3], [0.55, 0.55]);
  const few = selected((await viewer.shows("some of them selected", ({ status }) => selected(status) > 0)).status);
  await viewer.press("Groups");
  await viewer.press("Grow by neighbours");
  await viewer.shows("their neighbours selected", ({ status }) => selected(status) > few);
  await viewer.press("Clear the selection");
  await viewer.press("Move");

  await viewer.frame.evaluate(async () => {
    const host = (globalThis as { viewerHost?: HTMLElement | null }).viewerHost;
    const gl = (host?.shadowRoot ?? host)?.querySelector("canvas")?.getContext("webgl2");
    const lose = gl?.getExtension("WEBGL_lose_context");
    lose?.loseContext();
    await new Promise((done) => setTimeout(done, 100));
    lose?.restoreContext();
  });
  await viewer.shows("its colours after the context was taken away", ({ colors }) => Object.keys(colors).length > 3);
  await viewer.choose("Embedding", "X_umap");
  await rests(viewer);
}

function selected(status: string): number {
  return Number(/([\d,]+) selected/.exec(status)?.[1]?.replaceAll(",", "") ?? 0);
}

async function rests(viewer: ViewerFrame): Promise<void> {
  await until("the picture rests", async () => (await viewer.elements(".stage-switching")) === 0);
}

function counted(viewer: ViewerFrame): Promise<Counted> {
  return viewer.frame.evaluate(() => (globalThis as unknown as { counted: Counted }).counted);
}

async function counts(viewer: ViewerFrame): Promise<void> {
  await viewer.frame.evaluate(() => {
    const counted: Counted = { sent: 0, points: 0, lines: 0 };
    (globalThis as unknown as { counted: Counted }).counted = counted;
    const count = (name: "bufferData" | "bufferSubData" | "drawArrays" | "drawElements", what: keyof Counted) => {
      const all = WebGL2RenderingContext.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
      const real = all[name];
      all[name] = function (this: unknown, ...given: unknown[]) {
        counted[what]++;
        return real?.apply(this, given);
      };
    };
    count("bufferData", "sent");
    count("bufferSubData", "sent");
    count("drawArrays", "points");
    count("drawElements", "lines");
  });
}
