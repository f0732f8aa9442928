"""`.peers/bin/python -m benchmarks.viewer FOLDER`: reads jobs as JSON, one a line, and answers each with a line.

FOLDER is served: the built page of the peers (`page/`), columns (`data/`) and the wheel of jupyter-scatter (`widget/`).
A job with `peer` is done in that page; one with `link` in the page of `hood view`. Each gets a browser of its own.
"""

from __future__ import annotations

import asyncio
import functools
import http.server
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from benchmarks.viewer import ours

FLAGS = (
    *("--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync"),
    *("--js-flags=--expose-gc", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-watchdog"),
)
"""Drawn in software wherever it runs."""
UNBOUND = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
"""As often as a library draws. Not for a whole page: while the points are waited for, its transitions, which another
thread draws, would be drawn without end and take the seconds that the points need."""
VIEWPORT = {"width": 1280, "height": 800}
PROBE = Path(__file__).with_name("pages") / "probe.js"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def serve(folder: Path) -> int:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


async def weighed(page: Any) -> dict[str, float]:
    """Bytes of the page after a collection: objects, what ArrayBuffers hold, and what the GPU was given."""
    devtools = await page.context.new_cdp_session(page)
    for _ in range(3):
        await devtools.send("HeapProfiler.collectGarbage")
    heap = await devtools.send("Runtime.getHeapUsage")
    held = await page.evaluate("window.__bench.held()")
    await devtools.detach()
    return {
        "heap": heap["usedSize"] + heap.get("embedderHeapUsedSize", 0),
        "buffers": heap.get("backingStorageSize", 0),
        "gpu": held,
    }


async def work(job: dict[str, Any], port: int) -> dict[str, Any]:
    flags = [*FLAGS, *(() if "link" in job else UNBOUND), *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        try:
            context = await browser.new_context(viewport=job.get("viewport", VIEWPORT), color_scheme="light")
            page = await context.new_page()
            page.set_default_timeout(120_000)
            page.on("pageerror", lambda error: print(f"{job}: {error}", file=sys.stderr))
            await page.add_init_script(PROBE.read_text())
            if "link" in job:
                return await ours.measured(page, job, weighed)
            await page.goto(f"http://127.0.0.1:{port}/page/index.html")
            await page.wait_for_function("window.__job !== undefined")
            found: dict[str, Any] = await page.evaluate("(job) => window.__job(job)", job)
            return {**found, "weighed": await weighed(page)}
        finally:
            await browser.close()


async def main() -> None:
    port = serve(Path(sys.argv[1]))
    for line in sys.stdin:
        job = json.loads(line)
        try:
            async with asyncio.timeout(job.get("seconds", 120)):
                found = await work(job, port)
        except Exception as error:  # another peer may yet be measured
            found = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
