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
    """For `page` and `frame`, which may be the same, since their marks: the longest task in each slice, in milliseconds
    by the clock, and as `page cpu` and `frame cpu` those in which its thread ran."""
    events = json.loads(trace)["traceEvents"]
    found: dict[str, list[float]] = {}
    for name, mark in (("page", PAGE), ("frame", FRAME)):
        marked = next(event for event in events if event["name"] == mark)
        tasks = [event for event in events if event["name"] == _TASK and _same(event, marked)]
        slices = int(max((task["ts"] + task["dur"] - marked["ts"] for task in tasks), default=0) / 1000 / SLICE_MS) + 1
        for kind, key in (("", "dur"), (" cpu", "tdur")):
            longest = [0.0] * slices
            for task in tasks:
                began = (task["ts"] - marked["ts"]) / 1000
                for number in range(int(began / SLICE_MS), int((began + task["dur"] / 1000) / SLICE_MS) + 1):
                    longest[number] = max(longest[number], task.get(key, 0) / 1000)
            found[name + kind] = longest
    return found


def _same(event: dict[str, Any], marked: dict[str, Any]) -> bool:
    """Whether it began after the mark, in the same thread."""
    thread = (event["pid"], event["tid"]) == (marked["pid"], marked["tid"])
    return thread and event["ph"] == "X" and event["ts"] >= marked["ts"]
