"""What widgets said since the room was told last: of each trait the latest value, and no other; of messages every one.

Messages keep their order, also against the values before and after them, as far as that can be told in so many turns
(`limits.WIDGET_TURNS`); where a kernel floods with both, a message may come after a value that is newer than it, never
before one that is older. Pure; `widgets` says when the room is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fumehood.core import limits
from fumehood.runtime.comms import Path, by_path


class Trait:
    __slots__ = ("buffers", "has_value", "value")

    def __init__(self) -> None:
        self.has_value = False
        """A trait that is a buffer as a whole has none."""
        self.value: Any = None
        self.buffers: dict[Path, bytes] = {}


class Message(NamedTuple):
    comm: str
    data: dict[str, Any]
    metadata: dict[str, Any]
    buffers: Sequence[bytes]


class Turn:
    """Values, and the messages that came after them."""

    __slots__ = ("messages", "values")

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Trait]] = {}
        """By comm and trait, in the order of their first change."""
        self.messages: list[Message] = []


class Changes:
    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self.bytes = 0
        """Of binary values."""
        self.messages = 0
        self.message_bytes = 0
        """Of the buffers of messages."""

    def __len__(self) -> int:
        """How many widgets are told of."""
        return sum(len(turn.values) for turn in self._turns)

    def __bool__(self) -> bool:
        return bool(self._turns)

    def add(self, comm: str, state: dict[str, Any], paths: Any, buffers: Sequence[bytes]) -> None:
        traits = self._current().values.setdefault(comm, {})
        changed = {name: Trait() for name in state}
        for name, value in state.items():
            changed[name].has_value, changed[name].value = True, value
        for path, buffer in by_path(paths, buffers).items():
            changed.setdefault(str(path[0]), Trait()).buffers[path] = buffer
        for name, trait in changed.items():
            if (old := traits.get(name)) is not None:
                self.bytes -= sum(map(len, old.buffers.values()))
            self.bytes += sum(map(len, trait.buffers.values()))
            traits[name] = trait

    def say(self, message: Message) -> None:
        if not self._turns:
            self._turns.append(Turn())
        self._turns[-1].messages.append(message)
        self.messages += 1
        self.message_bytes += sum(map(len, message.buffers))

    def take(self) -> list[Turn]:
        taken, self._turns = self._turns, []
        self.bytes = self.messages = self.message_bytes = 0
        return taken

    def _current(self) -> Turn:
        """Where a value goes."""
        if not self._turns or (self._turns[-1].messages and len(self._turns) < limits.WIDGET_TURNS):
            self._turns.append(Turn())
        return self._turns[-1]
