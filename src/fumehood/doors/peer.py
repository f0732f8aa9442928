"""Who is at the other end of a connection, and what the daemon must offer to the doors.

A `Place` is decided once, when a connection arrives, from what the kernel of the operating system says of the process;
nothing that the peer says later changes it. A `Peer` is a placed connection that has said hello. `Operations` is what
a door calls: doors know no rooms and never import the daemon.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fumehood.core import limits
from fumehood.core.ids import RoomId
from fumehood.core.logs import scrub
from fumehood.protocol import jsonrpc
from fumehood.protocol.frames import Frame
from fumehood.protocol.methods import Role

_KINDS: Mapping[Role, str] = {"person": "", "agent": " (agent)", "cell": " (code in a cell)"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a connection may be, by the socket it reached and the process it comes from."""

    role: Role
    room: RoomId | None
    """Confines a `cell` to the room whose kernel it is."""
    pid: int


class Outlet(Protocol):
    """The way out to one peer: takes whole messages, never blocks, drops the peer when too much waits."""

    def text(self, data: bytes) -> None: ...
    def binary(self, data: bytes) -> None: ...
    def cut(self, reason: str) -> None: ...


class Peer:
    __slots__ = ("_outlet", "client", "number", "pid", "role", "room", "who")

    def __init__(self, number: int, place: Place, client: str, outlet: Outlet) -> None:
        self.number = number
        self.role = place.role
        self.room = place.room
        self.pid = place.pid
        self.client = scrub(client)[: limits.CLIENT_NAME]
        self.who = f"{self.client}{_KINDS[place.role]} #{number}"
        """What others read as the author: the role is ours, so an agent cannot pass for a person."""
        self._outlet = outlet

    def notify(self, method: str, params: Any) -> None:
        self._outlet.text(jsonrpc.notification(method, params))

    def send_text(self, data: bytes) -> None:
        """A message that was encoded already, for one encoding to many peers."""
        self._outlet.text(data)

    def send_frame(self, data: bytes) -> None:
        """A binary message as `protocol.frames.encode_frame` makes it."""
        self._outlet.binary(data)

    def drop(self, reason: str) -> None:
        """Ends the connection without waiting for what is still to be sent."""
        self._outlet.cut(reason)


Handler = Callable[[Peer, Any], Awaitable[Any]]


class Operations(Protocol):
    """What the daemon does when it is asked.

    Messages of one connection are *begun* in the order in which they were sent: a handler runs up to its first
    suspension before the next message is looked at, and `frame` is awaited to its end. So a handler that changes
    something in its part before the first `await` needs no lock to keep the order, and one that waits long (a busy
    kernel, a grant) does not hold up those behind it.
    """

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """One per entry of `METHODS`, without `daemon.hello`. Takes the decoded params, gives the result struct."""
        ...

    async def frame(self, peer: Peer, frame: Frame) -> None:
        """Errors of `core.errors` that it raises are told to the peer; the connection stays."""
        ...

    async def gone(self, peer: Peer) -> None:
        """The connection has ended. Handlers that still wait for something of this peer must be let go by it."""
        ...
