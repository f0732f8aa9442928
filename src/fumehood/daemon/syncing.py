"""Yjs messages of one listener: answered, admitted or refused, fanned out, acknowledged when they are on disk.

Updates pass the gate whole or not at all. Authorship is the connection's, never what the update says. Awareness is
stamped: its author is the connection, and a connection speaks only for ids that nobody else has.
"""

from __future__ import annotations

from fumehood.core.errors import HoodError, RoomMissing, UpdateRefused
from fumehood.daemon import awareness
from fumehood.daemon.room import Room
from fumehood.daemon.subscribers import Listener, Subscriber
from fumehood.protocol.frames import Document, Frame, Kind, encode_frame


def receive(room: Room, peer: Listener, frame: Frame) -> None:
    """Raises RoomMissing for a listener that did not attach, UpdateRefused for what nobody may write."""
    subscriber = room.peers.get(peer)
    if subscriber is None:
        raise RoomMissing("Attach to the room first.", hint="Call room.attach.")
    if frame.kind is Kind.STEP1:
        _answer(room, subscriber, frame)
    elif frame.kind is Kind.AWARENESS:
        _awareness(room, subscriber, frame)
    elif frame.document is Document.WIDGETS:
        raise UpdateRefused("Widgets are written by their kernel; send comm.send.")
    else:
        _update(room, subscriber, frame.payload)


def left(room: Room, subscriber: Subscriber) -> None:
    """Its cursors go with it."""
    gone = awareness.removal(room.awareness, subscriber.awareness)
    if gone is not None:
        room.peers.frame(Document.NOTEBOOK, Kind.AWARENESS, gone)


def _answer(room: Room, subscriber: Subscriber, frame: Frame) -> None:
    def send(kind: Kind, payload: bytes) -> None:
        subscriber.peer.send_frame(
            encode_frame(Frame(room=room.id, document=frame.document, kind=kind, payload=payload))
        )

    if frame.document is Document.WIDGETS:
        send(Kind.STEP2, room.widgets.diff(frame.payload))
        subscriber.follows.add(Document.WIDGETS)
        return
    send(Kind.STEP2, room.notebook.diff(frame.payload))
    send(Kind.STEP1, room.notebook.state_vector())
    subscriber.follows.add(Document.NOTEBOOK)
    everyone = awareness.whole(room.awareness)
    if everyone is not None:
        send(Kind.AWARENESS, everyone)


def _update(room: Room, subscriber: Subscriber, payload: bytes) -> None:
    number = subscriber.next_update()

    def kept(error: HoodError | None) -> None:
        if error is None:
            subscriber.kept(number)

    by = subscriber.peer.who
    try:
        with room.authored(by, origin=subscriber, done=kept):
            room.gate.admit(payload)
    except HoodError as error:
        subscriber.refused(number, error.code, error.message)


def _awareness(room: Room, subscriber: Subscriber, frame: Frame) -> None:
    stamped = awareness.admit(room.awareness, subscriber.awareness, frame.payload, subscriber.peer.who)
    if stamped is not None:
        room.peers.frame(Document.NOTEBOOK, Kind.AWARENESS, stamped, but=subscriber)
