"""JSON-RPC 2.0 envelopes: the text messages of the control and agent sockets.

Batches are not spoken. Ids are non-negative integers chosen by the client. Our errors travel as code -32000 with the
stable code, the hint and the data in `error.data`; the codes of the specification are used for what it names.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from fumehood.core.errors import BadMessage, HoodError, Internal, MethodMissing, from_wire
from fumehood.protocol.base import Message, decode_json, encode_json


class Request(Message, frozen=True):
    jsonrpc: Literal["2.0"]
    method: str
    id: int | None = None
    """Absent: a notification."""
    params: msgspec.Raw = msgspec.Raw(b"{}")


class ErrorBody(Message, frozen=True):
    code: int
    message: str
    data: dict[str, Any] = {}


class Response(Message, frozen=True):
    jsonrpc: Literal["2.0"]
    id: int | None
    result: msgspec.Raw = msgspec.Raw(b"")
    error: ErrorBody | None = None


class Incoming(Message, frozen=True):
    """What a client may receive: a response (id) or a notification (method)."""

    jsonrpc: Literal["2.0"]
    id: int | None = None
    method: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")
    result: msgspec.Raw = msgspec.Raw(b"")
    error: ErrorBody | None = None


def request(method: str, params: Any, id: int | None) -> bytes:
    body: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    if id is not None:
        body["id"] = id
    return encode_json(body)


def notification(method: str, params: Any) -> bytes:
    return encode_json({"jsonrpc": "2.0", "method": method, "params": params})


def result(id: int | None, value: Any) -> bytes:
    return encode_json({"jsonrpc": "2.0", "id": id, "result": value})


def failure(id: int | None, error: HoodError) -> bytes:
    number = -32601 if isinstance(error, MethodMissing) else -32600 if isinstance(error, BadMessage) else -32000
    if isinstance(error, Internal):
        number = -32603
    data = {"code": error.code, "hint": error.hint, **({"fields": error.data} if error.data else {})}
    return encode_json({"jsonrpc": "2.0", "id": id, "error": {"code": number, "message": error.message, "data": data}})


def to_error(body: ErrorBody) -> HoodError:
    data = body.data
    fields = data.get("fields")
    return from_wire(
        str(data.get("code", "")), body.message, str(data.get("hint", "")), fields if isinstance(fields, dict) else {}
    )


def parse_request(data: bytes | str) -> Request:
    return decode_json(data, Request)


def parse_incoming(data: bytes | str) -> Incoming:
    return decode_json(data, Incoming)
