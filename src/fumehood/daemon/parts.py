"""The parts that `main` puts together with the doors: what it must know of them, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from fumehood.core.identity import Identity
from fumehood.core.ids import RoomId
from fumehood.doors.peer import Operations
from fumehood.protocol.methods import RoomSummary


class Parts(Protocol):
    @property
    def operations(self) -> Operations:
        """All but `daemon.*`."""
        ...

    @property
    def blobs(self) -> str:
        """The address of the blob server."""
        ...

    @property
    def guest(self) -> str:
        """The address of the sealed page, empty where none was built."""
        ...

    def summaries(self) -> Sequence[RoomSummary]: ...

    def warm(self) -> int:
        """Warm kernels."""
        ...

    def busy(self) -> bool:
        """Whether something would be lost or stopped if the daemon ended now."""
        ...

    def runtimes(self) -> Mapping[Identity, RoomId | None]:
        """Every runtime that is or was."""
        ...

    async def close(self, kill: bool) -> None:
        """Saves, closes the journal; ends the kernels only if `kill`."""
        ...
