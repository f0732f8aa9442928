"""What a kernel displays, as the manifest that the room keeps (`protocol.outputs`).

Pure: bytes that belong into the blob store are handed to `put`, which returns the reference. Base64 of binary types
becomes the bytes, long text a blob, JSON its text. Sizes are bounded so that a manifest always fits into one frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import BadMessage
from fumehood.document.outputs import content, from_base64, is_binary, is_json, json_text, lines_to_text
from fumehood.protocol.base import encode_json
from fumehood.protocol.outputs import (
    BlobRef,
    Content,
    ErrorOutput,
    MimeBundle,
)
from fumehood.runtime import jupyter

Put = Callable[[bytes], BlobRef]
_MIME_NAME = 256
_METADATA = 1 * limits.MIB
_TEXT_OF_BINARY = 64 * limits.KIB


def mime_content(mime: str, value: Any, put: Put) -> Content:
    """By the rules by which a notebook file is read and written, so that what is shown is what is saved."""
    if is_json(mime):
        try:
            return content(json_text(value), put)
        except (msgspec.MsgspecError, RecursionError, OverflowError):
            return "null"
    text = lines_to_text(value)
    if text is None:
        text = _json_of(value)
    if not is_binary(mime):
        return content(text, put)
    try:
        return put(from_base64(text))
    except BadMessage:
        # Not what its type says: it is shown as the text that it is.
        return shortened(text, _TEXT_OF_BINARY)


def _json_of(value: Any) -> str:
    try:
        return json_text(value)
    except (msgspec.MsgspecError, RecursionError, OverflowError):
        return ""


def bundle(data: Mapping[str, Any], put: Put) -> MimeBundle:
    return {
        mime[:_MIME_NAME]: mime_content(mime, value, put)
        for mime, value in list(data.items())[: limits.MIME_TYPES]
        if isinstance(mime, str)
    }


def metadata(found: dict[str, Any] | None) -> dict[str, Any]:
    """Nothing where it is out of all proportion: a manifest must fit into a frame."""
    if not found:
        return {}
    try:
        return found if len(encode_json(found)) <= _METADATA else {}
    except (msgspec.MsgspecError, RecursionError, OverflowError):
        return {}


def estimate(found: jupyter.Display | jupyter.Error) -> int:
    """About how many bytes it is, without the work of making a manifest."""
    if isinstance(found, jupyter.Error):
        return len(found.evalue) + sum(len(line) for line in found.traceback)
    total = 0
    for value in found.data.values():
        try:
            total += len(value) if isinstance(value, str) else len(encode_json(value))
        except (msgspec.MsgspecError, RecursionError, OverflowError):
            continue
    return total


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]} [… {len(text) - limit} more characters]"


def traceback(lines: Sequence[str], put: Put) -> tuple[Content, ...]:
    if sum(len(line) for line in lines) + len(lines) > limits.TRACEBACK:
        return (content("\n".join(lines), put),)
    return tuple(content(line, put) for line in lines)


def error(found: jupyter.Error, put: Put) -> ErrorOutput:
    return ErrorOutput(
        ename=shortened(found.ename, limits.ERROR_NAME),
        evalue=shortened(found.evalue, limits.ERROR_VALUE),
        traceback=traceback(found.traceback, put),
    )
