"""Who may say what: the one place where a message of a peer is admitted or refused, before anything looks at it.

Pure. Everything is denied that the table `METHODS` does not give to the peer's role. A peer that is confined to a room
may name that room only, in every message that names one, and may not send one that names none.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded, MethodForbidden, MethodMissing, PeerRefused, UpdateRefused
from fumehood.core.ids import RoomId, parse_room_id
from fumehood.protocol.base import decode_json
from fumehood.protocol.frames import Document, Frame, Kind, decode_frame
from fumehood.protocol.jsonrpc import Request
from fumehood.protocol.methods import METHODS, Role

HELLO = "daemon.hello"


def admit_request(role: Role, room: RoomId | None, request: Request) -> Any:
    """The decoded params. Raises MethodMissing, MethodForbidden, BadMessage, LimitExceeded, PeerRefused."""
    method = METHODS.get(request.method)
    if method is None:
        raise MethodMissing("There is no such method.")
    if role not in method.roles:
        raise MethodForbidden(f"{request.method} is not for {_PLURAL[role]}.")
    if request.method == HELLO:
        raise BadMessage("This connection has said hello already.")
    _check_depth(request.params)
    params: Any = decode_json(request.params, method.params)
    named = getattr(params, "room", None)
    if named is not None:
        parse_room_id(named)
    if role == "cell":
        _check_room(room, named)
    return params


def admit_frame(role: Role, data: bytes) -> Frame:
    """Binary messages are for persons: agents edit by `cell.*` calls, which name the version that they are based on."""
    if role != "person":
        raise MethodForbidden("Binary messages are not for this socket.")
    frame = decode_frame(data)
    if frame.document is Document.WIDGETS and frame.kind in (Kind.STEP2, Kind.UPDATE):
        # No client writes widget state: it goes through the kernel, by comm.send.
        raise UpdateRefused("Widgets are written by their kernel alone.")
    return frame


def _check_room(room: RoomId | None, named: str | None) -> None:
    if room is None or named != room:
        raise PeerRefused("Code in a cell reaches its own notebook only.")


def _check_depth(raw: msgspec.Raw) -> None:
    """No value is nested deeper than its number of opening brackets, so that most messages are cleared by counting."""
    data = bytes(raw)
    if data.count(b"{") + data.count(b"[") <= limits.JSON_DEPTH:
        return
    level: list[Any] = [decode_json(data, Any)]
    for _ in range(limits.JSON_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(inner for inner in value.values() if isinstance(inner, dict | list))
            elif isinstance(value, list):
                below.extend(inner for inner in value if isinstance(inner, dict | list))
        if not below:
            return
        level = below
    raise LimitExceeded(f"A message may be nested {limits.JSON_DEPTH} deep.")


_PLURAL: dict[Role, str] = {"person": "a person", "agent": "agents", "cell": "code in a cell"}
