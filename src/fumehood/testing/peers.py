"""A connection that only records what it is told; stands in for `doors.peer.Peer` where no socket is needed."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from fumehood.core.ids import RoomId
from fumehood.protocol import jsonrpc
from fumehood.protocol.base import decode_json
from fumehood.protocol.events import AnyEvent
from fumehood.protocol.frames import Document, Frame, Kind, decode_frame
from fumehood.protocol.jsonrpc import Incoming, parse_incoming
from fumehood.protocol.methods import NOTIFICATIONS, Acknowledged, Role, RoomEvents

_numbers = itertools.count(1)


class RecordingPeer:
    def __init__(self, role: Role = "person", client: str = "test", room: RoomId | None = None) -> None:
        self.number = next(_numbers)
        self.role: Role = role
        self.room = room
        self.client = client
        self.who = f"{client} #{self.number}"
        self.texts: list[bytes] = []
        self.frames: list[Frame] = []
        self._news = asyncio.Event()

    # -- what a door's peer has

    def notify(self, method: str, params: Any) -> None:
        self.send_text(jsonrpc.notification(method, params))

    def send_text(self, data: bytes) -> None:
        self.texts.append(data)
        self._news.set()

    def send_frame(self, data: bytes) -> None:
        self.frames.append(decode_frame(data))
        self._news.set()

    # -- what a test asks

    def incoming(self) -> list[Incoming]:
        return [parse_incoming(text) for text in self.texts]

    def notifications(self, method: str) -> list[Any]:
        """The decoded params of all notifications of this method."""
        return [decode_json(one.params, NOTIFICATIONS[method]) for one in self.incoming() if one.method == method]

    def events(self) -> list[AnyEvent]:
        return [event for batch in self.notifications("room.events") for event in _events(batch)]

    def acknowledged(self) -> int:
        told: list[Acknowledged] = self.notifications("document.acknowledged")
        return told[-1].updates if told else 0

    def payloads(self, kind: Kind, document: Document = Document.NOTEBOOK) -> list[bytes]:
        return [frame.payload for frame in self.frames if frame.kind is kind and frame.document is document]

    async def until(self, seen: Any, timeout: float = 20.0) -> None:
        """Returns when `seen()` is true; looked at whenever something arrives."""
        async with asyncio.timeout(timeout):
            while not seen():
                self._news.clear()
                await self._news.wait()


def _events(batch: RoomEvents) -> tuple[AnyEvent, ...]:
    return batch.events
