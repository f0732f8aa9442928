"""Awareness (cursors, names) of one room: y-protocols' messages, stamped with the connection that they came over.

Pure. An update is a count, then per client: id, clock (variable-length unsigned integers), and a state as JSON text.
What a client says of itself is kept but for `user.name`-like claims: the field `peer` is ours, and shown instead.
Bounds: one message 4 kB (`limits.AWARENESS_MESSAGE`), `IDS_PER_PEER` ids per connection.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fumehood.core.errors import BadMessage, LimitExceeded, UpdateRefused
from fumehood.protocol.base import decode_json, encode_json

IDS_PER_PEER: Final = 4
"""A window has one; a client that reconnects may still own its last one."""

Entry = tuple[int, bytes]
"""(clock, state as JSON; `null`: gone)"""
Awareness = dict[int, Entry]


def admit(known: Awareness, mine: set[int], payload: bytes, who: str) -> bytes | None:
    """Takes the message over into `known`; what to tell the others, stamped. Raises BadMessage, UpdateRefused."""
    news: Awareness = {}
    for client, clock, state in decode(payload):
        if client in known and client not in mine:
            raise UpdateRefused("That awareness id is another connection's.")
        old = known.get(client)
        if old is not None and clock < old[0]:
            continue
        news[client] = (clock, _stamped(state, who))
    if len(mine | set(news)) > IDS_PER_PEER:
        raise LimitExceeded(f"A connection has at most {IDS_PER_PEER} awareness ids.")
    for client, entry in news.items():
        if entry[1] == b"null":
            known.pop(client, None)
            mine.discard(client)
        else:
            known[client] = entry
            mine.add(client)
    return encode(news) if news else None


def whole(known: Awareness) -> bytes | None:
    return encode(known) if known else None


def removal(known: Awareness, mine: set[int]) -> bytes | None:
    """The connection of these ids has ended: what to tell the others."""
    gone = {client: (known[client][0] + 1, b"null") for client in mine if client in known}
    for client in gone:
        del known[client]
    mine.clear()
    return encode(gone) if gone else None


def encode(entries: Awareness) -> bytes:
    out = bytearray(_number(len(entries)))
    for client, (clock, state) in entries.items():
        out += _number(client) + _number(clock) + _number(len(state)) + state
    return bytes(out)


def decode(payload: bytes) -> list[tuple[int, int, bytes]]:
    """[(client, clock, JSON)]. Raises BadMessage."""
    count, at = _read(payload, 0)
    if count > len(payload):
        raise BadMessage("The awareness message is cut.")
    entries: list[tuple[int, int, bytes]] = []
    for _ in range(count):
        client, at = _read(payload, at)
        clock, at = _read(payload, at)
        size, at = _read(payload, at)
        state = payload[at : at + size]
        if len(state) != size:
            raise BadMessage("The awareness message is cut.")
        at += size
        entries.append((client, clock, state))
    if at != len(payload):
        raise BadMessage("The awareness message has bytes left over.")
    return entries


def _stamped(state: bytes, who: str) -> bytes:
    value = decode_json(state, dict[str, Any] | None)  # type: ignore[arg-type]  # a union is not a type[T]
    return b"null" if value is None else encode_json({**msgspec.to_builtins(value), "peer": who})


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(0x80 | (value & 0x7F))
        value >>= 7
    out.append(value)
    return bytes(out)


def _read(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 56:
            raise BadMessage("The awareness message is cut.")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
