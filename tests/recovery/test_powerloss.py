"""The instrument itself: a power loss that drops too little would make the other tests worthless."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recovery.powerloss import Disk


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    root = tmp_path / "root"
    root.mkdir()
    return Disk(root, tmp_path)


def write(disk: Disk, code: str) -> None:
    environment = {**os.environ, **disk.environment()}
    prelude = f"import os, sqlite3, pathlib; os.chdir({str(disk.root)!r})\n"
    prelude += "def sync(p):\n    f = os.open(p, os.O_RDONLY); os.fsync(f); os.close(f)\n"
    subprocess.run([sys.executable, "-c", prelude + code], env=environment, check=True)


def test_bytes_without_fsync_are_lost(disk: Disk) -> None:
    write(disk, "open('a', 'w').write('old'); sync('a'); sync('.'); open('a', 'a').write(' and new')")
    disk.lose_power()
    assert (disk.root / "a").read_text() == "old"


def test_a_name_is_lost_when_its_folder_was_not_fsynced(disk: Disk) -> None:
    write(disk, "open('a', 'w').write('x'); sync('a'); sync('.'); os.rename('a', 'b')")
    disk.lose_power()
    assert [p.name for p in disk.root.iterdir()] == ["a"]


def test_a_rename_that_was_fsynced_stays(disk: Disk) -> None:
    write(disk, "open('a', 'w').write('x'); sync('a'); os.rename('a', 'b'); sync('.')")
    disk.lose_power()
    assert (disk.root / "b").read_text() == "x"


def test_what_was_settled_is_there(disk: Disk) -> None:
    (disk.root / "deep").mkdir()
    (disk.root / "deep" / "file").write_text("kept")
    disk.settle()
    write(disk, "open('deep/file', 'w').write('changed'); os.mkdir('other')")
    disk.lose_power()
    assert (disk.root / "deep" / "file").read_text() == "kept"
    assert not (disk.root / "other").exists()


@pytest.mark.parametrize(("level", "kept"), [("FULL", 100), ("OFF", 0)])
def test_sqlite_keeps_what_it_committed_with_fsync_and_only_that(disk: Disk, level: str, kept: int) -> None:
    write(
        disk,
        "db = sqlite3.connect('j'); db.execute('pragma journal_mode=wal'); db.execute('create table t (n)');"
        "db.commit(); "
        "db.execute('pragma wal_checkpoint(truncate)'); sync('j'); sync('.');"
        f"db.execute('pragma synchronous={level}')\n"
        "for n in range(100):\n    db.execute('insert into t values (?)', (n,)); db.commit()\n"
        "os._exit(0)",
    )
    disk.lose_power()
    import sqlite3

    with sqlite3.connect(disk.root / "j") as db:
        assert db.execute("select count(*) from t").fetchone() == (kept,)
