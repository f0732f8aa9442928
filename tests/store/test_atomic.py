from __future__ import annotations

import os
import secrets
import socket
import stat
import threading
import time
from pathlib import Path

import pytest

from fumehood.core.errors import FileChanged, FileMissing, LimitExceeded, NotAFile, StorageFailed
from fumehood.store import atomic
from fumehood.store.atomic import digest, read_regular, write_new_or_same
from tests.store.conftest import Disk

# -- reading


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert read_regular(tmp_path / "a", 100) == b"x" * 100


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 101)
    with pytest.raises(LimitExceeded):
        read_regular(tmp_path / "a", 100)


def test_a_file_that_says_it_is_empty_and_is_not_is_bounded() -> None:
    with pytest.raises(LimitExceeded):
        read_regular(Path("/proc/self/maps"), 10)


@pytest.mark.parametrize("name", ["missing", "file/below", "nul\0byte"])
def test_what_is_not_there_is_missing(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileMissing):
        read_regular(tmp_path / name, 100)


def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(NotAFile):
        read_regular(tmp_path / "a", 100)


def test_links_folders_sockets_and_devices_are_refused(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"secret")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
    for path in [tmp_path / name for name in ("link", "dangling", "loop", "folder", "socket")] + [Path("/dev/zero")]:
        with pytest.raises(NotAFile):
            read_regular(path, 100)


# -- writing


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_new_file_is_written_and_named_by_its_digest(tmp_path: Path) -> None:
    assert write_new_or_same(tmp_path / "a", b"new", None) == digest(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_a_new_file_has_the_mode_of_the_users_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_new_or_same(tmp_path / "a", b"new", None)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling"])
def test_where_something_is_nothing_new_is_written(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_bytes(b"theirs")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = names(tmp_path)
    with pytest.raises(FileChanged):
        write_new_or_same(tmp_path / kind, b"ours", None)
    assert names(tmp_path) == before
    assert (tmp_path / "file").read_bytes() == b"theirs"


def test_a_file_that_is_as_expected_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o604)
    assert write_new_or_same(path, b"new", digest(b"old")) == digest(b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert names(tmp_path) == ["a"]


def test_bits_that_give_power_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o4755)
    write_new_or_same(tmp_path / "a", b"new", digest(b"old"))
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o755


def test_a_file_that_somebody_else_wrote_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"theirs")
    with pytest.raises(FileChanged):
        write_new_or_same(tmp_path / "a", b"ours", digest(b"old"))
    assert (tmp_path / "a").read_bytes() == b"theirs"
    assert names(tmp_path) == ["a"]


def test_a_file_that_was_removed_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FileChanged):
        write_new_or_same(tmp_path / "a", b"ours", digest(b"old"))
    assert names(tmp_path) == []


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"old")
    (tmp_path / "a").symlink_to("precious")
    with pytest.raises(NotAFile):
        write_new_or_same(tmp_path / "a", b"ours", digest(b"old"))
    assert (tmp_path / "precious").read_bytes() == b"old"
    assert (tmp_path / "a").is_symlink()


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="folder"):
        write_new_or_same(tmp_path / "no" / "a", b"ours", None)


def test_a_very_long_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("ä" * 124 + ".ipynb")
    write_new_or_same(path, b"old", None)
    write_new_or_same(path, b"new", digest(b"old"))
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_write_that_slips_in_at_the_last_moment_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    real = atomic._exchange
    calls = 0

    def slow(folder: int, one: str, other: str) -> bool:
        nonlocal calls
        calls += 1
        if calls == 1:
            path.write_bytes(b"theirs, just now")
        return real(folder, one, other) if exchange else False

    monkeypatch.setattr(atomic, "_exchange", slow)
    with pytest.raises(FileChanged):
        write_new_or_same(path, b"ours", digest(b"old"))
    assert path.read_bytes() == b"theirs, just now"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("exchange", [True, False])
def test_writers_that_race_lose_no_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool) -> None:
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda folder, one, other: False)
    path = tmp_path / "counter"
    path.write_bytes(b"0")
    refused = 0

    def count() -> None:
        nonlocal refused
        done = 0
        while done < 10:
            now = read_regular(path, 100)
            try:
                write_new_or_same(path, b"%d" % (int(now) + 1), digest(now))
            except FileChanged:
                refused += 1
            else:
                done += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() == b"40"
    assert names(tmp_path) == ["counter"]


@pytest.mark.parametrize("expect", [None, b"old"])
@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("at", ["a temporary file is made", "it has the bytes"])
def test_a_folder_that_is_swapped_for_a_link_while_saving_leads_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect: bytes | None, exchange: bool, at: str
) -> None:
    folder, moved, precious = tmp_path / "folder", tmp_path / "moved", tmp_path / "precious"
    folder.mkdir()
    precious.mkdir()
    if expect is not None:
        for one in (folder, precious):
            (one / "a").write_bytes(expect)
    before = names(precious)
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda folder, one, other: False)
    step = "token_hex" if at == "a temporary file is made" else "fsync"
    module = secrets if step == "token_hex" else os
    real = getattr(module, step)

    def swapping(*args: int) -> object:
        if not moved.exists():
            folder.rename(moved)
            folder.symlink_to(precious)
        return real(*args)

    monkeypatch.setattr(module, step, swapping)
    write_new_or_same(folder / "a", b"new", None if expect is None else digest(expect))
    assert names(precious) == before
    assert all((precious / name).read_bytes() == expect for name in before)
    assert (names(moved), (moved / "a").read_bytes()) == (["a"], b"new")


def test_a_folder_that_is_a_link_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"old")
    (tmp_path / "folder").symlink_to("real")
    with pytest.raises(FileChanged):
        write_new_or_same(tmp_path / "folder" / "a", b"new", digest(b"old"))
    with pytest.raises(StorageFailed):
        write_new_or_same(tmp_path / "folder" / "b", b"new", None)
    assert names(tmp_path / "real") == ["a"]
    assert (tmp_path / "real" / "a").read_bytes() == b"old"


def test_what_a_killed_writer_left_is_removed_when_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".a.0badcafe.hood~").write_bytes(b"half")
    (tmp_path / ".ab.0badcafe.hood~").write_bytes(b"another file's")
    write_new_or_same(tmp_path / "a", b"1", None)
    assert ".a.0badcafe.hood~" in names(tmp_path)  # it may be at work
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 4000)
    write_new_or_same(tmp_path / "a", b"2", digest(b"1"))
    assert names(tmp_path) == [".ab.0badcafe.hood~", "a"]


def test_on_a_full_disk_the_old_file_stays_and_nothing_is_left_over(disk: Disk) -> None:
    path = disk.folder / "a"
    path.write_bytes(b"old")
    disk.fill()
    before = names(disk.folder)
    with pytest.raises(StorageFailed, match="full"):
        write_new_or_same(path, b"new" * 100_000, digest(b"old"))
    with pytest.raises(StorageFailed, match="full"):
        write_new_or_same(disk.folder / "b", b"new" * 100_000, None)
    assert names(disk.folder) == before
    assert path.read_bytes() == b"old"
    disk.free()
    write_new_or_same(path, b"new" * 100_000, digest(b"old"))
    assert path.read_bytes() == b"new" * 100_000


def test_a_file_system_without_hard_links_still_takes_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    write_new_or_same(tmp_path / "a", b"new", None)
    assert (tmp_path / "a").read_bytes() == b"new"
    with pytest.raises(FileChanged):
        write_new_or_same(tmp_path / "a", b"newer", None)
    assert names(tmp_path) == ["a"]
