"""Puts the parts of this daemon together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fumehood.core.errors import Busy
from fumehood.core.identity import Identity
from fumehood.core.ids import RoomId
from fumehood.core.paths import Paths
from fumehood.doors.peer import Handler, Operations, Peer
from fumehood.protocol.frames import Frame
from fumehood.protocol.methods import METHODS, RoomSummary


class _Bare:
    blobs = ""

    @property
    def operations(self) -> Operations:
        return self

    async def _busy(self, _peer: Peer, _params: Any) -> Any:
        raise Busy("This daemon has no rooms yet.")

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {name: self._busy for name in METHODS if not name.startswith("daemon.")}

    async def frame(self, peer: Peer, frame: Frame) -> None:
        raise Busy("This daemon has no rooms yet.")

    async def gone(self, peer: Peer) -> None:
        return None

    def summaries(self) -> Sequence[RoomSummary]:
        return ()

    def warm(self) -> int:
        return 0

    def busy(self) -> bool:
        return False

    def runtimes(self) -> Mapping[Identity, RoomId | None]:
        return {}

    async def close(self, kill: bool) -> None:
        return None


async def compose(paths: Paths) -> _Bare:
    return _Bare()
