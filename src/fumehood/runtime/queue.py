"""What waits to be executed in one kernel, and what was asked before.

Pure: no clock, no I/O. The kernel is given one execution at a time and the rest waits here, because what waits inside
a kernel cannot be cancelled, reordered or counted. Executions are idempotent by id, also long after they finished:
a daemon that lost the answer asks again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from fumehood.core import limits
from fumehood.core.errors import Busy
from fumehood.protocol.stream import Execute


class Queue:
    def __init__(self) -> None:
        self._waiting: dict[str, Execute] = {}
        self._known: OrderedDict[str, None] = OrderedDict()
        self.running: Execute | None = None

    def __len__(self) -> int:
        """How many wait; what runs is not counted."""
        return len(self._waiting)

    @property
    def idle(self) -> bool:
        return self.running is None and not self._waiting

    def knows(self, execution: str) -> bool:
        return execution in self._known

    def add(self, request: Execute) -> bool:
        """False: this execution was asked for before, and nothing changed. Raises `Busy` when too many wait."""
        if request.execution in self._known:
            return False
        if len(self._waiting) >= limits.QUEUE:
            raise Busy(f"More than {limits.QUEUE} cells are waiting.")
        self._waiting[request.execution] = request
        self._known[request.execution] = None
        while len(self._known) > limits.KNOWN_EXECUTIONS:
            self._known.popitem(last=False)
        return True

    def take(self) -> Execute | None:
        """Makes the next one the running one. `None` where one runs already or none waits."""
        if self.running is not None or not self._waiting:
            return None
        execution = next(iter(self._waiting))
        self.running = self._waiting.pop(execution)
        return self.running

    def finish(self) -> None:
        self.running = None

    def cancel(self, executions: Iterable[str]) -> list[Execute]:
        """Those of `executions` that waited, in their order in the queue; they wait no more."""
        wanted = set(executions)
        gone = [request for execution, request in self._waiting.items() if execution in wanted]
        for request in gone:
            del self._waiting[request.execution]
        return gone

    def cancel_all(self) -> list[Execute]:
        gone = list(self._waiting.values())
        self._waiting.clear()
        return gone
