"""JSON values that files have and documents do not."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core.errors import LimitExceeded
from fumehood.document.values import check_depth, same, sendable, source_text, tame, tame_text

any_text = st.text(st.characters(codec=None) | st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF))
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=10,
)


@given(any_json)
def test_a_tamed_value_is_json_and_stays_what_it_is(value: Any) -> None:
    for taming in (tame, sendable):
        tamed = taming(value)
        encoded = msgspec.json.encode(tamed)
        assert json.loads(encoded) == tamed
        assert same(taming(tamed), tamed)


def test_numbers_are_javascripts_numbers() -> None:
    assert tame([1.0, 2**53 + 1, 1.5, 10**400, float("nan"), float("-inf"), True]) == [
        1,
        float(2**53),
        1.5,
        None,
        None,
        None,
        True,
    ]
    assert type(tame(1.0)) is int
    assert type(sendable(1.0)) is float


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert tame_text("a\ud800b") == "a\ufffdb"
    assert tame_text("\ud83d\ude00") == "😀"
    assert tame({"\udc00": ["\ud800"]}) == {"\ufffd": ["\ufffd"]}


def test_sources_have_lf_line_ends() -> None:
    assert source_text("a\r\nb\rc\n") == "a\nb\nc\n"


def test_true_is_not_one_and_the_order_of_keys_says_nothing() -> None:
    assert not same({"a": True}, {"a": 1})
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not same([1, 2], [2, 1])


def test_depth_is_counted_without_recursion() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(LimitExceeded):
        check_depth(deep, 200, "It")
    check_depth([[[]]], 3, "It")
    with pytest.raises(LimitExceeded):
        check_depth({"a": [{"b": 1}]}, 2, "It")
    while isinstance(deep, list):  # taken apart by hand: freeing it would recurse
        deep = deep[0]
