"""The file of names: made from a list, the same each time; read where it is whole, and refused where it is not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from fumehood.core.errors import Internal
from fumehood.trust.lookalikes import Names, layout
from fumehood.trust.lookalikes.index import FILE, Index
from scripts.names import __main__ as script
from scripts.names.build import Target, build

LIST = "name\trank_among_the_most\nRequests\t1\nNumPy\t2\nzope.interface\t3\nnobodys-thing\t\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "list.tsv").write_text(LIST)
    known, ranks = script.read(tmp_path / "list.tsv")
    assert ranks == {"requests": 1, "numpy": 2, "zope-interface": 3} and len(known) == 4
    targets = [Target(name, rank, layout.PACKAGE, name, True) for name, rank in ranks.items()]
    targets.append(Target("np", 0, layout.IMPORTED, "numpy", False))
    file = tmp_path / "names.bin"
    file.write_bytes(build(20260102, targets, known))
    assert build(20260102, targets, known) == file.read_bytes()
    return file


def test_a_list_becomes_a_file_that_judges_by_it(small: Path) -> None:
    names = Names.load(small)
    assert names.day.isoformat() == "2026-01-02"
    assert names.judge("zope.interface").rank == 3
    assert names.judge("Nobodys_Thing").known and names.judge("nobodys-thing").verdict == "ok"
    assert (names.judge("rqeuests").target, names.judge("np").target) == ("requests", "numpy")
    assert not names.judge("pandas").known


def test_the_file_that_is_shipped_is_the_one_whose_making_is_recorded() -> None:
    record = json.loads((script.HERE / "provenance.json").read_text())
    data = FILE.read_bytes()
    assert record["sha256"] == hashlib.sha256(data).hexdigest(), "run `python -m scripts.names LIST DAY`"
    assert record["others_sha256"] == script.digest(*(script.HERE / name for name in script.OTHERS))
    assert record["day"] == Names.load().day.isoformat()
    assert (record["bytes"], record["ranked"] > 14_900, record["names"] > 880_000) == (len(data), True, True)
    assert len(data) < 6_000_000


def test_a_file_that_is_cut_off_or_of_another_version_is_refused(small: Path) -> None:
    whole = small.read_bytes()
    for end in (0, 7, layout.HEADER.size - 1, layout.HEADER.size, len(whole) // 2, len(whole) - 1):
        with pytest.raises(Internal):
            Index(whole[:end])
    with pytest.raises(Internal):
        Index(b"another\0" + whole[8:])
    with pytest.raises(Internal):
        Index(whole[:8] + (layout.VERSION + 1).to_bytes(4, "little") + whole[12:])
