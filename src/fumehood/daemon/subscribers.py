"""Who listens to one room, and how the same news reaches all of them at the price of one encoding.

Assumes that a listener's `send_*` never block (the door bounds what waits for a stalled client and drops the client).
Must never await: what is said to the listeners keeps the order in which it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from fumehood.core.ids import RoomId
from fumehood.protocol import jsonrpc
from fumehood.protocol.events import AnyEvent
from fumehood.protocol.frames import Document, Frame, Kind, encode_frame
from fumehood.protocol.methods import Acknowledged, RefusedUpdate, Role, RoomClosed, RoomEvents


class Listener(Protocol):
    """What a room asks of a connection; `doors.peer.Peer` is one."""

    @property
    def number(self) -> int: ...
    @property
    def role(self) -> Role: ...
    @property
    def room(self) -> RoomId | None: ...
    @property
    def client(self) -> str: ...
    @property
    def who(self) -> str: ...
    def notify(self, method: str, params: Any) -> None: ...
    def send_text(self, data: bytes) -> None: ...
    def send_frame(self, data: bytes) -> None: ...


class Subscriber:
    """One listener in one room: which documents it follows, and which of its update frames are kept."""

    def __init__(self, peer: Listener, room: RoomId, soon: Callable[[Callable[[], None]], object]) -> None:
        self.peer = peer
        self.follows: set[Document] = set()
        self.awareness: set[int] = set()
        """Awareness ids that this connection speaks for."""
        self._room = room
        self._soon = soon
        self._received = 0
        self._open: set[int] = set()
        self._told = 0
        self._scheduled = False

    def next_update(self) -> int:
        """Counts an update frame as it arrives: 1, 2, 3, ... over the connection's time in the room."""
        self._received += 1
        self._open.add(self._received)
        return self._received

    def kept(self, number: int) -> None:
        """The frame is in the journal; told with those that follow at once."""
        self._open.discard(number)
        if not self._scheduled:
            self._scheduled = True
            self._soon(self._tell)

    def refused(self, number: int, code: str, message: str) -> None:
        self._open.discard(number)
        self.peer.notify("document.refused", RefusedUpdate(room=self._room, update=number, code=code, message=message))

    def _tell(self) -> None:
        self._scheduled = False
        # "So many are kept" is said of an unbroken run from the first on: a client may forget all up to it.
        reached = min(self._open) - 1 if self._open else self._received
        if reached > self._told:
            self._told = reached
            self.peer.notify("document.acknowledged", Acknowledged(room=self._room, updates=reached))


class Subscribers:
    def __init__(self, room: RoomId, soon: Callable[[Callable[[], None]], object]) -> None:
        self._room = room
        self._soon = soon
        self._all: dict[int, Subscriber] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Subscriber]:
        return iter(list(self._all.values()))

    def get(self, peer: Listener) -> Subscriber | None:
        return self._all.get(peer.number)

    def join(self, peer: Listener) -> Subscriber:
        found = self._all.get(peer.number)
        if found is None:
            found = self._all[peer.number] = Subscriber(peer, self._room, self._soon)
        return found

    def leave(self, peer: Listener) -> Subscriber | None:
        return self._all.pop(peer.number, None)

    def people(self) -> int:
        return sum(1 for one in self._all.values() if one.peer.role == "person")

    def events(self, seq: int, events: tuple[AnyEvent, ...]) -> None:
        if not self._all or not events:
            return
        text = jsonrpc.notification("room.events", RoomEvents(room=self._room, seq=seq, events=events))
        for one in list(self._all.values()):
            one.peer.send_text(text)

    def frame(self, document: Document, kind: Kind, payload: bytes, but: Subscriber | None = None) -> None:
        """To all that follow the document, except the one it came from."""
        listening = [one for one in self._all.values() if one is not but and document in one.follows]
        if not listening:
            return
        data = encode_frame(Frame(room=self._room, document=document, kind=kind, payload=payload))
        for one in listening:
            one.peer.send_frame(data)

    def close(self, reason: str) -> None:
        for one in list(self._all.values()):
            one.peer.notify("room.closed", RoomClosed(room=self._room, reason=reason))
        self._all.clear()
