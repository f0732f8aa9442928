/// How long a slider takes there and back. The time is told, not judged: the machine is whatever it is.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotebookPage } from "../notebook";
import { inOneBrowser } from "../stage";
import { WidgetFrame } from "./frame";

const ROUNDS = 100;

const SLIDER = [
  "import ipywidgets as w",
  "s, l = w.IntSlider(value=0, max=1000, description='Number'), w.Label('at 0')",
  "s.observe(lambda change: setattr(l, 'value', f'at {change.new}'), 'value')",
  "display(s, l)",
].join("\n");

inOneBrowser("a slider's round trip", (stage) => {
  test("every step comes back from Python, and a fast hand is never behind", async () => {
    const path = stage.world.notebook("speed.ipynb", [SLIDER]);
    const notebook = await NotebookPage.open(stage.world, stage.browser, path);
    await notebook.run("cell-0");
    const frame = await WidgetFrame.of(notebook, "cell-0", "at 0");
    // One step at a time: from the key to the label that Python wrote.
    const trips = await frame.evaluate(async (rounds: number) => {
      const handle = document.querySelector(".noUi-handle");
      const label = () =>
        [...document.querySelectorAll(".widget-label")].find((one) => /^at/.test(one.textContent ?? ""));
      const found: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        const began = performance.now();
        handle?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        while (label()?.textContent !== `at ${round}`) await new Promise((done) => requestAnimationFrame(done));
        found.push(performance.now() - began);
      }
      return found;
    }, ROUNDS);
    expect(trips).toHaveLength(ROUNDS);
    // A drag: as many steps as there are frames, whatever Python makes of them; the last one counts.
    const last = await frame.evaluate(async (rounds: number) => {
      const handle = document.querySelector(".noUi-handle");
      for (let round = 0; round < rounds; round++) {
        handle?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        await new Promise((done) => requestAnimationFrame(done));
      }
      return document.querySelector(".widget-readout")?.textContent ?? "";
    }, ROUNDS);
    expect(last).toBe(String(2 * ROUNDS));
    await frame.says(`at ${2 * ROUNDS}`);
    expect(await frame.text(".widget-readout")).toBe(last);
    const sorted = trips.toSorted((a, b) => a - b);
    const at = (part: number) => Math.round(sorted[Math.floor(part * (ROUNDS - 1))] ?? 0);
    const told = { rounds: ROUNDS, p50: at(0.5), p95: at(0.95), longest: at(1) };
    if (process.env.HOOD_TIMES !== undefined) {
      mkdirSync(process.env.HOOD_TIMES, { recursive: true });
      writeFileSync(join(process.env.HOOD_TIMES, "slider.json"), JSON.stringify(told));
    }
  });
});
