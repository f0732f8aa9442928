"""JSON values on their way between a file, the Yjs document and a message.

The document's numbers are JavaScript's: 1 and 1.0 are one value there, integers end at 2**53, and text is Unicode
without lone surrogates. A file may hold more than that. `tame` makes of a file's value what the document can hold,
and the writer compares tamed values, so that what nobody changed keeps the bytes that the file had.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from fumehood.core.errors import LimitExceeded

_SAFE = 2**53
_sorted = msgspec.json.Encoder(order="sorted")


def tame_text(text: str) -> str:
    """The text without lone surrogates, which JSON can spell and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def source_text(text: str) -> str:
    """A cell's source as the document holds it: LF line ends, as every editor counts them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return tame_text(text)


def tame(value: Any) -> Any:
    """A JSON value as the document and every peer can hold it. Assumes that its depth was checked."""
    return _tame(value, floats=True)


def sendable(value: Any) -> Any:
    """A JSON value that every JSON parser reads: as `tame`, but 1.0 stays 1.0, and integers end at 64 bits."""
    return _tame(value, floats=False)


def _tame(value: Any, floats: bool) -> Any:
    if isinstance(value, str):
        return tame_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if -_SAFE <= value <= _SAFE or (not floats and -(2**63) <= value < 2**64):
            return value
        try:
            return float(value)
        except OverflowError:
            return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if floats and value.is_integer() and -_SAFE <= value <= _SAFE else value
    if isinstance(value, Mapping):
        return {tame_text(key): _tame(inner, floats) for key, inner in value.items()}
    return [_tame(inner, floats) for inner in value]


def same(one: Any, other: Any) -> bool:
    """Whether two tamed values are the same JSON value, whatever the order of keys. `True` is not 1."""
    if one is other:
        return True
    return bool(_sorted.encode(one) == _sorted.encode(other))


def json_size(value: Any) -> int:
    """In bytes, of a tamed value."""
    return len(_sorted.encode(value))


def check_depth(value: Any, limit: int, what: str) -> None:
    """Raises `LimitExceeded` for a JSON value nested deeper than `limit`. Never recurses."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(limit):
        if not level:
            return
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
    if level:
        raise LimitExceeded(f"{what} is nested more than {limit} levels deep.")
