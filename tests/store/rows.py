"""What the tests of the journal write into it."""

from __future__ import annotations

from fumehood.core.ids import BlobHash, RoomId, RuntimeId, blob_hash
from fumehood.store import operations as op

ROOM = RoomId("a" * 32)
OTHER = RoomId("b" * 32)
RUNTIME = RuntimeId("0badcafe")
BLOB = blob_hash(b"blob")
LATER = blob_hash(b"later")


def put_room(room: RoomId = ROOM, path: str = "/a.ipynb") -> op.PutRoom:
    return op.PutRoom(room=room, path=path, device=1, inode=2, meta=b"meta")


def update(data: bytes, room: RoomId = ROOM) -> op.AppendUpdate:
    return op.AppendUpdate(room=room, update=data, by="me", time=1.0)


def events(first: int, *data: bytes, blobs: tuple[BlobHash, ...] = (), runtime_seq: int = 0) -> op.AppendEvents:
    return op.AppendEvents(
        room=ROOM,
        events=tuple(enumerate(data, first)),
        runtime=RUNTIME if runtime_seq else None,
        runtime_seq=runtime_seq,
        blobs=blobs,
    )


def snapshot(state: bytes, seq: int, *blobs: BlobHash) -> op.SnapshotEvents:
    return op.SnapshotEvents(room=ROOM, state=state, seq=seq, blobs=blobs)
