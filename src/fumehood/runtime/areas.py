"""Tells what Output widgets caught: to the daemon in the rhythm of the eye, to the kernel when it can listen."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.runtime import widgets
from fumehood.runtime.captures import Capture
from fumehood.runtime.desk import Desk

log = logging.getLogger(__name__)


def caught(desk: Desk, area: Capture) -> None:
    """The area changed."""
    desk.captured[area.comm] = area
    if desk.capture_timer is None:
        desk.capture_timer = asyncio.get_running_loop().call_later(limits.FLUSH_INTERVAL, tell, desk)


def tell(desk: Desk) -> None:
    if desk.capture_timer is not None:
        desk.capture_timer.cancel()
        desk.capture_timer = None
    changed, desk.captured = desk.captured, {}
    for comm, area in changed.items():
        data = _update(area)
        desk.comms.updated(comm, data)
        widgets.changed(desk, comm, data)
    if changed:
        widgets.tell(desk)
    desk.untaught.update(changed)
    if desk.running is None:
        teach(desk)


def teach(desk: Desk) -> None:
    """The kernel's own widget learns what it shows. A kernel that runs a cell reads nothing, so it is told after."""
    untaught, desk.untaught = desk.untaught, {}
    kernel = desk.life.kernel
    if kernel is None:
        return
    for comm, area in untaught.items():
        if desk.comms.get(comm) is None:
            continue
        try:
            kernel.send("shell", "comm_msg", {"comm_id": comm, "data": _update(area)})
        except HoodError as error:
            log.warning("an Output widget was not told: %s", error.code)


def _update(area: Capture) -> dict[str, Any]:
    return {"method": "update", "state": {"outputs": area.outputs()}, "buffer_paths": []}
