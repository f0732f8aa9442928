"""When the room is told what an execution has new: at once where that is rare, in the rhythm of the eye in a flood."""

from __future__ import annotations

import asyncio
import logging

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.runtime.execution import Execution, Urgency
from fumehood.runtime.outlet import Outlet

log = logging.getLogger(__name__)


class Teller:
    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[Execution, float] = {}
        """When each is due."""
        self._timer: asyncio.TimerHandle | None = None

    def urge(self, execution: Execution, urgency: Urgency) -> None:
        if urgency is Urgency.NOTHING:
            return
        if urgency is Urgency.NOW:
            self.tell(execution)
            return
        now = self._loop.time()
        due = (now if urgency is Urgency.LATER else execution.told_at) + limits.FLUSH_INTERVAL
        if due <= now:
            self.tell(execution)
            return
        self._waiting[execution] = min(due, self._waiting.get(execution, due))
        if self._timer is None or self._timer.when() > due:
            self._arm(due)

    def tell(self, execution: Execution, *, last: bool = False) -> None:
        self._waiting.pop(execution, None)
        execution.told_at = self._loop.time()
        for body in execution.tell(last=last):
            try:
                self._outlet.leave(body)
            except LimitExceeded as error:
                log.error("an output could not leave: %s", error)

    def tell_all(self) -> None:
        for execution in list(self._waiting):
            self.tell(execution)

    def close(self) -> None:
        self.tell_all()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        now = self._loop.time()
        for execution, due in list(self._waiting.items()):
            if due <= now + 0.001:
                self.tell(execution)
        if self._waiting:
            self._arm(min(self._waiting.values()))
