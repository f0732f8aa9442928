"""A journal on a full disk, killed in the middle, or without power."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fumehood.core.errors import Internal, StorageFailed
from fumehood.core.ids import BlobHash
from fumehood.store import operations as op
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal
from tests.recovery.powerloss import Disk as PoweredDisk
from tests.store.conftest import Disk
from tests.store.rows import BLOB, ROOM, RUNTIME, events, update

# -- failures


async def test_an_operation_that_no_column_can_hold_fails_alone(journal: Journal) -> None:
    bad = op.AppendEvents(room=ROOM, events=((3, b"c"), (2**70, b"d")), blobs=())
    results = await asyncio.gather(
        journal.write(events(1, b"a")), journal.write(bad), journal.write(events(2, b"b")), return_exceptions=True
    )
    assert [type(one) for one in results] == [type(None), Internal, type(None)]
    assert journal.events(ROOM) == (None, 0, [(1, b"a"), (2, b"b")])


async def test_an_event_number_that_is_taken_is_refused(journal: Journal) -> None:
    await journal.write(events(1, b"a"))
    with pytest.raises(Internal):
        await journal.write(events(1, b"b"))
    assert journal.events(ROOM) == (None, 0, [(1, b"a")])


async def test_when_the_blobs_cannot_be_synced_nothing_of_the_batch_is_kept(tmp_path: Path) -> None:
    fail = True

    def before() -> None:
        if fail:
            raise StorageFailed("Outputs could not be kept: the disk is full.", errno=28)

    journal = Journal.open(tmp_path / "journal.sqlite3", before)
    results = await asyncio.gather(
        journal.write(update(b"x")), journal.write(events(1, b"a", blobs=(BLOB,))), return_exceptions=True
    )
    assert [type(one) for one in results] == [StorageFailed, StorageFailed]
    assert results[0] is not results[1]
    assert journal.document(ROOM) == (None, [])
    fail = False
    await journal.write(events(1, b"a", blobs=(BLOB,)))
    assert journal.referenced(BLOB)
    journal.close()


async def test_a_defect_before_the_commit_does_not_stop_the_journal(tmp_path: Path) -> None:
    defects = [ZeroDivisionError()]

    def before() -> None:
        if defects:
            raise defects.pop()

    journal = Journal.open(tmp_path / "journal.sqlite3", before)
    with pytest.raises(Internal):
        await journal.write(events(1, b"a", blobs=(BLOB,)))
    await journal.write(events(1, b"a", blobs=(BLOB,)))
    journal.close()


async def test_on_a_full_disk_every_operation_of_the_batch_fails_and_later_ones_are_kept(disk: Disk) -> None:
    path = disk.folder / "journal.sqlite3"
    journal = Journal.open(path)
    await journal.write(update(b"before"))
    disk.fill()
    results = await asyncio.gather(
        *[journal.write(update(bytes([n]) * 400_000)) for n in range(3)], return_exceptions=True
    )
    assert [type(one) for one in results] == [StorageFailed] * 3
    assert journal.document(ROOM) == (None, [b"before"])
    disk.free()
    await journal.write(update(b"after"))
    assert journal.document(ROOM) == (None, [b"before", b"after"])
    journal.close()
    again = Journal.open(path)
    assert again.notice is None
    assert again.document(ROOM) == (None, [b"before", b"after"])
    again.close()


async def test_on_a_full_disk_what_was_kept_can_still_be_read_and_compacted_later(disk: Disk) -> None:
    journal = Journal.open(disk.folder / "journal.sqlite3")
    for n in range(100):
        await journal.write(update(b"%d" % n * 1000))
    disk.fill()
    with pytest.raises(StorageFailed, match=r"full|I/O"):
        for _ in range(100):
            await journal.write(op.SnapshotDocument(room=ROOM, state=b"s" * 300_000))
    assert len(journal.document(ROOM)[1]) in (0, 100)
    disk.free()
    await journal.write(op.SnapshotDocument(room=ROOM, state=b"s"))
    assert journal.document(ROOM) == (b"s", [])
    journal.close()


# -- sudden ends

WRITER = """
import asyncio, pathlib, sys
from fumehood.store import operations as op
from fumehood.store.blobs import BlobStore
from fumehood.store.journal import Journal

async def main():
    root = pathlib.Path(sys.argv[1])
    store = BlobStore(root / "blobs")
    journal = Journal.open(root / "journal.sqlite3", store.sync)
    room = "a" * 32

    async def one(n):
        ref = store.put(b"blob %d" % n)
        edit = journal.write(op.AppendUpdate(room=room, update=b"%d" % n, by="me", time=0.0))
        event = journal.write(op.AppendEvents(
            room=room, events=((n, ref.blob.encode()),), runtime="0badcafe", runtime_seq=n, blobs=(ref.blob,)))
        await edit
        await event
        print(n, flush=True)

    for first in range(1, 10_000, 5):
        await asyncio.gather(*[one(n) for n in range(first, first + 5)])

asyncio.run(main())
"""


def run_writer_and_kill(root: Path, after: int, environment: dict[str, str]) -> list[int]:
    """The numbers that the writer was told are kept, at least `after` of them, in their order."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE, env={**os.environ, **environment}
    ) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in process.stdout if line.endswith(b"\n")]
    return said


def check_all_there(root: Path, said: list[int]) -> None:
    store = BlobStore(root / "blobs")
    journal = Journal.open(root / "journal.sqlite3")
    assert journal.notice is None
    _, updates = journal.document(ROOM)
    _, _, kept = journal.events(ROOM)
    journal.close()
    assert set(said) <= {int(data) for data in updates}
    assert set(said) <= {seq for seq, _ in kept}
    # Once each, in order, without a gap; and every blob that an event names has its bytes.
    assert [int(data) for data in updates] == list(range(1, len(updates) + 1))
    assert [seq for seq, _ in kept] == list(range(1, len(kept) + 1))
    for seq, name in kept:
        assert store.read(BlobHash(name.decode())) == b"blob %d" % seq


@pytest.mark.parametrize("after", [1, 7, 63, 240])
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, after: int) -> None:
    check_all_there(tmp_path, run_writer_and_kill(tmp_path, after, {}))


def test_kill_9_again_and_again_loses_nothing_of_the_ones_before(tmp_path: Path) -> None:
    code = WRITER.replace("range(1, 10_000, 5)", "range(int(sys.argv[2]), 10_000, 5)")
    for _ in range(4):
        journal = Journal.open(tmp_path / "journal.sqlite3")
        start = len(journal.document(ROOM)[1]) + 1
        assert journal.runtime_acked(RUNTIME) == start - 1
        journal.close()
        with subprocess.Popen([sys.executable, "-c", code, tmp_path, str(start)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            said = [int(process.stdout.readline()) for _ in range(11)]
            process.kill()
        check_all_there(tmp_path, said)


@pytest.mark.parametrize("after", [1, 40])
def test_what_was_acknowledged_survives_a_power_loss(tmp_path: Path, after: int) -> None:
    root = tmp_path / "root"
    (root / "blobs" / "tmp").mkdir(parents=True)
    disk = PoweredDisk(root, tmp_path)
    disk.settle()
    said = run_writer_and_kill(root, after, disk.environment())
    disk.lose_power()
    check_all_there(root, said)


# -- files


async def test_its_files_are_for_the_owner_alone(journal: Journal) -> None:
    await journal.write(update(b"x"))
    modes = {part.name: stat.S_IMODE(part.stat().st_mode) for part in journal.path.parent.iterdir()}
    assert modes == {
        "journal.sqlite3": 0o600,
        "journal.sqlite3-wal": 0o600,
        "journal.sqlite3-shm": 0o600,
    }


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    Journal.open(path).close()
    path.chmod(0o644)
    Journal.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
