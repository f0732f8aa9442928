"""Reading is lazy, bounded, and never a crash."""

from __future__ import annotations

import contextlib
import json
import os
import random
import struct
import tempfile
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fumehood
from fumehood.core import limits
from fumehood.core.errors import (
    ChunkMissing,
    FileMissing,
    HoodError,
    LimitExceeded,
    NotAFile,
    SessionFormat,
    SessionUnreadable,
)
from fumehood.datasets.sessions import layout, manifest
from fumehood.datasets.sessions.session import Session
from tests.datasets.sessions import foreign
from tests.datasets.sessions.conftest import make
from tests.datasets.sessions.foreign import Part

BUNDLE = foreign.full(40, 6)
MIB = 1 << 20


def everything(session: Session) -> None:
    """Each part, as far as it can be read; HoodErrors are answers."""
    for entry in session.chunks:
        try:
            session.json(entry.id) if entry.kind == "json" else session.read(entry.id)
        except HoodError:
            pass
    for get, one in [
        *((session.cells, group.id) for group in session.groups),
        *((session.codes, field.id) for field in session.fields),
    ]:
        try:
            get(one)
        except HoodError:
            pass
    session.names()


def test_what_another_program_wrote_is_read_as_it_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "a.cellucid-session"
    path.write_bytes(BUNDLE)
    with fumehood.Session.open(path) as session:
        assert [page.name for page in session.pages] == ["Page page_1", "Page page_2"]
        assert [group.id for group in session.groups] == ["highlight_1", "highlight 2/é", "9th", "highlight_3"]
        assert session.cells("highlight_1").tolist() == list(range(0, 40, 3))
        assert session.cells("highlight 2/é").tolist() == [39]
        assert session.codes("user_2").tolist() == [0] * 38 + [255] * 2
        assert session.codes("user_3").tolist() == [0, 1] * 3
        assert session.codes("user_5").tolist() == [(n * 7) % 300 for n in range(40)]
        assert session.state["liveDimensionLevel"] == 2
        assert session.overlays["renames"] == {}
        assert (session.cell_count, session.fingerprint.dataset_id) == (40, "pbmc")
        with pytest.raises(ChunkMissing):
            session.read("../../etc/passwd")
        with pytest.raises(SessionUnreadable, match="not known"):
            session.read("analysis/artifacts/7")


def test_opening_reads_the_manifest_and_inflates_nothing() -> None:
    bomb = Part("highlights/cells/x", b"", meta={"uncompressedBytes": 2**40})
    whole = Part("big", bytes(random.Random(1).randbytes(1 << 20)), codec="none")
    asked: list[int] = []

    class Counted(layout.Bytes):
        def read(self, start: int, count: int) -> bytes:
            asked.append(count)
            return super().read(start, count)

    session = Session(Counted(foreign.bundle(foreign.fingerprint(4, 2), whole, bomb)))
    assert len(session.chunks) == 2
    assert sum(asked) < 2000


def test_a_file_cut_anywhere_is_refused_and_every_byte_may_be_wrong() -> None:
    for end in range(len(BUNDLE)):
        with pytest.raises(HoodError):
            Session.from_bytes(BUNDLE[:end])
    with pytest.raises(SessionUnreadable, match="follow"):
        Session.from_bytes(BUNDLE + b"\0")
    chance = random.Random(20)
    adata = make()
    applied = 0
    tracemalloc.start()
    for turn in range(400):
        data = bytearray(BUNDLE)
        for _ in range(1 + turn % 3):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            session = Session.from_bytes(bytes(data))
            everything(session)
            if turn % 8 == 0:
                session.apply_to_anndata(adata, dataset_mismatch="skip", store_uns=False)
                applied += 1
        except HoodError:
            pass
        except UserWarning:
            applied += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert applied > 3
    assert peak < 4 * MIB


COUNTS = st.sampled_from([0, 4, 2**24, limits.SESSION_CELLS, limits.SESSION_CELLS + 1, 2**32 - 1]) | st.integers(
    0, 2**40
)


@settings(max_examples=150)
@given(COUNTS, COUNTS, COUNTS, st.binary(max_size=30))
def test_counts_that_lie_take_no_memory(cells: int, length: int, unpacked: int, payload: bytes) -> None:
    runs = foreign.run_codes([(1, cells), (0, 1)], length)
    data = foreign.bundle(
        foreign.fingerprint(cells, 2),
        foreign.meta(foreign.page("p", foreign.group("a"), foreign.group("b"))),
        foreign.overlays(*[foreign.field(name, "x", ["a"], length) for name in "uvw"]),
        Part("highlights/cells/a", foreign.uvarint(length) + payload, meta={"uncompressedBytes": unpacked}),
        Part("highlights/cells/b", payload),
        Part("user-defined/codes/u", runs),
        Part("user-defined/codes/v", bytes([length % 6]) + payload, meta={"uncompressedBytes": unpacked}),
        Part("user-defined/codes/w", b"\0" + foreign.uvarint(length) + payload, codec="none"),
        Part("fumehood/cell-names", payload, meta={"uncompressedBytes": unpacked}),
    )
    tracemalloc.start()
    try:
        everything(Session.from_bytes(data))
    except HoodError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 2 * MIB


@pytest.mark.parametrize("item", ["[]", '{"a":1}', '{"id":"%d"}'])
def test_short_json_becomes_no_mountain(item: str) -> None:
    """As much of it as is let through, of the kinds that grow most."""
    each = 1 + item.count("{") + item.count("[")
    count = limits.SESSION_NODES // each - 1
    text = ",".join(item % n if "%" in item else item for n in range(count)).encode()
    tracemalloc.start()
    for wanted in (manifest.Manifest, object):
        before = tracemalloc.get_traced_memory()[0]
        whole = b"[" + text + b"]" if wanted is object else b'{"chunks":[' + text + b"]}"
        with contextlib.suppress(SessionUnreadable):
            manifest.decode(whole, wanted, "x")
        peak = tracemalloc.get_traced_memory()[1] - before - len(whole)
        assert peak < 96 * MIB
        tracemalloc.reset_peak()
    tracemalloc.stop()


@settings(max_examples=150)
@given(st.binary(max_size=200), st.booleans())
def test_random_bytes_are_refused(data: bytes, with_magic: bool) -> None:
    with pytest.raises(HoodError):
        Session.from_bytes((foreign.MAGIC if with_magic else b"") + data)


LENGTHS = st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**32 - 1, limits.SESSION_MANIFEST + 1]) | st.integers(0, 2**32 - 1)


@settings(max_examples=100)
@given(LENGTHS, LENGTHS)
def test_no_length_is_believed(length: int, chunk: int) -> None:
    good = foreign.bundle(foreign.fingerprint(4, 2), Part("a", b"xyz", length=chunk, meta={"storedBytes": None}))
    at = len(foreign.MAGIC)
    real = struct.unpack_from("<I", good, at)[0]
    bad = good[:at] + struct.pack("<I", length) + good[at + 4 :]
    for data in (bad, good):
        if length == real or chunk == len(good) - at - real - 8:
            continue
        with pytest.raises(HoodError):
            Session.from_bytes(data)


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "object"),
        (b'{"chunks": [], "x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", "deep"),
        (b'{"chunks": ' + b"[" + b"{}," * 500_001 + b"{}]}", "more than"),
        (b'{"chunks": [' + b",".join([b'{"id":"%d"}' % n for n in range(limits.SESSION_CHUNKS + 1)]) + b"]}", "chunks"),
        (b'{"chunks": [{"id": "a"}, {"id": "a"}]}', "twice"),
        (b'{"chunks": [{"id": ""}]}', "without a name"),
        (b'{"chunks": [{"id": 7}]}', "id"),
        (b'{"chunks": [{"id": "a", "storedBytes": -1}]}', "below 0"),
        (b'{"chunks": [], "datasetFingerprint": {"cellCount": 1e300}}', "cellCount"),
        (b'{"chunks": [], "datasetFingerprint": {"cellCount": -1}}', "impossible"),
        (b'{"chunks": {}}', "chunks"),
        (b"{}", "chunks"),
        (b"null", "object"),
        (b'{"chunks": [], "x": "\xff"}', ""),
        (b'{"chunks": []', ""),
        (b'{"chunks": []}  {}', ""),
    ],
    ids=range(16),
)
def test_a_manifest_made_to_do_harm_is_an_error(whole: bytes, said: str) -> None:
    data = foreign.MAGIC + struct.pack("<I", len(whole)) + whole
    try:
        Session.from_bytes(data)
    except HoodError as error:
        assert said in error.message
    else:
        assert whole == b'{"chunks": [], "x": "\xff"}', "what nobody reads may be anything"


def test_pages_and_fields_made_to_do_harm_are_errors() -> None:
    def of(*parts: Part) -> Session:
        return Session.from_bytes(foreign.bundle(foreign.fingerprint(4, 2), *parts))

    twice = foreign.meta(foreign.page("p", foreign.group("a"), foreign.group("a")))
    with pytest.raises(SessionUnreadable, match="twice"):
        _ = of(twice).pages
    with pytest.raises(SessionUnreadable, match="twice"):
        _ = of(foreign.overlays(foreign.field("a", "x", [], 4), foreign.field("a", "y", [], 4))).fields
    many = foreign.meta(foreign.page("p", *[foreign.group(str(n)) for n in range(limits.SESSION_GROUPS + 1)]))
    with pytest.raises(LimitExceeded, match="groups"):
        _ = of(many).pages
    empty = Part("core/state", b"[" + b"[]," * 600_000 + b"[]]", "json")
    with pytest.raises(LimitExceeded, match="more than"):
        _ = of(empty).state
    with pytest.raises(SessionUnreadable, match="deep"):
        _ = of(Part("core/state", b"[" * 100_000, "json")).state


def test_packed_parts_end_where_they_say() -> None:
    def of(content: bytes, **meta: Any) -> Session:
        part = Part("a", content, meta=meta)
        return Session.from_bytes(foreign.bundle(foreign.fingerprint(4, 2), part))

    assert of(b"x" * 5000).read("a") == b"x" * 5000
    assert of(b"x" * 5000, uncompressedBytes=None).read("a") == b"x" * 5000
    assert of(b"").read("a") == b""
    with pytest.raises(LimitExceeded, match="unpacks to more"):
        of(b"x" * 5000, uncompressedBytes=4999).read("a")
    with pytest.raises(LimitExceeded, match="says it has"):
        of(b"x", uncompressedBytes=limits.SESSION_CHUNK + 1).read("a")
    with pytest.raises(LimitExceeded):
        of(b"x" * 5000).read("a", most=100)
    raw = foreign.bundle(foreign.fingerprint(4, 2), Part("a", b"no gzip", codec="none", meta={"codec": "gzip"}))
    with pytest.raises(SessionUnreadable, match="damaged"):
        Session.from_bytes(raw).read("a")


@pytest.mark.parametrize("number", ["2", "4", "12"])
def test_later_formats_are_refused_by_their_number(number: str) -> None:
    data = foreign.bundle(None, magic=f"CELLUCID_SESSION/{number}\n".encode())
    with pytest.raises(SessionFormat, match=f"format {number}, which a later cellucid wrote"):
        Session.from_bytes(data)
    with pytest.raises(SessionUnreadable, match="not a session"):
        Session.from_bytes(b"PK\x03\x04" + data)


def test_only_a_regular_file_is_opened_and_nothing_is_waited_for(tmp_path: Path, monkeypatch: Any) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name in ("fifo", "."):
        with pytest.raises(NotAFile):
            Session.open(tmp_path / name)
    with pytest.raises(FileMissing):
        Session.open(tmp_path / "gone")
    before = len(list(Path("/proc/self/fd").iterdir()))
    (tmp_path / "bad").write_bytes(b"no session")
    with pytest.raises(SessionUnreadable):
        Session.open(tmp_path / "bad")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    monkeypatch.setattr(limits, "SESSION_BYTES", 5)
    with pytest.raises(LimitExceeded):
        Session.open(tmp_path / "bad")


def test_what_was_opened_stays_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_bytes(BUNDLE)
    session = Session.open(path)
    path.unlink()
    path.write_bytes(b"another")
    assert session.cells("highlight_3").tolist() == list(range(40))
    path.unlink()
    path.write_bytes(BUNDLE)
    cut = Session.open(path)
    with path.open("r+b") as file:
        file.truncate(len(BUNDLE) // 2)
    with pytest.raises(HoodError):
        cut.read("analysis/artifacts/7") if cut.read("cinematic/camera") else None
    threads = [threading.Thread(target=everything, args=(session,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    session.close()
    with pytest.raises(SessionUnreadable):
        session.read("core/state")


def test_what_arrived_in_a_file_without_a_name_is_read() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(BUNDLE)
        session = Session.of_file(file)
    assert session.cells("highlight_3").tolist() == list(range(40))


def test_the_manifest_is_parsed_into_values_that_cannot_be_changed() -> None:
    session = Session.from_bytes(BUNDLE)
    assert json.loads(session.manifest_text())["summary"] == {"cells": 1}
    with pytest.raises(AttributeError):
        session.chunks[0].id = "x"  # type: ignore[misc]
