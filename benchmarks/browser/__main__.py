"""`.peers/bin/python -m benchmarks.browser`: reads a job as JSON from its input, writes what it found as JSON.

A job: {site, url, cells, what, seconds, times, keys, lines, at, hertz}. `what` is of `open`, `type`, `run`, `flood`,
`weigh`, `bare`; of rich outputs `shown`, `through` (before `weigh`), `html`, `drag`, `traits`, `custom`. Without
`hertz` a frame is painted when the page has one, and not at the display's next turn.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from typing import Any

import psutil
from playwright.async_api import async_playwright

from benchmarks.browser import measuring, rich
from benchmarks.browser.sites import SITES

FLAGS = ("--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync")
AT_ONCE = ("--disable-frame-rate-limit", "--disable-gpu-vsync")


def renderers() -> float:
    """MB of memory of this process's browser pages, shared parts counted by their share; not the browser's own."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        words = process.cmdline()
        if "--type=renderer" in words and "--top-chrome-webui" not in words:
            total += process.memory_full_info().pss
    return total / 2**20


async def _accept(button: Any) -> None:
    print("accepted:", " ".join((await button.locator("xpath=ancestor::dialog").inner_text()).split()), file=sys.stderr)
    await button.click()


async def work(job: dict[str, Any]) -> dict[str, Any]:
    site = SITES[job["site"]]
    flags = [*FLAGS, *(() if job["hertz"] else AT_ONCE), *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    found: dict[str, Any] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
        await page.add_init_script(measuring.probe(site, job["cells"]))
        paints = rich.Paints()
        if {"shown", "html"} & set(job["what"]):
            await page.add_init_script(rich.rest(site))
            await paints.listen(page)
        dialog = page.locator(site.dialog)
        await page.add_locator_handler(dialog, _accept)
        await page.goto(job["url"])
        devtools = await page.context.new_cdp_session(page)
        opened = await measuring.opened(page, job["seconds"])
        await page.locator(site.ready).first.wait_for(timeout=60_000)
        if "open" in job["what"]:
            found["open"] = opened
        if "shown" in job["what"]:
            found["shown"] = await rich.shown(page, site, paints)
        if "through" in job["what"]:
            await rich.through(page, site, paints)
        if "weigh" in job["what"]:
            found["weigh"] = {**await measuring.weighed(page, devtools), "pss": renderers()}
        if "type" in job["what"]:
            found["type"] = await measuring.typed(page, site, job["at"], job["keys"])
        if "run" in job["what"]:
            found["run"] = await measuring.ran(page, site, job["times"])
        if "flood" in job["what"]:
            found["flood"] = await measuring.flooded(page, site, job["lines"])
        if "bare" in job["what"]:
            found["bare"] = await measuring.bare(page, job["keys"])
        if "html" in job["what"]:
            found["html"] = await rich.html(page, site, job["times"], paints)
        if "drag" in job["what"]:
            found["drag"] = await rich.dragged(page, site, 5 * job["times"])
        for flood, start in (("traits", rich.TRAITS), ("custom", rich.CUSTOM)):
            if flood in job["what"]:
                found[flood] = await rich.flooded(page, site, start)
        await browser.close()
    return found


if __name__ == "__main__":
    json.dump(asyncio.run(work(json.load(sys.stdin))), sys.stdout)
