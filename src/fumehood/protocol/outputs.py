"""Outputs as manifests: MIME type to inline text up to a limit, else a reference to the blob store (design, section 4).

Text of a JSON MIME type is its JSON text. What is not text (images, audio, Arrow) is always a blob of the raw bytes,
never base64. Outputs never enter the CRDT.
"""

from __future__ import annotations

from typing import Any

from fumehood.protocol.base import Message


class BlobRef(Message, frozen=True):
    blob: str
    """SHA-256 in lower-case hex."""
    size: int
    """In bytes."""


Content = str | BlobRef
MimeBundle = dict[str, Content]


class StreamOutput(Message, frozen=True, tag_field="type", tag="stream"):
    """What was printed: the sealed parts, oldest first, then the open text.

    Carriage returns and backspaces are resolved. `dropped` counts bytes that were over the limit and are not kept.
    """

    name: str
    """`stdout` or `stderr`."""
    parts: tuple[BlobRef, ...] = ()
    text: str = ""
    dropped: int = 0


class DisplayOutput(Message, frozen=True, tag_field="type", tag="display_data"):
    data: MimeBundle
    metadata: dict[str, Any] = {}
    display_id: str | None = None


class ResultOutput(Message, frozen=True, tag_field="type", tag="execute_result"):
    data: MimeBundle
    metadata: dict[str, Any] = {}
    count: int | None = None
    display_id: str | None = None


class ErrorOutput(Message, frozen=True, tag_field="type", tag="error"):
    ename: str
    evalue: str
    traceback: tuple[Content, ...] = ()


class RawOutput(Message, frozen=True, tag_field="type", tag="raw"):
    """An output of a saved file that is none of the above; kept as it was, shown as text."""

    json: Content


Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput | RawOutput
