"""One page, one notebook: opened, typed into, run, flooded, weighed. Times are the page's own clock.

What a person sees is taken as painted in the task after the next animation frame. Must never assert a time.
"""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

from benchmarks.browser.sites import Site

CODE_CELL = 1
"""The first cell with code in the notebooks of `benchmarks.files`."""

IN_PAGE = """
(() => {
  // Frames are let alone.
  if (window !== window.top) return;
  %(script)s
})();
"""
_PROBE = """
const bench = { arrived: null, first: null, all: null, tasks: [], keys: [] };
window.__bench = bench;
const arrived = (at) => { bench.arrived ??= at; };
%(data)s
const painted = (then) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => then(performance.now());
  port2.postMessage(0);
});
bench.painted = painted;
const visible = (cell) => {
  const box = cell.getBoundingClientRect();
  return box.height > 0 && box.top < innerHeight && box.bottom > 0;
};
const look = () => {
  const cells = document.querySelectorAll(%(cell)s);
  // A page may show an empty notebook until the data is there.
  if (bench.first === null && bench.arrived !== null && cells.length > 1) {
    const near = [...cells].slice(0, 40).filter(visible);
    if (near.length > 0 && near.every((cell) => cell.querySelector(%(shown)s)))
      painted((at) => { bench.first ??= at; });
  }
  if (bench.all === null && cells.length >= %(count)d) painted((at) => { bench.all ??= at; });
  if (bench.first === null || bench.all === null) requestAnimationFrame(look);
};
requestAnimationFrame(look);
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) bench.tasks.push([entry.startTime, entry.duration]);
}).observe({ type: "longtask" });
addEventListener("keydown", (event) => {
  const begun = event.timeStamp;
  bench.pressed = begun;
  painted((at) => bench.keys.push(at - begun));
}, true);
"""


def probe(site: Site, cells: int) -> str:
    """The script that runs before any of the page's own."""
    quoted = {name: json.dumps(value) for name, value in site._asdict().items() if name != "data"}
    return IN_PAGE % {"script": _PROBE % {**quoted, "data": site.data, "count": cells}}


async def opened(page: Any, seconds: float) -> dict[str, float]:
    """Milliseconds from the data to the first cells and to all of them; what did not happen in time is left out."""
    bench = "window.__bench"
    await _until(page, f"{bench}.first !== null && {bench}.all !== null", seconds, strict=False)
    found = await page.evaluate(f"({{ arrived: {bench}.arrived, first: {bench}.first, all: {bench}.all }})")
    return {
        name: found[name] - found["arrived"] for name in ("first", "all") if None not in (found[name], found["arrived"])
    }


async def typed(page: Any, site: Site, cell: int, keys: int) -> list[float]:
    """Milliseconds from each key press to its paint, in the editor of that cell with code, or of the last one that the
    page has: JupyterLab makes its cells when they come near."""
    cells = page.locator(site.code)
    target = cells.nth(min(cell, await cells.count() - 1))
    await target.scroll_into_view_if_needed()
    await target.locator(site.editor).first.click()
    await target.locator(".cm-content").first.wait_for()
    return await _pressed(page, keys)


async def bare(page: Any, keys: int) -> list[float]:
    """The same in a page that has a text field and nothing else: what browser and machine take by themselves."""
    await page.goto("data:text/html,<!doctype html><textarea></textarea>")
    await page.locator("textarea").click()
    return await _pressed(page, keys)


async def _pressed(page: Any, keys: int) -> list[float]:
    await page.keyboard.press("End")
    await page.wait_for_timeout(500)
    await page.evaluate("window.__bench.keys = []")
    for number in range(keys):
        await page.keyboard.press("abcdefghij "[number % 11])
        await page.wait_for_timeout(40)
    return list(await page.evaluate("window.__bench.keys"))


async def _until(page: Any, true: str, seconds: float, *, strict: bool = True) -> None:
    """Playwright's own waiting evaluates strings in the page, which a page's policy may forbid."""
    end = time.monotonic() + seconds
    while not await page.evaluate(true):
        if time.monotonic() > end:
            if strict:
                raise TimeoutError(true)
            return
        await page.wait_for_timeout(50)


async def _write(page: Any, site: Site, code: str) -> None:
    cell = page.locator(site.cell).nth(CODE_CELL)
    await cell.scroll_into_view_if_needed()
    await cell.locator(site.editor).first.click()
    await cell.locator(".cm-content").first.wait_for()
    await page.keyboard.press("Control+a")
    await page.keyboard.type(code)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(300)


async def ran(page: Any, site: Site, times: int) -> list[float]:
    """Milliseconds from Ctrl-Enter to the painted result of `1+1`; the first run may start the kernel: not counted."""
    await _write(page, site, "1+1")
    samples = []
    for _ in range(times + 1):
        # The old output is the same text: the prompt says that it is a new one.
        await page.evaluate(
            """([cell, at, prompt, output]) => {
              const first = document.querySelectorAll(cell)[at];
              const before = first.querySelector(prompt)?.textContent;
              window.__bench.done = null;
              let begun = false;
              const look = () => {
                const now = first.querySelector(prompt)?.textContent ?? "";
                const said = first.querySelector(output)?.textContent ?? "";
                begun ||= now !== before;
                if (begun && /\\d/.test(now) && /2/.test(said)) {
                  seen.disconnect();
                  window.__bench.painted((at) => { window.__bench.done = at - window.__bench.pressed; });
                }
              };
              const seen = new MutationObserver(look);
              seen.observe(first, { subtree: true, childList: true, characterData: true, attributes: true });
            }""",
            [site.cell, CODE_CELL, site.prompt, site.output],
        )
        await page.keyboard.press("Control+Enter")
        await _until(page, "window.__bench.done !== null", 30)
        samples.append(float(await page.evaluate("window.__bench.done")))
        await page.wait_for_timeout(80)
    return samples[1:]


async def flooded(page: Any, site: Site, lines: int) -> dict[str, Any]:
    """Runs a cell that prints so many lines: milliseconds until its end is told, and the long tasks on the way."""
    await _write(page, site, f"for i in range({lines}): print(i)")
    await page.evaluate("window.__bench.tasks = []")
    await page.evaluate(
        """([cell, at, prompt]) => {
          const first = document.querySelectorAll(cell)[at];
          const before = first.querySelector(prompt)?.textContent;
          window.__bench.done = null;
          let begun = false;
          const look = () => {
            const now = first.querySelector(prompt)?.textContent ?? "";
            begun ||= now !== before;
            if (!begun || !/\\d/.test(now)) return;
            clearInterval(timer);
            window.__bench.painted((at) => { window.__bench.done = at - window.__bench.pressed; });
          };
          const timer = setInterval(look, 20);
        }""",
        [site.cell, CODE_CELL, site.prompt],
    )
    await page.keyboard.press("Control+Enter")
    await _until(page, "window.__bench.done !== null", 120)
    await page.wait_for_timeout(1500)
    return {
        "whole": float(await page.evaluate("window.__bench.done")),
        "tasks": [float(length) for _, length in await page.evaluate("window.__bench.tasks")],
    }


async def weighed(page: Any, devtools: Any) -> dict[str, float]:
    """MB of JavaScript heap after a collection, and DOM nodes, of the page without its frames. Their processes are made
    to collect too, for who weighs these."""
    await page.wait_for_timeout(2000)
    for frame in page.frames[1:]:
        # One of the page's own process has no session; what may be imported here has no Playwright.
        with contextlib.suppress(Exception):
            session = await page.context.new_cdp_session(frame)
            await session.send("HeapProfiler.collectGarbage")
            await session.detach()
    await devtools.send("HeapProfiler.collectGarbage")
    await page.wait_for_timeout(1000)
    await devtools.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in (await devtools.send("Performance.getMetrics"))["metrics"]}
    return {"heap": metrics["JSHeapUsedSize"] / 2**20, "nodes": metrics["Nodes"]}
