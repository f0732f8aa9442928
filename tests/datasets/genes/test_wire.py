"""A gene comes back from the wire and from the store as it was, to half a step where it is quantised."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from fumehood.core.errors import GeneDamaged
from fumehood.datasets.genes.column import Column, column_of
from fumehood.datasets.genes.encoding import HEADER, Width, decode, encode
from fumehood.datasets.genes.packing import Packer, unpack
from fumehood.datasets.genes.quantise import finite_range, quantise, restore, span, steps

_VALUES = st.floats(width=32, allow_nan=True, allow_infinity=True)
_WIDTHS = st.sampled_from([8, 16, 32])


@st.composite
def columns(draw: Any) -> Column:
    n = draw(st.integers(0, 400))
    spread = draw(st.sampled_from([1, 300, 70_000]))  # steps longer than the wire's 65,535 too
    values = draw(hnp.arrays(np.float32, n, elements=_VALUES))
    if draw(st.booleans()):
        return Column(n, None, values)
    cells = np.cumsum(draw(hnp.arrays(np.int64, n, elements=st.integers(1, spread))))
    return column_of(int(cells[-1]) + draw(st.integers(1, 9)) if n else 7, cells - (cells > 0), values)


@given(columns(), _WIDTHS)
def test_what_is_encoded_is_decoded(column: Column, bits: Width) -> None:
    data = encode(column, bits)
    found, true = decode(data).dense(), column.dense()
    assert len(found) == column.n_cells
    if bits == 32:
        np.testing.assert_array_equal(found, true)
        return
    *_, low, high, _ = HEADER.unpack_from(data)
    missing = ~np.isfinite(true)
    np.testing.assert_array_equal(np.isnan(found), missing)
    half = (high - low) / steps(bits) / 2
    near = abs(found[~missing].astype(np.float64) - true[~missing])
    assert (near <= half * 1.001 + max(abs(low), abs(high)) * 2**-23).all()


@given(columns(), _WIDTHS)
def test_the_smaller_form_is_sent(column: Column, bits: Width) -> None:
    assert len(encode(column, bits)) <= HEADER.size + column.n_cells * bits // 8


@given(columns(), st.data())
def test_a_gene_that_was_cut_or_changed_is_refused_or_still_one(column: Column, data: st.DataObject) -> None:
    said = bytearray(encode(column, 8))
    if data.draw(st.booleans()):
        del said[data.draw(st.integers(0, len(said) - 1)) :]
    else:
        said[data.draw(st.integers(0, len(said) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = decode(bytes(said))
    except GeneDamaged:
        return
    if found.n_cells <= 10_000_000:
        assert found.dense().size == found.n_cells


def test_a_header_that_promises_more_than_there_is_allocates_nothing() -> None:
    for form in (1, 2):
        with pytest.raises(GeneDamaged):
            decode(struct.pack("<4sBBHIIffQ", b"FHG1", form, 32, 0, 4_000_000_000, 4_000_000_000, 0, 1, 0))


@given(hnp.arrays(np.float32, st.integers(1, 200), elements=_VALUES), st.sampled_from([8, 16]))
def test_quantising_rounds_to_the_nearest_step_and_keeps_what_is_missing(values: NDArray[Any], bits: Any) -> None:
    low, high = span(finite_range(values))
    codes = quantise(values, low, high, bits)
    assert (codes[~np.isfinite(values)] == steps(bits) + 1).all()
    kept = np.isfinite(values)
    exact = (values[kept].astype(np.float64) - low) * (steps(bits) / (high - low))
    assert (abs(codes[kept] - np.clip(exact, 0, steps(bits))) <= 0.5 + 1e-6).all()
    # What was restored has the same codes: nothing drifts when it goes round again.
    again = quantise(restore(codes, low, high), low, high, bits)
    if high - low > max(1e-30, steps(bits) * 2**-20 * max(abs(low), abs(high))):
        np.testing.assert_array_equal(again, codes)


def test_quantising_is_right_on_average_where_truncating_is_half_a_step_low() -> None:
    values = np.random.default_rng(3).random(100_000, np.float32)
    low, high = span(finite_range(values))
    step = (high - low) / steps(8)
    wrong = (restore(quantise(values, low, high, 8), low, high) - values) / step
    assert abs(wrong.mean()) < 0.01 < 0.49 < abs(wrong).max() < 0.501


@given(columns())
def test_the_store_keeps_a_gene_without_loss(column: Column) -> None:
    packed = Packer().pack(column)
    np.testing.assert_array_equal(unpack(packed, column.n_cells).dense(), column.dense())
    if packed.data:
        torn = packed._replace(data=packed.data[:-1] + bytes([packed.data[-1] ^ 1]))
        with pytest.raises(GeneDamaged):
            unpack(torn, column.n_cells)
