"""A gateway's life: told what to open, it listens, writes the links, and stays until its last page has left.

Thin on purpose. Started by `starting`, which reads its one line. It is a client of the daemon like any other and is
placed by it; inside a kernel's tree it does not start. It holds nothing that would be missed: killed at any point,
`hood open` starts another one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping

from fumehood.client.inside import refuse_inside_runtime
from fumehood.core import limits
from fumehood.core.assets import folder
from fumehood.core.detach import announce, detach, let_go
from fumehood.core.errors import GatewayFailed, HoodError, Internal, LimitExceeded
from fumehood.core.logs import note, note_failure, open_log
from fumehood.core.paths import Paths
from fumehood.doors.gateway.bridge import Daemon
from fumehood.doors.gateway.door import GatewayDoor
from fumehood.doors.gateway.life import Life
from fumehood.doors.gateway.pages import Assets, load
from fumehood.doors.gateway.redirect import Redirects
from fumehood.doors.gateway.starting import Failure, Ready, Request, read_request
from fumehood.doors.passes import Key, Passes
from fumehood.protocol.base import encode_json

_log = logging.getLogger("fumehood.gateway")


class _Watch:
    """Tells the parts what happens at the door, and waits for the end."""

    def __init__(self, redirects: Redirects, links: int) -> None:
        self._life = Life(time.monotonic(), links)
        self._redirects = redirects
        self._changed = asyncio.Event()

    def came(self) -> None:
        self._life.came()
        note(_log, "page.came", pid=os.getpid(), pages=self._life.pages)
        self._changed.set()

    def left(self, lost: bool) -> None:
        self._life.left(time.monotonic(), lost)
        note(_log, "page.left", pid=os.getpid(), pages=self._life.pages, lost=lost)
        self._changed.set()

    def awaits(self) -> None:
        self._life.awaits(time.monotonic())
        self._changed.set()

    def asked(self) -> None:
        self._life.asked(time.monotonic())
        self._changed.set()

    def used(self, code: Key) -> None:
        if self._redirects.remove(code):
            self._life.used()

    async def alone(self) -> str:
        """Returns when no page is there any more and none is expected: why that is."""
        while (left := self._life.remaining(time.monotonic())) != 0.0:
            self._changed.clear()
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                pass
        return "the last page has left" if self._life.met else "no page came"


async def live(paths: Paths, request: Request, assets: Assets) -> None:
    loop = asyncio.get_running_loop()
    redirects = Redirects(paths.run)
    redirects.sweep()
    watch = _Watch(redirects, len(request.targets))
    passes = Passes(revoked=lambda bearer: door.revoke(bearer))
    door = GatewayDoor(assets, passes, Daemon(paths), watch)
    ending: asyncio.Future[str] = loop.create_future()

    def end(why: str) -> None:
        if not ending.done():
            ending.set_result(why)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end, signal.Signals(number).name)
    try:
        await door.start()
        files = tuple(str(redirects.put(door.url, passes.code(), target)) for target in request.targets)
        announce(encode_json(Ready(url=door.url, redirects=files)).decode())
        let_go(paths.gateway_crash)
        note(_log, "gateway.ready", pid=os.getpid(), url=door.url)
        alone = asyncio.create_task(watch.alone())
        alone.add_done_callback(lambda task: None if task.cancelled() else end(task.result()))
        why = await ending
        note(_log, "gateway.leaving", pid=os.getpid(), reason=why)
    finally:
        redirects.remove_all()
        await door.close()


def run(environ: Mapping[str, str]) -> int:
    """The program. Gives the exit status; what went wrong is the line that it answers."""
    logging.lastResort = None
    try:
        request = read_request(sys.stdin.fileno())
        if not 1 <= len(request.targets) <= limits.GATEWAY_TARGETS:
            raise LimitExceeded(f"A gateway opens 1 to {limits.GATEWAY_TARGETS} pages at first.")
        paths = Paths.of_user(environ)
        place = folder(environ)
        detach()
        refuse_inside_runtime(paths)
        paths.create()
        open_log(paths.gateway_log)
        assets = load(place)
        asyncio.run(live(paths, request, assets))
    except HoodError as error:
        _say_failed(error)
        note(_log, "gateway.failed", level=logging.ERROR, pid=os.getpid(), code=error.code, reason=error.message)
        return error.exit_status
    except Exception as error:  # noqa: BLE001 - the last resort
        _say_failed(GatewayFailed("The gateway failed."))
        note_failure(_log, "gateway.failed", error, pid=os.getpid())
        return Internal.exit_status
    note(_log, "gateway.ended", pid=os.getpid())
    return 0


def _say_failed(error: HoodError) -> None:
    """To whoever started us; after `let_go` to nobody."""
    announce(encode_json(Ready(failure=Failure(error.code, error.message, error.hint))).decode())
