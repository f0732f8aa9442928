"""What the daemon says of itself: `daemon.status`, and the answer to a hello."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fumehood.core.identity import Holder
from fumehood.core.paths import Paths
from fumehood.doors.peer import Peer
from fumehood.protocol.methods import VERSION, HelloResult, RoomSummary, StatusResult


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Standing:
    """What does not change while the daemon lives, and where the rest can be asked."""

    holder: Holder
    paths: Paths
    started: float
    blobs: Callable[[], str]
    guest: Callable[[], str]
    rooms: Callable[[], Sequence[RoomSummary]]
    clients: Callable[[], int]
    warm: Callable[[], int]

    def hello(self, peer: Peer) -> HelloResult:
        return HelloResult(
            version=VERSION,
            build=self.holder.build,
            incarnation=self.holder.incarnation,
            role=peer.role,
            peer=peer.number,
            blobs=self.blobs(),
            guest=self.guest(),
        )

    def status(self) -> StatusResult:
        return StatusResult(
            pid=self.holder.pid,
            build=self.holder.build,
            incarnation=self.holder.incarnation,
            started=self.started,
            control_socket=str(self.paths.control_socket),
            agent_socket=str(self.paths.agent_socket),
            blobs=self.blobs(),
            rooms=tuple(self.rooms()),
            clients=self.clients(),
            warm=self.warm(),
            memory=resident_bytes(),
        )
