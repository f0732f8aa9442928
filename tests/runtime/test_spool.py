"""The spool against crashes, cuts and damage."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import StorageFailed
from fumehood.protocol.base import encode_pack
from fumehood.protocol.events import OutputsCleared
from fumehood.protocol.stream import Numbered
from fumehood.runtime.spool import Record, Spool, read_reports


def record(seq: int, size: int = 10) -> Record:
    return Record(seq, encode_pack(Numbered(seq=seq, body=OutputsCleared(execution="x" * size))))


@pytest.fixture
def folder() -> Iterator[Path]:
    found = Path(tempfile.mkdtemp())
    yield found
    shutil.rmtree(found)


def numbers(folder: Path, after: int = 0) -> list[int]:
    return [report.seq for report in read_reports(folder, after)]


def test_what_was_appended_can_be_read_by_another(folder: Path) -> None:
    spool = Spool(folder)
    spool.append([record(1), record(2)])
    spool.append([record(3)])
    assert numbers(folder) == [1, 2, 3]
    assert numbers(folder, after=2) == [3]
    assert [found.seq for found in spool.after(1, 10**9)] == [2, 3]


def test_acknowledged_segments_are_removed_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SPOOL_SEGMENT", 1000)
    spool = Spool(folder)
    for seq in range(1, 101):
        spool.append([record(seq, 100)])
    many = len(list(folder.iterdir()))
    assert many > 10
    spool.trim(50)
    assert len(list(folder.iterdir())) < many
    assert numbers(folder, after=50) == list(range(51, 101))
    spool.trim(100)
    assert spool.size < 2000 and len(list(folder.iterdir())) <= 1
    spool.append([record(101)])
    assert numbers(folder, after=100) == [101]
    assert spool.size == sum(path.stat().st_size for path in folder.iterdir())


def test_resending_goes_on_where_it_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SPOOL_SEGMENT", 5000)
    spool = Spool(folder)
    for seq in range(1, 301):
        spool.append([record(seq, 100)])
    sent, got = 0, []
    while found := spool.after(sent, 700):
        got += [one.seq for one in found]
        sent = got[-1]
    assert got == list(range(1, 301))


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=40),
    st.integers(0, 30),
    st.integers(0, 2**31),
    st.sampled_from(["cut", "flip", "garbage"]),
)
@settings(max_examples=150, deadline=None)
def test_after_a_crash_at_any_byte_everything_whole_is_there_and_numbers_go_on(
    sizes: list[int], acked: int, where: int, damage: str
) -> None:
    folder = Path(tempfile.mkdtemp())
    patch = pytest.MonkeyPatch()
    patch.setattr(limits, "SPOOL_SEGMENT", 2000)
    try:
        spool = Spool(folder)
        for seq, size in enumerate(sizes, 1):
            spool.append([record(seq, size)])
            if seq == acked:
                spool.trim(acked)
        spool.close()
        whole = numbers(folder)
        if not whole:
            assert acked == len(sizes), "only what was acknowledged is forgotten"
            return
        last = sorted(folder.iterdir())[-1]
        data = bytearray(last.read_bytes())
        at = where % (len(data) + 1)
        if damage == "cut":
            data = data[:at]
        elif damage == "flip" and at < len(data):
            data[at] ^= 0x55
        else:
            data = data[:at] + os.urandom(20)
        last.write_bytes(data)
        found = numbers(folder)
        assert found == whole[: len(found)], "a prefix, never something else"
        again = Spool(folder)
        assert again.last == (found[-1] if found else (whole[0] - 1 if again.last else 0))
        following = again.last + 1
        again.append([record(following)])
        assert numbers(folder)[-1] == following
        again.close()
    finally:
        patch.undo()
        shutil.rmtree(folder)


def test_a_full_disk_leaves_whole_records_and_is_said(folder: Path) -> None:
    spool = Spool(folder)
    spool.append([record(1)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (spool.size + 30, hard))
    try:
        with pytest.raises(StorageFailed):
            spool.append([record(2, 500)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert numbers(folder) == [1]
    spool.append([record(2), record(3)])
    assert numbers(folder) == [1, 2, 3]


def test_others_cannot_read_it(folder: Path) -> None:
    spool = Spool(folder / "spool")
    spool.append([record(1)])
    assert (folder / "spool").stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (folder / "spool").iterdir())


def test_syncing_leaves_nothing_open_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SPOOL_SEGMENT", 100)
    before = len(list(Path("/proc/self/fd").iterdir()))
    spool = Spool(folder)
    for seq in range(1, 20):
        spool.append([record(seq, 100)])
    assert spool.unsynced
    spool.sync()
    assert not spool.unsynced
    spool.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_number_that_is_missing_ends_the_reading(folder: Path) -> None:
    spool = Spool(folder)
    spool.append([record(1), record(2), record(4)])
    assert numbers(folder) == [1, 2]
    assert numbers(folder, after=3) == [4]
