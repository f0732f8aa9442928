from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.doors.ranges import Span, matches, parse_range, range_still_valid


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-3", Span(0, 4)),
        ("bytes=3-", Span(3, 10)),
        ("bytes=-3", Span(7, 10)),
        ("bytes=-99", Span(0, 10)),
        ("bytes=2-99", Span(2, 10)),
        ("bytes=9-9", Span(9, 10)),
        ("bytes=10-", "unsatisfiable"),
        ("bytes=10-12", "unsatisfiable"),
        ("bytes=-0", "unsatisfiable"),
        ("bytes=99999999999999999999-", "unsatisfiable"),
        ("bytes=0-99999999999999999999", Span(0, 10)),
        # What is not understood is as if it was not there.
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=a-b", None),
        ("bytes=0x1-2", None),
        ("bytes=+1-2", None),
        ("bytes=1-2x", None),
        ("bytes=1--2", None),
        ("bytes=999999999999999999999999-", None),
        ("items=0-3", None),
        ("0-3", None),
        ("bytes=٣-٤", None),
        # Several: the whole, so that no small request can ask for a large answer of many parts.
        ("bytes=0-1,3-4", None),
        ("bytes=" + "0-," * 1000, None),
    ],
)
def test_a_range(header: str | None, expected: object) -> None:
    assert parse_range(header, 10) == expected


@given(st.text(max_size=30), st.integers(0, 100))
def test_a_range_is_never_outside_of_the_bytes(text: str, size: int) -> None:
    for header in (text, f"bytes={text}"):
        found = parse_range(header, size)
        if isinstance(found, Span):
            assert 0 <= found.start < found.end <= size


@given(st.integers(0, 120), st.integers(0, 120), st.integers(1, 100))
def test_a_range_is_what_a_slice_would_be(first: int, last: int, size: int) -> None:
    data = bytes(range(size))
    found = parse_range(f"bytes={first}-{last}", size)
    if isinstance(found, Span):
        assert data[found.start : found.end] == data[first : last + 1]
    else:
        assert last < first or first >= size


def test_of_nothing_no_range_can_be_had() -> None:
    assert parse_range("bytes=0-", 0) == "unsatisfiable"
    assert parse_range("bytes=-1", 0) == "unsatisfiable"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        ("*", True),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b"', False),
        ("a", False),
        ('"', False),
        ("", False),
        ('"a', False),
    ],
)
def test_if_none_match(header: str | None, expected: bool) -> None:
    assert matches(header, '"a"') is expected


def test_a_range_of_another_version_is_the_whole() -> None:
    assert range_still_valid(None, '"a"')
    assert range_still_valid('"a"', '"a"')
    assert not range_still_valid('"b"', '"a"')
    assert not range_still_valid('W/"a"', '"a"')
    assert not range_still_valid("Wed, 21 Oct 2015 07:28:00 GMT", '"a"')
