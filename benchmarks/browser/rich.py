"""Rich outputs and widgets in one page: how soon they are painted, what they weigh, what a flood of them does.

What is measured inside an output is measured by the output's own code, wherever the page puts it: in a frame or in the
page itself. Must never assert a time.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.browser.sites import Site

HTML, SLIDER, FLOOD, STOP = range(4)
"""The cells of the notebook of `CELLS`."""
FLOOD_SECONDS = 5.0
CELLS = [
    '''
import time
from IPython.display import HTML, display
number = globals().get("number", 0) + 1
display(HTML(f"""<p>{number}</p><script>(() => {{
  const sent = {time.time() * 1000}, number = {number};
  requestAnimationFrame(() => {{
    const {{ port1, port2 }} = new MessageChannel();
    window.benched ??= {{}};
    port1.onmessage = () => {{ window.benched[number] = performance.timeOrigin + performance.now() - sent; }};
    port2.postMessage(0);
  }});
}})();</script>"""))
'''.strip(),
    """
import ipywidgets as w
s, l = w.IntSlider(value=0, max=1_000_000_000, description="Number"), w.Label("at 0")
link = lambda change: setattr(l, "value", f"at {change.new}")
s.observe(link, "value")
display(s, l)
""".strip(),
    """
import threading, time
stop = False
def flood():
    number, began = 0, time.monotonic()
    while not stop:
        for _ in range(100):
            number += 1
            s.value = number
        time.sleep(max(0, number / 5_000 - (time.monotonic() - began)))
thread = threading.Thread(target=flood)
thread.start()
""".strip(),
    "stop = True\nthread.join()\ns.value",
]


async def shown(page: Any, site: Site) -> float:
    """Milliseconds from the notebook's data to the outputs of all cells in view; read once they are."""
    script = """([cell, rich]) => new Promise((done) => {
      const look = () => {
        const cells = [...document.querySelectorAll(cell)].filter((one) => {
          const { height, top, bottom } = one.getBoundingClientRect();
          return height > 0 && top < innerHeight && bottom > 0;
        });
        if (cells.length > 0 && cells.every((one) => one.querySelector(rich)))
          window.__bench.painted((at) => done(at - window.__bench.arrived));
        else requestAnimationFrame(look);
      };
      look();
    })"""
    return float(await page.evaluate(script, [site.cell, site.rich]))


async def through(page: Any, site: Site) -> None:
    """To the end of the notebook and back, as one who reads it: each cell rests in view until its output is shown."""
    cells = page.locator(site.cell)
    for number in range(0, await cells.count(), 3):
        cell = cells.nth(min(number, await cells.count() - 1))
        await cell.scroll_into_view_if_needed()
        await _ready(cell, site)


async def _ready(cell: Any, site: Site) -> None:
    end = time.monotonic() + 5
    while await cell.locator(site.rich).count() == 0 and time.monotonic() < end:
        await cell.page.wait_for_timeout(15)


async def html(page: Any, site: Site, times: int) -> list[float]:
    """Milliseconds from the kernel's clock before it sends HTML to the paint after that HTML's script.

    The first run may start the kernel: not counted.
    """
    samples: list[float] = []
    for number in range(1, times + 2):
        await _run(page, site, HTML)
        samples.append(float(await _found(page, "(number) => window.benched?.[number] ?? null", number)))
    return samples[1:]


async def slider(page: Any, site: Site, times: int) -> dict[str, list[float]]:
    """Milliseconds from a key on the slider to the label that Python wrote."""
    await _run(page, site, SLIDER)
    frame = await _with_slider(page)
    script = """async (rounds) => {
      const handle = () => document.querySelector(".noUi-handle");
      const said = () => [...document.querySelectorAll(".widget-label")].some((one) => one.textContent === want);
      const found = [];
      let want = "";
      for (let round = 1; round <= rounds; round++) {
        want = `at ${round}`;
        const began = performance.now();
        handle().dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        while (!said()) await new Promise((done) => requestAnimationFrame(done));
        found.push(performance.now() - began);
        await new Promise((done) => setTimeout(done, 30));
      }
      return found;
    }"""
    return {"trips": await frame.evaluate(script, 5 * times)}


async def flooded(page: Any, site: Site) -> dict[str, Any]:
    """The page's long tasks while the kernel moves the slider as often as it can, and how often it did."""
    frame = await _with_slider(page)
    await page.evaluate("() => { window.__bench.tasks = []; }")
    await _run(page, site, FLOOD)
    await page.wait_for_timeout(1000 * FLOOD_SECONDS)
    await _run(page, site, STOP)
    await page.wait_for_timeout(2000)
    tasks = [float(length) for _, length in await page.evaluate("() => window.__bench.tasks")]
    text = await page.locator(site.cell).nth(STOP).locator(site.output).inner_text()
    return {"tasks": tasks, "last": text, "shown": await frame.evaluate("() => document.body.innerText.length")}


async def _run(page: Any, site: Site, number: int) -> None:
    cell = page.locator(site.cell).nth(number)
    await cell.scroll_into_view_if_needed()
    await cell.locator(site.editor).first.click()
    await cell.locator(".cm-content").first.wait_for()
    await page.keyboard.press("Control+Enter")


async def _with_slider(page: Any) -> Any:
    return await _frame(page, "() => document.querySelector('.noUi-handle') !== null || null")


async def _frame(page: Any, script: str) -> Any:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for frame in page.frames:
            if await _asked(frame, script) is not None:
                return frame
        await page.wait_for_timeout(25)
    raise TimeoutError(script)


async def _found(page: Any, script: str, argument: Any) -> Any:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for frame in page.frames:
            if (found := await _asked(frame, script, argument)) is not None:
                return found
        await page.wait_for_timeout(10)
    raise TimeoutError(script)


async def _asked(frame: Any, script: str, argument: Any = None) -> Any:
    try:
        return await frame.evaluate(script, argument)
    except Exception:  # a frame that is being replaced cannot answer
        return None
