"""The page of `hood view`, measured from outside: by what it draws, what it fetches and what its mouse does.

It is driven by what a person sees of it: the canvas, the button *Lasso*, the field *Colour by a gene*.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any

QUIET = 600
"""Milliseconds without a frame after which a picture has settled."""
STEPS = 40
"""Moves of the pointer while panning; the first third is not counted, as the page finds out how fast it can draw."""


async def measured(
    page: Any, job: dict[str, Any], weighed: Callable[[Any], Awaitable[dict[str, float]]]
) -> dict[str, Any]:
    cells = job["cells"]
    await page.add_init_script("window.__bench.filmed()")
    devtools = await page.context.new_cdp_session(page)
    received = 0.0

    def loaded(event: dict[str, Any]) -> None:
        nonlocal received
        received += event["encodedDataLength"]

    devtools.on("Network.loadingFinished", loaded)
    await devtools.send("Network.enable")
    await page.goto(job["link"])
    found: dict[str, Any] = await _opened(page, cells)
    found["received"] = received
    canvas = page.locator("canvas").first
    box = await canvas.bounding_box()
    found["canvas"] = [box["width"], box["height"]]
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    found["pan"] = await _panned(page, *middle)
    found["zoom"] = await _zoomed(page, *middle)
    await page.keyboard.press("0")
    await _settled(page)
    found["lasso"] = []
    for turn in range(job["lasso"]):
        took, found["selected"] = await _lassoed(page, box, turn)
        found["lasso"].append(took)
        await _settled(page)
    found["recolour"], found["uploads"], found["sent"] = [], [], []
    for gene in range(job["recolour"]):
        took, sends = await _recoloured(page, f"GENE{7 + gene}", cells)
        found["recolour"].append(took)
        found["uploads"].append(len([size for size in sends if size >= cells]))
        found["sent"].append(sum(sends))
    found["weighed"] = await weighed(page)
    return found


async def _opened(page: Any, cells: int) -> dict[str, float]:
    """Milliseconds from the navigation, and from the last byte of the points, to every point drawn."""
    await page.wait_for_function("(cells) => window.__bench.film.some(([, drawn]) => drawn >= cells)", arg=cells)
    await _settled(page)
    found: dict[str, float] = await page.evaluate(
        """(cells) => {
          const { film } = window.__bench;
          const first = film.find(([, drawn]) => drawn >= cells)[0];
          const files = performance.getEntriesByType("resource");
          const large = files.filter((one) => one.decodedBodySize >= 8 * cells);
          const points = Math.max(...large.map((one) => one.responseEnd));
          return { navigated: first, arrived: first - points, coloured: film.at(-1)[0] };
        }""",
        cells,
    )
    return found


async def _settled(page: Any) -> None:
    """Until it draws no more."""
    await page.wait_for_function(
        """(quiet) => {
          const bench = window.__bench;
          if (bench.counted !== bench.drawn) [bench.counted, bench.since] = [bench.drawn, performance.now()];
          return performance.now() - bench.since > quiet;
        }""",
        arg=QUIET,
    )


async def _panned(page: Any, x: float, y: float) -> list[float]:
    """Milliseconds from frame to frame while the hand moves without a pause."""
    await page.mouse.move(x, y)
    await page.mouse.down()
    for step in range(STEPS):
        if step == STEPS // 3:
            await page.evaluate("window.__bench.film.length = 0")
        await page.mouse.move(x + 60 * math.sin(step / 6), y + 40 * math.sin(step / 4))
    frames = await _frames(page)
    await page.mouse.up()
    await _settled(page)
    return frames


async def _zoomed(page: Any, x: float, y: float) -> list[float]:
    await page.mouse.move(x, y)
    for step in range(STEPS // 2):
        if step == STEPS // 6:
            await page.evaluate("window.__bench.film.length = 0")
        await page.mouse.wheel(0, -60 if step % 10 < 5 else 60)
    frames = await _frames(page)
    await _settled(page)
    return frames


async def _frames(page: Any) -> list[float]:
    return list(
        await page.evaluate(
            "window.__bench.film.flatMap(([at], number, film) => (number ? [at - film[number - 1][0]] : []))"
        )
    )


async def _lassoed(page: Any, box: dict[str, float], turn: int) -> tuple[float, int]:
    """From the release of the button until the page knows the cells and says so."""
    await page.get_by_role("button", name="Lasso").first.click()
    corners: list[tuple[float, float]] = []
    for corner in range(48):
        angle = corner / 48 * 2 * math.pi + turn
        away = 0.3 + 0.04 * math.sin(5 * angle)
        x, y = 0.5 + away * math.cos(angle), 0.5 + away * math.sin(angle)
        corners.append((box["x"] + box["width"] * x, box["y"] + box["height"] * y))
    await page.mouse.move(*corners[0])
    await page.mouse.down()
    for place in corners:
        await page.mouse.move(*place)
    await page.evaluate("void (window.__known = window.__bench.selected())")
    await page.mouse.up()
    took, count = await page.evaluate("window.__known")
    return took, count


async def _recoloured(page: Any, gene: str, cells: int) -> tuple[float, list[float]]:
    """From the last byte of the gene until every cell is drawn in it, and the bytes sent to the GPU for it."""
    await page.evaluate("(window.__bench.film.length = 0, window.__bench.sends.length = 0)")
    field = page.get_by_role("combobox", name="Colour by a gene")
    await field.fill(gene)
    await page.get_by_role("listbox", name="Choices of Colour by a gene").get_by_role("option").first.wait_for()
    await field.press("Enter")
    await page.wait_for_function(
        "(cells) => window.__bench.sends.some(([, bytes]) => bytes >= cells)", arg=cells, timeout=30_000
    )
    await _settled(page)
    took, sends = await page.evaluate(
        """(cells) => {
          const { film, sends } = window.__bench;
          const files = performance.getEntriesByType("resource").filter((one) => /\\/gene\\/\\d+/.test(one.name));
          const sent = sends.find(([, bytes]) => bytes >= cells)[0];
          const drawn = film.find(([at]) => at > sent)[0];
          return [drawn - files.at(-1).responseEnd, sends.map(([, bytes]) => bytes)];
        }""",
        cells,
    )
    return took, sends
