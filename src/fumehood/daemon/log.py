"""The event log of one room: the fold, the numbers, and the one place from which events go out.

`emit` is the only way to change a room's runtime state. It applies, numbers, tells the listeners and hands the events
to the journal, in this order and without awaiting, so that every client and the journal see the same sequence.
The cost of an event must not depend on how much happened before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from fumehood.core.ids import BlobHash, RuntimeId
from fumehood.daemon.keeping import Done, Keeper
from fumehood.daemon.references import of_event
from fumehood.daemon.subscribers import Subscribers
from fumehood.protocol import events as ev
from fumehood.protocol.base import encode_pack
from fumehood.protocol.state import RoomState


class EventLog:
    def __init__(self, state: RoomState, seq: int, subscribers: Subscribers, keeper: Keeper) -> None:
        self.state = state
        self.seq = seq
        self._subscribers = subscribers
        self._keeper = keeper

    def emit(
        self,
        *events: ev.Event,
        runtime: RuntimeId | None = None,
        runtime_seq: int = 0,
        done: Done | None = None,
    ) -> None:
        """`done` is called once the events, and the runtime's number with them, are on disk."""
        rows: list[tuple[int, bytes]] = []
        blobs: list[BlobHash] = []
        for event in events:
            self.seq += 1
            self.state.apply(event)
            rows.append((self.seq, encode_pack(event)))
            blobs.extend(of_event(event))
        self._subscribers.events(self.seq, events)
        if rows or runtime is not None:
            self._keeper.events(rows, runtime, runtime_seq, tuple(blobs), done)

    def passing(self, *events: ev.Passing) -> None:
        """For whoever listens now: not numbered, not kept."""
        self._subscribers.events(self.seq, events)


def replay(snapshot: RoomState, rows: Sequence[ev.Event]) -> RoomState:
    for event in rows:
        snapshot.apply(event)
    return snapshot
