"""Sets and codes: the same as a plain reading of the format, whatever the bytes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.core.errors import HoodError, SessionUnreadable
from fumehood.datasets.sessions import codecs
from fumehood.datasets.sessions.matching import Rows
from tests.datasets.sessions import foreign

sets = st.sets(st.integers(0, 2**32 - 1) | st.integers(0, 500), max_size=60).map(sorted)
codes = st.lists(st.tuples(st.integers(0, 65_535) | st.integers(0, 3), st.integers(1, 400)), max_size=12)


@given(sets)
def test_a_set_is_written_as_others_write_it_and_read_back(indices: list[int]) -> None:
    data = codecs.encode_cells(np.array(indices, dtype=np.int64))
    assert data == foreign.cells(indices)
    assert codecs.decode_cells(data, 2**32).tolist() == indices


@given(codes)
def test_codes_are_read_however_they_were_packed(runs: list[tuple[int, int]]) -> None:
    flat = [value for value, run in runs for _ in range(run)]
    assert codecs.decode_codes(foreign.run_codes(runs), len(flat)).tolist() == flat
    assert codecs.decode_codes(foreign.raw_codes(flat), len(flat)).tolist() == flat
    later = (
        bytes([3]) + foreign.run_codes(runs)[1:],
        b"\4" + foreign.uvarint(len(flat)) + np.array(flat, "<u4").tobytes(),
    )
    assert [codecs.decode_codes(one, len(flat)).tolist() for one in later] == [flat, flat]
    ours = codecs.encode_codes(np.array(flat, dtype=np.uint16))
    assert codecs.decode_codes(ours, len(flat)).tolist() == flat
    assert len(ours) <= len(foreign.raw_codes(flat)) and len(ours) <= max(4, len(foreign.run_codes(runs)))


@settings(max_examples=300)
@given(st.binary(max_size=80), st.integers(0, 2**32))
def test_random_bytes_are_a_set_or_an_error(data: bytes, cells: int) -> None:
    try:
        found = codecs.decode_cells(data, cells)
    except HoodError:
        return
    assert len(found) <= len(data) and (not len(found) or int(found[-1]) < cells)
    assert bool((np.diff(found.astype(np.int64)) > 0).all())


@settings(max_examples=300)
@given(st.binary(max_size=80), st.integers(0, 10_000))
def test_random_bytes_are_codes_or_an_error(data: bytes, length: int) -> None:
    try:
        assert len(codecs.decode_codes(data, length)) == length
    except HoodError:
        pass


def test_pieces_meet_in_the_middle_of_a_number() -> None:
    rng = np.random.default_rng(7)
    indices = np.unique(rng.integers(0, 2**31, 700_000))
    data = codecs.encode_cells(indices)
    assert (codecs.decode_cells(data, 2**31) == indices).all()
    with pytest.raises(SessionUnreadable, match="follows"):
        codecs.decode_cells(data + b"\0", 2**31)
    with pytest.raises(SessionUnreadable):
        codecs.decode_cells(data[:-1], 2**31)


def test_five_million_cells_take_little_more_than_themselves() -> None:
    data = codecs.encode_cells(np.arange(0, 10_000_000, 2))
    tracemalloc.start()
    found = codecs.decode_cells(data, 10_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 5_000_000
    assert peak < found.nbytes + 24 * 2**20


def test_a_cell_that_is_named_twice_is_there_once() -> None:
    assert codecs.decode_cells(foreign.uvarint(4) + bytes([3, 0, 1, 0]), 10).tolist() == [3, 4]


def test_wide_codes_of_later_versions_are_read_and_bounded() -> None:
    wide = foreign.run_codes([(2**32 - 1, 3), (7, 2)])
    assert codecs.decode_codes(b"\5" + wide[1:], 5).tolist() == [2**32 - 1] * 3 + [7, 7]
    with pytest.raises(SessionUnreadable, match="above 65535"):
        codecs.decode_codes(b"\3" + wide[1:], 5)
    with pytest.raises(SessionUnreadable, match="way 6"):
        codecs.decode_codes(b"\6" + wide[1:], 5)
    rows = Rows(how="order", length=5)
    assert rows.codes(np.array([2**32 - 1, 7, 0], np.uint32), 8).tolist() == [-1, 7, 0]
    assert rows.codes(np.array([2**32 - 1, 7, 0], np.uint32), 0).tolist() == [-1, 7, 0]
