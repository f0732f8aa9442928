"""Archives that cost more than they hold, read without running anything."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, PlanImpossible
from fumehood.environments import sdists


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    member = tarfile.TarInfo(name)
    member.type = kind
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    # A size below nothing cannot be said through `tarfile`.
    block[124:136] = (size % (1 << 96)).to_bytes(12, "big") if size < 0 else b"\x80" + size.to_bytes(11, "big")
    total = sum(block[:148]) + sum(block[156:512]) + 8 * 32
    block[148:156] = b"%06o\0 " % total
    return bytes(block)


def packed(folder: Path, data: bytes) -> Path:
    place = folder / "x-1.0.tar.gz"
    place.write_bytes(gzip.compress(data))
    return place


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("kind", "size"),
    [
        (tarfile.GNUTYPE_LONGNAME, 1 << 34),
        (tarfile.XHDTYPE, 1 << 34),
        (tarfile.REGTYPE, -512),
        (tarfile.REGTYPE, limits.SDIST_UNPACKED + 1),
    ],
)
def test_what_a_member_says_of_its_size_is_looked_at_before_it_is_read(tmp_path: Path, kind: bytes, size: int) -> None:
    with pytest.raises(LimitExceeded):
        sdists.read(packed(tmp_path, header("x-1.0/a", size, kind) + bytes(4096)))


def test_a_project_that_is_nested_without_end_is_no_project(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        text = b"a = " + b"[" * 100_000
        member = tarfile.TarInfo("x-1.0/pyproject.toml")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    with pytest.raises(PlanImpossible):
        sdists.read(packed(tmp_path, out.getvalue()))


@pytest.mark.parametrize("damage", [b"", b"\x1f\x8b\x08", b"BZh9garbage", b"\xfd7zXZ\0garbage"])
def test_an_archive_that_is_none_is_said(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "x-1.0.tar.gz").write_bytes(damage)
    with pytest.raises(PlanImpossible):
        sdists.read(tmp_path / "x-1.0.tar.gz")
