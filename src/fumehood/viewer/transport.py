"""What a viewer needs of a way to its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol

from fumehood.protocol.viewer import Answer, Ask, Command, ViewerEvent, Welcome

Hear = Callable[[ViewerEvent, Sequence[bytes | memoryview]], None]
"""Called in the transport's thread with what a page says; returns soon. Raises `BadMessage` or `Busy`."""

Answered = Callable[[Ask, Answer], None]
"""Called in any thread with what a page asked and what it was answered; returns soon."""


class Finding(NamedTuple):
    """A line of `debug_connection`. `well`: None where nothing can be said."""

    what: str
    well: bool | None
    said: str


class Transport(Protocol):
    @property
    def name(self) -> Literal["comm", "http"]: ...

    @property
    def viewer(self) -> str:
        """The viewer's id, which is no secret."""

    answered: Answered
    """Set by whoever wants to know; nobody at first."""

    def link(self) -> str:
        """An address for a browser's window. Raises `ViewerUnplaced` where there is none."""

    def send(self, message: Command | Welcome, buffers: Sequence[bytes]) -> None:
        """Returns at once, from any thread. Raises `Busy`."""

    def display(self) -> None:
        """Shows it in the running cell. Raises `ViewerUnplaced` where there is no front end."""

    def beside(self) -> bool:
        """Whether events come while the calling thread waits."""

    def awaited(self) -> bool:
        """Whether events come while a cell awaits."""

    def findings(self) -> list[Finding]: ...

    def close(self) -> None: ...
