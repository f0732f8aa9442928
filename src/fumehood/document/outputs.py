"""Outputs of a file as manifests, and back: what is large or binary goes to the blob store (design, section 4).

Pure: who calls says how a blob is put and read. Imports nothing heavy, so that the runtime can use it. The way back is
exact in value; of the spelling (line breaks in base64, lists of lines) nothing is kept, because the bytes of what did
not change stay in the file. Keys that nbformat does not know are not shown and stay in the file the same way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pybase64

from fumehood.core import limits
from fumehood.core.errors import BadMessage
from fumehood.core.ids import blob_hash
from fumehood.document.values import sendable, tame_text
from fumehood.protocol.outputs import (
    BlobRef,
    Content,
    DisplayOutput,
    ErrorOutput,
    MimeBundle,
    Output,
    RawOutput,
    ResultOutput,
    StreamOutput,
)

_canonical = msgspec.json.Encoder(order="sorted")

Put = Callable[[bytes], BlobRef]
Read = Callable[[BlobRef], bytes]

_BINARY = frozenset(
    (
        "application/octet-stream",
        "application/pdf",
        "application/vnd.apache.arrow.file",
        "application/vnd.apache.arrow.stream",
        "application/vnd.apache.parquet",
        "application/zip",
    )
)


def is_json(mime: str) -> bool:
    """Whether nbformat keeps the value as JSON (its own rule)."""
    return mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json"))


def is_binary(mime: str) -> bool:
    """Whether a kernel or a file spells the bytes as base64."""
    kind = mime.partition(";")[0].strip().lower()
    if kind.startswith(("image/", "audio/", "video/", "font/")):
        return not kind.endswith("+xml")
    return kind in _BINARY


def lines_to_text(value: Any) -> str | None:
    """nbformat's multi-line string: a string, or a list of strings. `None` for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(type(line) is str for line in value):
        return "".join(value)
    return None


# -- to manifests


def to_manifest(output: Mapping[str, Any], put: Put) -> Output:
    """Never fails on what a file may hold: an output that is none of nbformat's becomes a `RawOutput`."""
    try:
        return _to_manifest(output, put)
    except BadMessage:
        return RawOutput(json=content(json_text(output), put))


def _to_manifest(output: Mapping[str, Any], put: Put) -> Output:
    match output.get("output_type"):
        case "stream":
            text = content(_text(output.get("text", "")), put)
            name = tame_text(_string(output.get("name", "stdout")))
            if isinstance(text, BlobRef):
                return StreamOutput(name=name, parts=(text,))
            return StreamOutput(name=name, text=text)
        case "display_data":
            return DisplayOutput(data=to_bundle(output.get("data", {}), put), metadata=_metadata(output))
        case "execute_result":
            count = output.get("execution_count")
            return ResultOutput(
                data=to_bundle(output.get("data", {}), put),
                metadata=_metadata(output),
                count=count if type(count) is int else None,
            )
        case "error":
            traceback = output.get("traceback", [])
            if not isinstance(traceback, list):
                raise BadMessage("A traceback is a list.")
            return ErrorOutput(
                ename=tame_text(_string(output.get("ename", ""))),
                evalue=tame_text(_string(output.get("evalue", ""))),
                traceback=tuple(content(_text(line), put) for line in traceback),
            )
        case _:
            raise BadMessage("An output of an unknown type.")


def to_bundle(data: Any, put: Put) -> MimeBundle:
    """A MIME bundle of a kernel or a file. Raises `BadMessage` where a value is not what its MIME type says."""
    if not isinstance(data, Mapping):
        raise BadMessage("A MIME bundle is an object.")
    bundle: MimeBundle = {}
    for mime, value in data.items():
        if is_json(mime):
            bundle[tame_text(mime)] = content(json_text(value), put)
        elif is_binary(mime):
            bundle[tame_text(mime)] = put(from_base64(_text(value)))
        else:
            bundle[tame_text(mime)] = content(_text(value), put)
    return bundle


def content(text: str, put: Put) -> Content:
    """Text as a manifest holds it: inline, or a blob where it is long."""
    if len(text) * 4 <= limits.INLINE_TEXT:
        return text
    data = text.encode()
    return text if len(data) <= limits.INLINE_TEXT else put(data)


def json_text(value: Any) -> str:
    """JSON that every parser reads: NaN becomes null, and there are no lone surrogates."""
    try:
        return msgspec.json.encode(value).decode()
    except (UnicodeEncodeError, OverflowError, ValueError, TypeError, RecursionError):
        return msgspec.json.encode(sendable(value)).decode()


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise BadMessage("Text was expected.")
    return value


def _text(value: Any) -> str:
    text = lines_to_text(value)
    if text is None:
        raise BadMessage("Text was expected.")
    return tame_text(text)


def from_base64(text: str) -> bytes:
    """Lines and spaces are allowed, anything else is not. Raises `BadMessage`."""
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError:
        pass
    try:
        return pybase64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise BadMessage("The base64 cannot be read.") from error


def _metadata(output: Mapping[str, Any]) -> dict[str, Any]:
    metadata = output.get("metadata", {})
    if not isinstance(metadata, dict):
        raise BadMessage("Metadata is an object.")
    result: dict[str, Any] = sendable(metadata)
    return result


# -- to nbformat


def to_nbformat(output: Output, read: Read) -> dict[str, Any]:
    """As nbformat 4 has it in memory: text joined, binary as base64. `read` may raise `BlobMissing`."""
    match output:
        case StreamOutput():
            text = b"".join(read(part) for part in output.parts).decode() + output.text
            if output.dropped:
                text += f"\n[{output.dropped} bytes of output were over the limit and are not kept]\n"
            return {"name": output.name, "output_type": "stream", "text": text}
        case DisplayOutput():
            return {
                "data": _from_bundle(output.data, read),
                "metadata": output.metadata,
                "output_type": "display_data",
            }
        case ResultOutput():
            return {
                "data": _from_bundle(output.data, read),
                "execution_count": output.count,
                "metadata": output.metadata,
                "output_type": "execute_result",
            }
        case ErrorOutput():
            return {
                "ename": output.ename,
                "evalue": output.evalue,
                "output_type": "error",
                "traceback": [_read_text(line, read) for line in output.traceback],
            }
        case RawOutput():
            result: dict[str, Any] = json.loads(_read_text(output.json, read))
            return result


def _from_bundle(bundle: MimeBundle, read: Read) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for mime, value in bundle.items():
        if is_json(mime):
            data[mime] = json.loads(_read_text(value, read))
        elif is_binary(mime) and isinstance(value, BlobRef):
            data[mime] = pybase64.b64encode(read(value)).decode("ascii")
        else:
            data[mime] = _read_text(value, read)
    return data


def _read_text(value: Content, read: Read) -> str:
    return read(value).decode() if isinstance(value, BlobRef) else value


# -- comparing


def canonical(output: Mapping[str, Any]) -> bytes:
    """Equal for two nbformat outputs which `to_manifest` does not tell apart, but for the order of keys."""
    return _canonical.encode(to_manifest(output, lambda data: BlobRef(blob=blob_hash(data), size=len(data))))
