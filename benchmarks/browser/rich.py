"""Rich outputs and widgets in one page: how soon they are painted, what they weigh, what a flood of them does.

What is measured inside an output is measured by the output's own code, wherever the page puts it: in a frame or in the
page itself. The script at the end of an output (`files.PAINTED`) calls a function of this process once it is painted,
so that nobody asks the page while it works. Must never assert a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any

from benchmarks.browser import measuring, traces
from benchmarks.browser.sites import Site

HTML, WIDGETS, TRAITS, _, CUSTOM, _, TYPED = range(7)
"""The cells of the notebook of `cells`."""
FLOOD_SECONDS = 5.0
KEY_MS = 100
"""Between two keys that are typed in a flood."""
PATIENCE = 30.0
PIXELS = 120
"""How far a slider is dragged, forth and back."""


def cells(painted: str) -> list[str]:
    """`painted`: the script that says so, of `{number}` and of what is taken off its time, `{sent}`."""
    return [
        f"""
import time
from IPython.display import HTML, display
number = globals().get("number", 0) + 1
script = {painted!r}
display(HTML(f"<p>{{number}}</p>" + script.format(number=number, sent=time.time() * 1000)))
""".strip(),
        """
import ipywidgets as w
slider, label, bar = w.IntSlider(max=1_000_000_000, description="Number"), w.Label("at 0"), w.IntProgress(max=100)
slider.observe(lambda change: setattr(label, "value", f"at {change.new}"), "value")
display(slider, label, bar)
""".strip(),
        _flood(
            # What the slider's observer does too: three widgets, each told of by a message of its own.
            "slider.value = number; bar.value = number % 101",
            3,
        ),
        _STOP,
        _flood("label.send({'number': number})", 1),
        _STOP,
        "",
    ]


def _flood(change: str, updates: int) -> str:
    return f"""
import threading, time
def flood():
    global said
    number, began = 0, time.monotonic()
    while time.monotonic() < began + {FLOOD_SECONDS}:
        number += 1
        {change}
    said = f"sent {{{updates} * number / (time.monotonic() - began):.0f}} a second until {{time.time() * 1000:.0f}}."
thread = threading.Thread(target=flood)
thread.start()
""".strip()


_STOP = "thread.join()\nprint(said)"


class Paints:
    """What outputs say of themselves: by their number, the time of their paint."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}
        self._news = asyncio.Event()

    async def listen(self, page: Any) -> None:
        await page.expose_binding("benchPainted", self._painted)

    def _painted(self, _source: Any, number: int, at: float) -> None:
        self.at.setdefault(number, at)
        self._news.set()

    async def all(self, numbers: Any, seconds: float = PATIENCE) -> bool:
        """Whether all of these were painted in time."""
        try:
            async with asyncio.timeout(seconds):
                while any(number not in self.at for number in numbers):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True


async def shown(page: Any, site: Site, paints: Paints) -> dict[str, float]:
    """Until all outputs in view are painted and the cells there rest: milliseconds from the notebook's data (`data`)
    and from the link (`link`)."""
    end = time.monotonic() + PATIENCE
    while True:
        numbers = await _in_view(page, site)
        if len(numbers) > 1 and await paints.all(numbers, 1.0):
            # What is still to move moves now.
            await page.wait_for_timeout(700)
            if numbers == await _in_view(page, site):
                break
        if time.monotonic() > end:
            raise TimeoutError("outputs in view")
    origin, arrived, rest = await page.evaluate(
        "() => [performance.timeOrigin, window.__bench.arrived, window.__bench.rest]"
    )
    last = max(rest, *(paints.at[number] - origin for number in numbers))
    return {"link": last, "data": last - arrived}


async def through(page: Any, site: Site, paints: Paints) -> None:
    """To the end of the notebook and back, as one who reads it: it stands still until what is in view is painted."""
    at_end = False
    while not at_end:
        await paints.all(await _in_view(page, site), 5.0)
        at_end = await page.evaluate(
            """(scroller) => {
              const it = document.querySelector(scroller);
              it.scrollTop += it.clientHeight * 0.6;
              return it.scrollTop + it.clientHeight >= it.scrollHeight - 2;
            }""",
            site.scroller,
        )
    await paints.all(await _in_view(page, site), 5.0)
    await page.evaluate("(scroller) => { document.querySelector(scroller).scrollTop = 0; }", site.scroller)
    await page.wait_for_timeout(500)


async def _in_view(page: Any, site: Site) -> list[int]:
    """The numbers of the outputs of `files.rich` of which something can be read."""
    return list(
        await page.evaluate(
            """([cell, output, scroller]) => {
              const seen = document.querySelector(scroller)?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
              const cells = [...document.querySelectorAll(cell)].filter((one) => {
                const box = one.querySelector(output)?.getBoundingClientRect();
                return box && box.height > 0 && box.top < seen.bottom - 30 && box.bottom > seen.top + 30;
              });
              return cells.flatMap((one) => /show\\((\\d+)\\)/.exec(one.textContent)?.[1] ?? []).map(Number);
            }""",
            [site.cell, site.output, site.scroller],
        )
    )


async def html(page: Any, site: Site, times: int, paints: Paints) -> list[float]:
    """Milliseconds from the kernel's clock before it sends HTML to the paint after that HTML's script.

    The first run may start the kernel: not counted. A run that comes too early JupyterLab passes over.
    """
    for number in range(1, times + 2):
        for _ in range(3):
            await _run(page, site, HTML)
            if await paints.all([number], 10.0):
                break
        else:
            raise TimeoutError(f"HTML {number}")
        await page.wait_for_timeout(150)
    return [paints.at[number] for number in range(2, times + 2)]


async def dragged(page: Any, site: Site, moves: int) -> list[float]:
    """Milliseconds from a move of the mouse that holds the slider to the paint of the label that Python wrote."""
    await _run(page, site, WIDGETS)
    frame = await _with_slider(page)
    await page.wait_for_timeout(1000)
    await frame.evaluate(
        """() => {
          const bench = (window.__drag = { began: 0, took: null });
          const labels = [...document.querySelectorAll(".widget-label")];
          const label = labels.find((one) => one.textContent.startsWith("at "));
          addEventListener("pointermove", (event) => { bench.began ||= event.timeStamp; }, true);
          new MutationObserver(() => requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { if (bench.began) bench.took ??= performance.now() - bench.began; };
            port2.postMessage(0);
          })).observe(label, { subtree: true, childList: true, characterData: true });
        }"""
    )
    handle = frame.locator(".noUi-handle").first
    await handle.scroll_into_view_if_needed()
    box = await handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # As a hand comes: a sealed output lets no pointer in that did not move there.
    await page.mouse.move(x + 300, y + 40)
    await page.mouse.move(x + 60, y + 5, steps=10)
    await page.mouse.move(x, y, steps=10)
    await page.wait_for_timeout(200)
    await page.mouse.down()
    samples: list[float] = []
    for number in range(1, moves + 4):
        await frame.evaluate("() => { window.__drag.began = 0; window.__drag.took = null; }")
        step = number % (2 * PIXELS)
        await page.mouse.move(x + (step if step <= PIXELS else 2 * PIXELS - step), y)
        end = time.monotonic() + PATIENCE
        while (took := await frame.evaluate("() => window.__drag.took")) is None:
            if time.monotonic() > end:
                raise TimeoutError("the slider")
            await asyncio.sleep(0.01)
        samples.append(float(took))
        await asyncio.sleep(0.03)
    await page.mouse.up()
    return samples[3:]


async def flooded(page: Any, site: Site, start: int) -> dict[str, Any]:
    """While the cell `start` floods the page: the tasks of the page and of the output's frame, the keys typed meanwhile
    until their paint, and the flood's rate. A page that does not answer has no keys or no rate."""
    await _run(page, site, WIDGETS)
    frame = await _with_slider(page)
    mark = "(name) => performance.mark(name)"
    trace = await traces.start(page)
    await page.evaluate(mark, traces.PAGE)
    await frame.evaluate(mark, traces.FRAME)
    await _run(page, site, start)
    keys: list[float] = []
    ended: dict[str, float] = {}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(2 * FLOOD_SECONDS):
            keys = await _typed(page, site, start)
    tasks = traces.read(await trace())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            ended = await _ended(page, site, start + 1)
    return {**tasks, "keys": keys, **ended}


async def _typed(page: Any, site: Site, start: int) -> list[float]:
    end = time.monotonic() + FLOOD_SECONDS
    # Runs when the flood is over.
    await _run(page, site, start + 1)
    typed = page.locator(site.cell).nth(TYPED)
    await typed.scroll_into_view_if_needed()
    await typed.locator(site.editor).first.click()
    await typed.locator(".cm-content").first.wait_for()
    await page.evaluate("() => { window.__bench.keys = []; }")
    while time.monotonic() < end:
        await page.keyboard.press("abcdefghij"[int(time.monotonic() * 10) % 10])
        await page.wait_for_timeout(KEY_MS)
    return list(await page.evaluate("() => window.__bench.keys"))


async def _ended(page: Any, site: Site, number: int) -> dict[str, float]:
    """How many updates a second the kernel sent; milliseconds from its last one to what was run after it."""
    rate, late = await page.evaluate(
        """([cell, at, output]) => new Promise((done) => {
          const timer = setInterval(() => {
            const text = document.querySelectorAll(cell)[at].querySelector(output)?.textContent ?? "";
            const found = /sent (\\d+) a second until (\\d+)/.exec(text);
            if (!found) return;
            clearInterval(timer);
            done([Number(found[1]), performance.timeOrigin + performance.now() - Number(found[2])]);
          }, 20);
        })""",
        [site.cell, number, site.output],
    )
    return {"rate": rate, "late": late}


async def _run(page: Any, site: Site, number: int) -> None:
    cell = page.locator(site.cell).nth(number)
    await cell.scroll_into_view_if_needed()
    await cell.locator(site.editor).first.click()
    await cell.locator(".cm-content").first.wait_for()
    await page.keyboard.press("Control+Enter")


async def _with_slider(page: Any) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for frame in page.frames:
            try:
                if await frame.evaluate("() => document.querySelector('.noUi-handle') !== null"):
                    return frame
            except Exception:  # a frame that is being replaced cannot answer
                continue
        await page.wait_for_timeout(25)
    raise TimeoutError("the slider")


def rest(site: Site) -> str:
    """The script that notes when the first cells last moved or grew; before any of the page's own."""
    return measuring.IN_PAGE % {"script": f"const cells = {json.dumps(site.cell)};{_REST}"}


_REST = """
const bench = window.__bench;
bench.rest = 0;
let before = "";
const look = () => {
  const first = [...document.querySelectorAll(cells)].slice(0, 12).map((one) => one.getBoundingClientRect());
  const now = first.filter((box) => box.top < innerHeight).map((box) => `${box.top},${box.height}`).join();
  if (now !== before) bench.painted((at) => { bench.rest = at; });
  before = now;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
