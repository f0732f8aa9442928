"""To which execution does what a kernel says belong?

Pure. A kernel names the request that made it speak; that may be the running cell, a cell that finished while one of its
threads goes on, or a widget's message, which belongs to the cell that made the widget. An execution that is not the
latest of its cell any more has no outputs in the room, so nothing finds it here.
"""

from __future__ import annotations

from collections import OrderedDict

from fumehood.core import limits
from fumehood.runtime.execution import Execution


class Executions:
    def __init__(self) -> None:
        self._by_message: OrderedDict[str, Execution] = OrderedDict()
        self._message_of_cell: dict[str, str] = {}
        self._origins: OrderedDict[str, str] = OrderedDict()
        """Messages to comms, and the execution that opened the comm (its message)."""
        self.stray = 0
        """How many outputs belonged to nobody."""

    def supersede(self, cell: str) -> None:
        """The cell was queued again: what its last execution says after its end is not shown any more.

        One that runs still goes on, and whoever asked for it gets all that it says.
        """
        message = self._message_of_cell.get(cell)
        if message is not None and self._by_message[message].finished:
            del self._message_of_cell[cell], self._by_message[message]

    def begin(self, message: str, execution: Execution) -> None:
        self.supersede(execution.cell)
        self._by_message[message] = execution
        self._message_of_cell[execution.cell] = message
        while len(self._by_message) > limits.PAST_EXECUTIONS:
            _, oldest = self._by_message.popitem(last=False)
            self._message_of_cell.pop(oldest.cell, None)
        if len(self._by_message) > limits.PAST_STREAMS:
            past = list(self._by_message.values())[-limits.PAST_STREAMS - 1]
            if past.finished:
                past.forget_streams()

    def follows(self, message: str, origin: str) -> None:
        """What answers `message` belongs to whom `origin` belongs."""
        self._origins[message] = origin
        while len(self._origins) > limits.PAST_EXECUTIONS:
            self._origins.popitem(last=False)

    def origin(self, parent: str) -> str:
        """The message of the execution that `parent` goes back to, if it does."""
        return self._origins.get(parent, parent)

    def of(self, parent: str) -> Execution | None:
        return self._by_message.get(self._origins.get(parent, parent))
