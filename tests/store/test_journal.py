from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import StorageFailed
from fumehood.core.ids import CellId, RoomId
from fumehood.protocol.methods import Version
from fumehood.store import operations as op
from fumehood.store.journal import Journal
from tests.store.rows import BLOB, LATER, OTHER, ROOM, RUNTIME, events, put_room, snapshot, update

# -- what is written is there, in the same process and in the next one


async def test_everything_comes_back_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal.open(path)
    await journal.write(put_room())
    await journal.write(update(b"one"))
    await journal.write(update(b"two"))
    await journal.write(events(1, b"x", b"y", blobs=(BLOB,), runtime_seq=7))
    await journal.write(
        op.PutRuntime(runtime=RUNTIME, room=ROOM, pid=5, start=6, kernel_pid=None, folder="/run/rt/0badcafe")
    )
    await journal.write(op.AddVersion(room=ROOM, cell=CellId("c"), source="1\ud800", by="me", time=3.0))
    await journal.write(op.PutValue(key="k", value=b"v"))
    journal.close()
    again = Journal.open(path)
    assert again.notice is None
    assert again.rooms() == [(ROOM, "/a.ipynb", 1, 2, b"meta")]
    assert again.room(ROOM) == again.room_at("/a.ipynb") == again.rooms()[0]
    assert again.document(ROOM) == (None, [b"one", b"two"])
    assert again.events(ROOM) == (None, 0, [(1, b"x"), (2, b"y")])
    assert again.runtimes() == [(RUNTIME, ROOM, 5, 6, None, "/run/rt/0badcafe")]
    assert again.runtime_acked(RUNTIME) == 7
    assert again.versions(ROOM, CellId("c")) == [Version(time=3.0, by="me", source="1\ud800")]
    assert again.referenced(BLOB)
    assert again.value("k") == b"v"
    again.close()


async def test_what_is_not_there_is_empty(journal: Journal) -> None:
    assert journal.rooms() == []
    assert journal.room(ROOM) is None
    assert journal.room_at("/nowhere") is None
    assert journal.document(ROOM) == (None, [])
    assert journal.events(ROOM) == (None, 0, [])
    assert journal.versions(ROOM, CellId("c")) == []
    assert journal.runtimes() == []
    assert journal.runtime_acked(RUNTIME) == 0
    assert not journal.referenced(BLOB)
    assert journal.value("k") is None


async def test_an_inode_number_of_64_bits_is_kept(journal: Journal) -> None:
    await journal.write(op.PutRoom(room=ROOM, path="/a", device=2**64 - 1, inode=2**63))
    found = journal.room(ROOM)
    assert found is not None
    assert (found.device, found.inode) == (2**64 - 1, 2**63)


async def test_a_room_that_moves_is_found_at_its_new_path_only(journal: Journal) -> None:
    await journal.write(put_room(path="/old"))
    await journal.write(put_room(path="/new"))
    assert journal.room_at("/old") is None
    assert journal.room_at("/new") is not None


# -- compaction


async def test_a_document_snapshot_replaces_the_updates_before_it(journal: Journal) -> None:
    await journal.write(update(b"other", OTHER))
    await journal.write(update(b"one"))
    await journal.write(op.SnapshotDocument(room=ROOM, state=b"state"))
    await journal.write(update(b"two"))
    assert journal.document(ROOM) == (b"state", [b"two"])
    assert journal.document(OTHER) == (None, [b"other"])


async def test_an_event_snapshot_replaces_events_and_what_they_named(journal: Journal) -> None:
    await journal.write(events(1, b"a", b"b", blobs=(BLOB,)))
    await journal.write(events(3, b"c", blobs=(LATER,)))
    await journal.write(snapshot(b"state", 2))
    assert journal.events(ROOM) == (b"state", 2, [(3, b"c")])
    assert not journal.referenced(BLOB)
    assert journal.referenced(LATER)
    await journal.write(snapshot(b"newer", 3, BLOB))
    assert journal.events(ROOM) == (b"newer", 3, [])
    assert journal.referenced(BLOB)
    assert not journal.referenced(LATER)


async def test_an_old_event_snapshot_does_not_undo_a_newer_one(journal: Journal) -> None:
    await journal.write(snapshot(b"new", 9, BLOB))
    await journal.write(snapshot(b"old", 4))
    assert journal.events(ROOM) == (b"new", 9, [])
    assert journal.referenced(BLOB)


async def test_a_blob_of_two_rooms_is_referenced_until_both_are_gone(journal: Journal) -> None:
    await journal.write(events(1, b"a", blobs=(BLOB,)))
    await journal.write(op.SnapshotEvents(room=OTHER, state=b"s", seq=1, blobs=(BLOB,)))
    await journal.write(op.DropRoom(room=ROOM))
    assert journal.referenced(BLOB)
    await journal.write(op.DropRoom(room=OTHER))
    assert not journal.referenced(BLOB)


@pytest.mark.parametrize("keep", [True, False])
async def test_a_dropped_room_leaves_nothing_but_the_versions_if_they_are_to_stay(journal: Journal, keep: bool) -> None:
    await journal.write(put_room())
    await journal.write(update(b"one"))
    await journal.write(op.SnapshotDocument(room=ROOM, state=b"state"))
    await journal.write(snapshot(b"state", 1, BLOB))
    await journal.write(events(2, b"x"))
    await journal.write(op.AddVersion(room=ROOM, cell=CellId("c"), source="1", by="me", time=1.0))
    await journal.write(op.DropRoom(room=ROOM, keep_versions=keep))
    assert journal.room(ROOM) is None
    assert journal.document(ROOM) == (None, [])
    assert journal.events(ROOM) == (None, 0, [])
    assert len(journal.versions(ROOM, CellId("c"))) == int(keep)


async def test_the_file_stays_small_however_much_is_typed_and_printed(journal: Journal) -> None:
    for cycle in range(20):
        for n in range(limits.JOURNAL_COMPACT_UPDATES):
            last = journal.write(update(b"k" * 30))
            if n % 2 == 0:
                last = journal.write(events(1 + cycle * 250 + n // 2, b"o" * 2000))
        compacted = journal.write(op.SnapshotDocument(room=ROOM, state=b"d" * 50_000))
        await journal.write(snapshot(b"s" * 50_000, (cycle + 1) * 250))
        await asyncio.gather(last, compacted)
    size = sum(part.stat().st_size for part in journal.path.parent.iterdir())
    # One cycle (0.5 MB of events, 15 kB of updates), both snapshots, what the file may keep free, the log's bound.
    assert size < 2**20 + limits.JOURNAL_FREE_PAGES * 4096 + limits.JOURNAL_LOG_BYTES


async def test_after_a_large_room_is_dropped_the_disk_has_its_space_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal.open(path)
    for _ in range(40):
        await journal.write(update(bytes(2**20)))
    await journal.write(op.DropRoom(room=ROOM))
    # Space goes back a few megabytes at a time, between other work.
    for _ in range(1000):
        await journal.write(op.PutValue(key="k", value=b"v"))
        with sqlite3.connect(path) as other:
            pages = other.execute("PRAGMA page_count").fetchone()[0]
        other.close()
        if pages <= limits.JOURNAL_FREE_PAGES + 300:
            break
    journal.close()
    assert path.stat().st_size <= (limits.JOURNAL_FREE_PAGES + 300) * 4096


# -- versions and runtimes


async def test_the_newest_versions_of_a_cell_are_kept(journal: Journal) -> None:
    many = limits.VERSIONS_PER_CELL + 20
    for n in range(many):
        written = journal.write(op.AddVersion(room=ROOM, cell=CellId("c"), source=str(n), by="me", time=float(n)))
    await written
    await journal.write(op.AddVersion(room=ROOM, cell=CellId("other"), source="x", by="me", time=0.0))
    assert [int(one.source) for one in journal.versions(ROOM, CellId("c"))] == list(range(20, many))


async def test_large_versions_are_bounded_by_bytes_and_one_always_stays(journal: Journal) -> None:
    third = "x" * (limits.VERSION_BYTES_PER_CELL // 3)
    for source in (third, third, third, third, "y" * (limits.VERSION_BYTES_PER_CELL + 1)):
        await journal.write(op.AddVersion(room=ROOM, cell=CellId("c"), source=source, by="me", time=0.0))
        kept = journal.versions(ROOM, CellId("c"))
        assert kept[-1].source == source
        assert len(kept) == 1 or sum(len(one.source) for one in kept) <= limits.VERSION_BYTES_PER_CELL


async def test_what_a_runtime_was_acknowledged_never_goes_back(journal: Journal) -> None:
    await journal.write(events(1, b"a", runtime_seq=5))
    await journal.write(events(2, b"b", runtime_seq=3))
    assert journal.runtime_acked(RUNTIME) == 5
    for room in (None, ROOM):
        await journal.write(op.PutRuntime(runtime=RUNTIME, room=room, pid=1, start=2, kernel_pid=3, folder="/f"))
    assert journal.runtime_acked(RUNTIME) == 5
    assert [one.room for one in journal.runtimes()] == [ROOM]
    await journal.write(op.DropRuntime(runtime=RUNTIME))
    assert journal.runtime_acked(RUNTIME) == 0
    assert journal.runtimes() == []


async def test_a_value_is_replaced_and_forgotten(journal: Journal) -> None:
    for value in (b"1", b"2", None):
        await journal.write(op.PutValue(key="k", value=value))
        assert journal.value("k") == value


# -- batches


class Gate:
    """A `before_commit` that holds the writer's thread until it may go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        self.reached.set()
        assert self.open.wait(20)


async def test_what_comes_during_a_commit_shares_the_next_one(tmp_path: Path) -> None:
    gate = Gate()
    journal = Journal.open(tmp_path / "journal.sqlite3", gate)
    first = journal.write(events(1, b"a", blobs=(BLOB,)))
    await asyncio.to_thread(gate.reached.wait, 20)
    rest = [journal.write(update(b"%d" % n)) for n in range(300)]
    gate.open.set()
    await asyncio.gather(first, *rest)
    assert journal.commits == 2
    assert journal.document(ROOM) == (None, [b"%d" % n for n in range(300)])
    journal.close()


async def test_what_is_written_in_one_step_is_one_commit(journal: Journal) -> None:
    for n in range(1, 4):
        await asyncio.gather(*[journal.write(update(b"x")) for _ in range(5)])
        assert journal.commits == n


async def test_a_lone_operation_does_not_wait_for_company(journal: Journal) -> None:
    for n in range(1, 6):
        await journal.write(update(b"x"))
        assert journal.commits == n


async def test_a_future_is_resolved_only_when_another_reader_can_see_it(journal: Journal) -> None:
    with sqlite3.connect(journal.path) as other:
        for n in range(1, 20):
            await journal.write(update(b"x"))
            assert other.execute("SELECT count(*) FROM updates").fetchone() == (n,)
    other.close()


async def test_blobs_are_synced_before_the_commit_that_names_them_and_only_then(tmp_path: Path) -> None:
    seen: list[int] = []
    path = tmp_path / "journal.sqlite3"

    def before() -> None:
        with sqlite3.connect(path) as other:
            seen.append(other.execute("SELECT count(*) FROM refs").fetchone()[0])
        other.close()

    journal = Journal.open(path, before)
    await journal.write(update(b"x"))
    await journal.write(events(1, b"a"))
    assert seen == []
    await journal.write(events(2, b"a", blobs=(BLOB,)))
    await journal.write(snapshot(b"s", 2, BLOB, LATER))
    assert seen == [0, 1]
    journal.close()


async def test_a_batch_is_bounded_and_what_one_step_wrote_is_never_divided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "JOURNAL_BATCH_OPS", 10)
    gate = Gate()
    journal = Journal.open(tmp_path / "journal.sqlite3", gate)
    waiting = [journal.write(events(1, b"a", blobs=(BLOB,)))]
    await asyncio.to_thread(gate.reached.wait, 20)
    for _ in range(5):
        waiting += [journal.write(update(b"x")) for _ in range(8)]
        await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(*waiting)
    assert journal.commits == 1 + 3  # two steps' worth, again, and the last
    journal.close()


async def test_of_what_one_step_wrote_the_second_half_is_not_kept_without_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "JOURNAL_BATCH_OPS", 3)
    full = True

    def before() -> None:
        nonlocal full
        if full:
            full = False
            raise StorageFailed("Outputs could not be kept: the disk is full.", errno=28)

    journal = Journal.open(tmp_path / "journal.sqlite3", before)
    flight = [journal.write(events(n, b"a", blobs=(BLOB,))) for n in range(1, 8)]
    results = await asyncio.gather(*flight, return_exceptions=True)
    assert all(isinstance(one, StorageFailed) for one in results)
    assert journal.events(ROOM) == (None, 0, [])
    journal.close()


async def test_more_than_may_wait_is_refused_and_what_waited_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "JOURNAL_BACKLOG", 10_000)
    gate = Gate()
    journal = Journal.open(tmp_path / "journal.sqlite3", gate)
    first = journal.write(events(1, b"a", blobs=(BLOB,)))
    await asyncio.to_thread(gate.reached.wait, 20)
    rest = [journal.write(update(b"x" * 1000)) for _ in range(20)]
    gate.open.set()
    results = await asyncio.gather(first, *rest, return_exceptions=True)
    refused = [one for one in results if one is not None]
    assert 0 < len(refused) < 20
    assert all(isinstance(one, StorageFailed) for one in refused)
    assert len(journal.document(ROOM)[1]) == 20 - len(refused)
    await journal.write(update(b"y" * 1_000_000))  # a large one alone is no backlog
    journal.close()


async def test_a_waiter_that_gave_up_changes_nothing(journal: Journal) -> None:
    journal.write(update(b"one")).cancel()
    await journal.write(update(b"two"))
    assert journal.document(ROOM) == (None, [b"one", b"two"])


async def test_close_keeps_what_waits_and_refuses_what_comes_after(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal.open(path)
    futures = [journal.write(update(b"x")) for _ in range(50)]
    await asyncio.to_thread(journal.close)
    await asyncio.gather(*futures)
    with pytest.raises(StorageFailed):
        await journal.write(update(b"late"))
    with pytest.raises(StorageFailed):
        journal.rooms()
    again = Journal.open(path)
    assert len(again.document(ROOM)[1]) == 50
    again.close()


def test_an_event_loop_that_ended_does_not_stop_the_writer(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite3")

    async def forget() -> None:
        journal.write(update(b"one")).cancel()

    async def remember() -> None:
        await journal.write(update(b"two"))

    asyncio.run(forget())
    asyncio.run(remember())
    assert journal.document(ROOM) == (None, [b"one", b"two"])
    journal.close()


# -- against a model

ops = st.one_of(
    st.builds(update, st.binary(max_size=8), st.sampled_from([ROOM, OTHER])),
    st.builds(
        lambda room, state: op.SnapshotDocument(room=room, state=state),
        st.sampled_from([ROOM, OTHER]),
        st.binary(max_size=8),
    ),
    st.builds(lambda room: op.DropRoom(room=room), st.sampled_from([ROOM, OTHER])),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(ops, max_size=6), max_size=8))
def test_documents_are_what_a_list_would_hold(
    tmp_path_factory: pytest.TempPathFactory, groups: list[list[op.Op]]
) -> None:
    model: dict[RoomId, tuple[bytes | None, list[bytes]]] = {ROOM: (None, []), OTHER: (None, [])}
    for group in groups:
        for one in group:
            match one:
                case op.AppendUpdate(room=room, update=data):
                    state, updates = model[room]
                    model[room] = (state, [*updates, data])
                case op.SnapshotDocument(room=room, state=state):
                    model[room] = (state, [])
                case op.DropRoom(room=room):
                    model[room] = (None, [])
    path = tmp_path_factory.mktemp("model") / "journal.sqlite3"

    async def write() -> None:
        journal = Journal.open(path)
        for group in groups:
            await asyncio.gather(*[journal.write(one) for one in group])
        journal.close()

    asyncio.run(write())
    journal = Journal.open(path)
    assert {room: journal.document(room) for room in model} == model
    journal.close()
