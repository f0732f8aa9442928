"""Binary messages on the control socket: Yjs sync and awareness (design, section 5).

A frame is room id (16 bytes), document (1 byte), kind (1 byte), payload. The payloads are those of y-protocols
without their own type bytes: a state vector, an update, an update, an awareness update.
"""

from __future__ import annotations

import enum

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded
from fumehood.core.ids import RoomId
from fumehood.protocol.base import Message


class Document(enum.IntEnum):
    NOTEBOOK = 0
    WIDGETS = 1


class Kind(enum.IntEnum):
    STEP1 = 0
    """Payload: the sender's state vector. Answered with STEP2."""
    STEP2 = 1
    """Payload: an update with all that the state vector lacked."""
    UPDATE = 2
    AWARENESS = 3


class Frame(Message, frozen=True):
    room: RoomId
    document: Document
    kind: Kind
    payload: bytes


HEAD = 18


def encode_frame(frame: Frame) -> bytes:
    return bytes.fromhex(frame.room) + bytes((frame.document, frame.kind)) + frame.payload


def decode_frame(data: bytes) -> Frame:
    if len(data) < HEAD:
        raise BadMessage("A binary message has a head of 18 bytes.")
    try:
        document, kind = Document(data[16]), Kind(data[17])
    except ValueError as error:
        raise BadMessage("A binary message names an unknown document or kind.") from error
    cap = limits.AWARENESS_MESSAGE if kind is Kind.AWARENESS else limits.SYNC_MESSAGE
    if len(data) - HEAD > cap:
        raise LimitExceeded(f"A {kind.name.lower()} message may have {cap} bytes.")
    return Frame(room=RoomId(data[:16].hex()), document=document, kind=kind, payload=bytes(data[HEAD:]))
