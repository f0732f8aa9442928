from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from fumehood.core import limits
from fumehood.core.errors import StorageFailed, VersionMismatch
from fumehood.core.ids import RoomId
from fumehood.store import database, schema
from fumehood.store import operations as op
from fumehood.store.journal import Journal

ROOM = RoomId("a" * 32)


async def filled(path: Path, count: int = 200) -> None:
    journal = Journal.open(path)
    await journal.write(op.PutRoom(room=ROOM, path="/a.ipynb", device=1, inode=2))
    for n in range(count):
        await journal.write(op.AppendUpdate(room=ROOM, update=b"%d" % n * 500, by="me", time=0.0))
    journal.close()


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def one_byte(path: Path) -> None:
    path.write_bytes(b"x")


def cut_in_the_middle(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096 + 100)


def zeros_in_the_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(bytes(8192))


def zeros_at_the_start(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(4096))


def another_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 1")
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()


def a_table_less(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE refs")
    other.close()


DAMAGES = [
    garbage,
    one_byte,
    cut_in_the_middle,
    zeros_in_the_middle,
    zeros_at_the_start,
    another_program,
    a_table_less,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_damaged_journal_is_set_aside_and_the_user_is_told(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "journal.sqlite3"
    await filled(path)
    damage(path)
    bytes_ = path.read_bytes()
    journal = Journal.open(path)
    assert journal.notice is not None
    assert journal.notice.code == "journal.damaged"
    aside = Path(journal.notice.data["path"])
    assert aside.parent == tmp_path
    assert str(aside) in journal.notice.hint
    assert aside.read_bytes() == bytes_
    assert journal.rooms() == []
    await journal.write(op.PutValue(key="works", value=b"again"))
    journal.close()
    journal = Journal.open(path)
    assert journal.notice is None
    assert journal.value("works") == b"again"
    journal.close()


async def test_damage_twice_in_a_second_keeps_both(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    asides = set()
    for n in range(3):
        path.write_bytes(b"garbage %d" % n)
        journal = Journal.open(path)
        assert journal.notice is not None
        asides.add(Path(journal.notice.data["path"]).read_bytes())
        journal.close()
    assert asides == {b"garbage 0", b"garbage 1", b"garbage 2"}


async def test_the_log_of_a_damaged_journal_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"garbage")
    path.with_name(path.name + "-wal").write_bytes(b"log")
    journal = Journal.open(path)
    assert journal.notice is not None
    assert Path(journal.notice.data["path"] + "-wal").read_bytes() == b"log"
    journal.close()


async def test_a_log_without_its_journal_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.with_name(path.name + "-wal").write_bytes(b"log")
    journal = Journal.open(path)
    assert journal.notice is not None
    assert Path(journal.notice.data["path"] + "-wal").read_bytes() == b"log"
    journal.close()


async def test_damage_that_a_quick_start_did_not_see_is_said_and_seen_at_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite3"
    await filled(path, 400)
    with path.open("r+b") as file:
        file.seek(4096 * 100)
        file.write(os.urandom(4096 * 40))
    monkeypatch.setattr(limits, "JOURNAL_CHECK_BYTES", 0)
    journal = Journal.open(path)
    assert journal.notice is None
    with pytest.raises(StorageFailed):
        journal.document(ROOM)
    journal.close()
    journal = Journal.open(path)
    assert journal.notice is not None
    journal.close()


async def test_a_journal_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    await filled(path, 3)
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    other.close()
    before = path.read_bytes()
    with pytest.raises(VersionMismatch):
        Journal.open(path)
    assert path.read_bytes() == before


async def test_an_older_journal_becomes_the_current_one_with_all_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite3"
    await filled(path, 3)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE rooms ADD COLUMN note TEXT;"))
    connection, notice = database.open_database(path)
    assert notice is None
    assert schema.version(connection) == len(schema.MIGRATIONS)
    assert connection.execute("SELECT room, note FROM rooms").fetchall() == [(ROOM, None)]
    connection.close()


async def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    await filled(path, 3)
    connection = database.connect(path)
    steps = (*schema.MIGRATIONS, "CREATE TABLE half (x); CREATE TABLE rooms (x);")
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, steps)
    assert schema.version(connection) == len(schema.MIGRATIONS)
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").fetchone() == (0,)
    connection.close()


def test_a_folder_in_its_place_is_an_error_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").mkdir()
    with pytest.raises(StorageFailed):
        Journal.open(tmp_path / "journal.sqlite3")


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "journal.sqlite3").symlink_to("elsewhere")
    with pytest.raises(StorageFailed):
        Journal.open(tmp_path / "journal.sqlite3")
    assert (tmp_path / "elsewhere").read_bytes() == b""


async def test_an_unclean_end_is_not_damage(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal.open(path)
    await journal.write(op.PutValue(key="k", value=b"v"))
    for part in ("", "-wal"):  # as they are while the daemon runs
        (tmp_path / f"copy.sqlite3{part}").write_bytes(path.with_name(path.name + part).read_bytes())
    journal.close()
    copy = Journal.open(tmp_path / "copy.sqlite3")
    assert copy.notice is None
    assert copy.value("k") == b"v"
    copy.close()


async def test_a_log_cut_by_a_power_loss_gives_back_whole_operations_only(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal.open(path)
    for n in range(30):
        await journal.write(op.PutValue(key="k", value=b"%03d" % n * 1000))
    whole = path.read_bytes()
    log = path.with_name(path.name + "-wal").read_bytes()
    journal.close()
    for cut in range(0, len(log), 4999):
        copy = tmp_path / f"{cut}.sqlite3"
        copy.write_bytes(whole)
        copy.with_name(copy.name + "-wal").write_bytes(log[:cut])
        again = Journal.open(copy)
        assert again.notice is None
        value = again.value("k")
        assert value is None or value == value[:3] * 1000
        again.close()
