"""A daemon comes, is told what it missed, and goes; or none comes for long, and the runtime ends by itself.

A runtime that works for a room waits for `limits.RUNTIME_ORPHAN_SECONDS` and goes on until its queue is empty; a warm
one that nobody wanted only for `limits.WARM_ORPHAN_SECONDS`.
"""

from __future__ import annotations

import asyncio
import logging
import os

from fumehood.core import limits
from fumehood.core.errors import VersionMismatch
from fumehood.protocol import stream
from fumehood.runtime import lifecycle, obeying, widgets
from fumehood.runtime.desk import Desk
from fumehood.runtime.server import DaemonLink

log = logging.getLogger(__name__)


class Reception:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._timer: asyncio.TimerHandle | None = None

    def command(self, link: DaemonLink, command: stream.Command) -> None:
        if isinstance(command, stream.Hello) and not link.welcomed:
            self._welcome(link, command)
        else:
            obeying.obey(self._desk, command)

    def _welcome(self, link: DaemonLink, hello: stream.Hello) -> None:
        desk = self._desk
        link.welcomed = True
        self.close()
        kernel = desk.life.kernel
        desk.outlet.attach(link, hello.acked)
        desk.greeted = True
        desk.say(
            stream.Welcome(
                version=stream.VERSION,
                runtime=desk.id,
                pid=os.getpid(),
                kernel_pid=kernel.pid if kernel is not None else None,
                room=desk.room,
                last=desk.outlet.last,
                ready=desk.life.ready,
            )
        )
        if hello.version != stream.VERSION:
            # It learns our version from the welcome, and cannot be understood beyond that.
            error = VersionMismatch(f"This runtime speaks version {stream.VERSION} of the stream.")
            desk.say(stream.Refusal(command="hello", code=error.code, message=error.message))
            desk.outlet.flush()
            link.close()
            return
        widgets.forget(desk)
        desk.say(*desk.comms.reports())
        desk.outlet.flush()
        desk.outlet.pump()

    def lost(self, link: DaemonLink) -> None:
        if not self._desk.outlet.detach(link):
            return
        self._desk.greeted = False
        self.left_alone()
        for asked in (*self._desk.asks.give_up_all(), *self._desk.handed.give_up_all()):
            log.info("nobody waits for the answer to question %s any more", asked)

    # -- nobody comes

    def left_alone(self) -> None:
        self.close()
        seconds = limits.RUNTIME_ORPHAN_SECONDS if self._desk.room else limits.WARM_ORPHAN_SECONDS
        self._timer = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._desk.queue.idle:
            log.warning("no daemon came; the runtime ends")
            lifecycle.begin(self._desk, lifecycle.shutdown)
        else:
            self.left_alone()
