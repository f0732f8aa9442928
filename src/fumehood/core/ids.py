"""The names by which one part speaks of another part's things.

An id is an opaque string of a fixed alphabet, so that it can stand in a file name, a URL and a log line
without quoting. Parsing happens at the door (see `parse_*`); inside, the `NewType`s are trusted.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import NewType

from fumehood.core.errors import BadMessage

RoomId = NewType("RoomId", str)
"""32 hex digits: the 16 bytes that head a binary frame (design, section 5)."""
CellId = NewType("CellId", str)
"""nbformat 4.5: 1 to 64 of ``[A-Za-z0-9_-]``."""
ExecutionId = NewType("ExecutionId", str)
RuntimeId = NewType("RuntimeId", str)
BlobHash = NewType("BlobHash", str)
"""SHA-256 of the bytes, 64 lower-case hex digits."""

_HEX32 = re.compile(r"[0-9a-f]{32}\Z")
_HEX64 = re.compile(r"[0-9a-f]{64}\Z")
_CELL = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def new_room_id() -> RoomId:
    return RoomId(secrets.token_hex(16))


def new_cell_id() -> CellId:
    return CellId(secrets.token_hex(4))


def new_execution_id() -> ExecutionId:
    return ExecutionId(secrets.token_hex(16))


def new_runtime_id() -> RuntimeId:
    """Eight digits only: the id is part of a Unix socket's path, which may have 107 bytes."""
    return RuntimeId(secrets.token_hex(4))


def parse_room_id(text: str) -> RoomId:
    if not _HEX32.match(text):
        raise BadMessage("A room id has 32 hex digits.")
    return RoomId(text)


def parse_execution_id(text: str) -> ExecutionId:
    if not _HEX32.match(text):
        raise BadMessage("An execution id has 32 hex digits.")
    return ExecutionId(text)


def parse_cell_id(text: str) -> CellId:
    if not _CELL.match(text):
        raise BadMessage("A cell id has 1 to 64 letters, digits, '-' or '_'.")
    return CellId(text)


def parse_blob_hash(text: str) -> BlobHash:
    if not _HEX64.match(text):
        raise BadMessage("A blob is named by 64 lower-case hex digits.")
    return BlobHash(text)


def blob_hash(data: bytes | memoryview) -> BlobHash:
    return BlobHash(hashlib.sha256(data).hexdigest())


def source_hash(source: str) -> str:
    """SHA-256 of a cell's UTF-8 text with LF line ends (design, section 5); what `cell.execute` names."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
