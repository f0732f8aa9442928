"""The base of every message, and the two codecs.

Foreign bytes are decoded here and nowhere else: the `decode_*` functions return a value of the asked type or raise
`BadMessage` or `LimitExceeded`. Unknown fields are refused, so that a message means the same to both ends.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from fumehood.core.errors import BadMessage, LimitExceeded


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A value on a wire."""


T = TypeVar("T")

_json = msgspec.json.Encoder()
_pack = msgspec.msgpack.Encoder()


def encode_json(value: Any) -> bytes:
    return _json.encode(value)


def encode_pack(value: Any) -> bytes:
    return _pack.encode(value)


@cache
def _json_decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@cache
def _pack_decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


def decode_json(data: bytes | str | msgspec.Raw, kind: type[T]) -> T:
    try:
        result: T = _json_decoder(cast(Any, kind)).decode(data)
    except RecursionError as error:
        raise LimitExceeded("The message is nested too deeply.") from error
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadMessage(f"The message cannot be read: {error}.") from error
    return result


def decode_pack(data: bytes | memoryview | msgspec.Raw, kind: type[T]) -> T:
    try:
        result: T = _pack_decoder(cast(Any, kind)).decode(data)
    except RecursionError as error:
        raise LimitExceeded("The message is nested too deeply.") from error
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadMessage(f"The message cannot be read: {error}.") from error
    return result
