"""What the tests themselves rest on: sources are read while garbage of other threads is collected."""

from __future__ import annotations

import ast
import collections
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest


class _Parses:
    """Garbage whose end parses, as a finalizer that warns does."""

    ended = 0

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        _Parses.ended += 1
        ast.parse("a + b * (c - d)")


@pytest.fixture
def eager() -> Iterator[None]:
    """The collector runs often."""
    before = gc.get_threshold()
    gc.set_threshold(50)
    yield
    gc.set_threshold(*before)


def test_a_source_is_parsed_whole_whatever_is_collected_meanwhile(eager: None) -> None:
    source = Path(collections.__file__).read_text()
    for _ in range(10):
        garbage = [_Parses() for _ in range(20)]
        del garbage
        assert ast.parse(source).body
    gc.collect()
    assert _Parses.ended == 200
