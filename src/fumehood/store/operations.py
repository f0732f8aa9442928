"""What the journal can be asked to keep, as values (design, sections 4 and 11).

Each is carried out whole or not at all, in the order in which it was written. The values are plain: they hold the
bytes to keep, never a live object.
"""

from __future__ import annotations

import msgspec

from fumehood.core.ids import BlobHash, CellId, RoomId, RuntimeId


class Op(msgspec.Struct, frozen=True, kw_only=True):
    """The base of all; `blobs` of a leaf must be in the blob store before it is written."""


class PutRoom(Op, frozen=True):
    """Makes the room, or replaces what is known of it."""

    room: RoomId
    path: str
    device: int
    inode: int
    """0 and 0 while there is no file."""
    meta: bytes = b""
    """Whatever the room wants to find again; the journal does not look into it."""


class DropRoom(Op, frozen=True):
    """Forgets the room: document, events, references to blobs; also the versions unless `keep_versions`."""

    room: RoomId
    keep_versions: bool = False


class AppendUpdate(Op, frozen=True):
    room: RoomId
    update: bytes
    """A Yjs update."""
    by: str
    time: float


class SnapshotDocument(Op, frozen=True):
    """Replaces the snapshot and every update of the room that was written before this.

    `state` must be taken in the same step of the event loop in which this is written, so that it holds them all.
    """

    room: RoomId
    state: bytes


class AppendEvents(Op, frozen=True):
    """The next events of a room, each with its room sequence number, and how far they bring its runtime."""

    room: RoomId
    events: tuple[tuple[int, bytes], ...]
    runtime: RuntimeId | None = None
    runtime_seq: int = 0
    """The runtime's number of its last report among them."""
    blobs: tuple[BlobHash, ...] = ()
    """What the events name."""


class SnapshotEvents(Op, frozen=True):
    """Replaces the snapshot and all events up to `seq`. Heals a gap, too: later events go on after it."""

    room: RoomId
    state: bytes
    seq: int
    blobs: tuple[BlobHash, ...] = ()
    """Everything that `state` names; what it does not name may be swept."""


class AddVersion(Op, frozen=True):
    """A cell's source for its version history; the oldest beyond the limits are forgotten."""

    room: RoomId
    cell: CellId
    source: str
    by: str
    time: float


class PutRuntime(Op, frozen=True):
    """A runtime and whose it is; what it was acknowledged stays."""

    runtime: RuntimeId
    room: RoomId | None
    """None: warm, nobody's yet."""
    pid: int
    start: int
    """As in `core.identity.Identity`."""
    kernel_pid: int | None
    folder: str


class DropRuntime(Op, frozen=True):
    runtime: RuntimeId


class PutValue(Op, frozen=True):
    key: str
    value: bytes | None
    """None: forget it."""


class PutApproval(Op, frozen=True):
    """The next record of a notebook's chain, with the head that names it. Refused where that number is there."""

    notebook: str
    number: int
    record: bytes
    signature: bytes
    head: bytes
    head_signature: bytes
    plan: bytes
    """That the record approves; empty where it approves none."""
