"""The tasks of a page's main thread and of a frame's, as Chromium's own trace has them.

Which threads these are is said by marks that the page and the frame set while it is written.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

PAGE, FRAME = "bench-page", "bench-frame"
SLICE_MS = 100.0
"""Of so long a time the longest task counts: short ones without number would hide it in a quantile."""
_CATEGORIES = ["-*", "toplevel", "blink.user_timing"]
_TASK = "ThreadControllerImpl::RunTask"


async def start(page: Any) -> Callable[[], Awaitable[bytes]]:
    browser = page.context.browser
    await browser.start_tracing(page=page, categories=_CATEGORIES)

    async def stop() -> bytes:
        return bytes(await browser.stop_tracing())

    return stop


def read(trace: bytes) -> dict[str, list[float]]:
    """For `page` and `frame`, which may be the same: the longest task in each slice, in milliseconds."""
    events = json.loads(trace)["traceEvents"]
    found: dict[str, list[float]] = {}
    for name, mark in (("page", PAGE), ("frame", FRAME)):
        marked = next(event for event in events if event["name"] == mark)
        thread = (marked["pid"], marked["tid"])
        tasks = [
            (event["ts"] / 1000, event["dur"] / 1000)
            for event in events
            if event["name"] == _TASK and event["ph"] == "X" and (event["pid"], event["tid"]) == thread
        ]
        found[name] = _slices(tasks)
    return found


def _slices(tasks: list[tuple[float, float]]) -> list[float]:
    if not tasks:
        return []
    first = min(began for began, _ in tasks)
    last = max(began + length for began, length in tasks)
    longest = [0.0] * (int((last - first) / SLICE_MS) + 1)
    for began, length in tasks:
        for slice_ in range(int((began - first) / SLICE_MS), int((began + length - first) / SLICE_MS) + 1):
            longest[slice_] = max(longest[slice_], length)
    return longest
