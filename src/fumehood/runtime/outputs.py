"""What a kernel displays, as the manifest that the room keeps (`protocol.outputs`).

Pure: bytes that belong into the blob store are handed to `put`, which returns the reference. Base64 of binary types
becomes the bytes, long text a blob, JSON its text. Sizes are bounded so that a manifest always fits into one frame.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.protocol.base import encode_json
from fumehood.protocol.outputs import (
    BlobRef,
    Content,
    ErrorOutput,
    MimeBundle,
    kind_of,
)
from fumehood.runtime import jupyter

Put = Callable[[bytes], BlobRef]
_MIME_NAME = 256
_METADATA = 1 * limits.MIB
_TEXT_OF_BINARY = 64 * limits.KIB


def text_content(text: str, put: Put) -> Content:
    if len(text) <= limits.INLINE_TEXT:
        data = text.encode("utf-8", "replace")
        if len(data) <= limits.INLINE_TEXT:
            return text
        return put(data)
    return put(text.encode("utf-8", "replace"))


def mime_content(mime: str, value: Any, put: Put) -> Content:
    kind = kind_of(mime)
    if kind == "json":
        try:
            return text_content(encode_json(value).decode(), put)
        except (msgspec.MsgspecError, RecursionError, OverflowError):
            return "null"
    text = value if isinstance(value, str) else _joined(value)
    if kind == "binary":
        try:
            return put(binascii.a2b_base64(text, strict_mode=False)) if _is_base64(text) else text[:_TEXT_OF_BINARY]
        except (binascii.Error, ValueError):
            return text[:_TEXT_OF_BINARY]
    return text_content(text, put)


def _joined(value: Any) -> str:
    """nbformat's lists of lines, which some kernels send as they are; anything else as JSON."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    try:
        return encode_json(value).decode()
    except (msgspec.MsgspecError, RecursionError, OverflowError):
        return ""


def _is_base64(text: str) -> bool:
    """a2b_base64 skips what is foreign to it; what is told apart here are text and base64, by their beginning."""
    head = text[:256].replace("\n", "").replace("\r", "")
    return text.isascii() and all(c.isalnum() or c in "+/=" for c in head)


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


def estimate(content: jupyter.Display | jupyter.Error) -> int:
    """About how many bytes it is, without the work of making a manifest."""
    if isinstance(content, jupyter.Error):
        return len(content.evalue) + sum(len(line) for line in content.traceback)
    total = 0
    for value in content.data.values():
        try:
            total += len(value) if isinstance(value, str) else len(encode_json(value))
        except (msgspec.MsgspecError, RecursionError, OverflowError):
            continue
    return total


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]} [… {len(text) - limit} more characters]"


def traceback(lines: Sequence[str], put: Put) -> tuple[Content, ...]:
    if sum(len(line) for line in lines) + len(lines) > limits.TRACEBACK:
        return (text_content("\n".join(lines), put),)
    return tuple(text_content(line, put) for line in lines)


def error(content: jupyter.Error, put: Put) -> ErrorOutput:
    return ErrorOutput(
        ename=shortened(content.ename, limits.ERROR_NAME),
        evalue=shortened(content.evalue, limits.ERROR_VALUE),
        traceback=traceback(content.traceback, put),
    )
