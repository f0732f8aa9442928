"""Order keys."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from fumehood.document import order

keys = st.text(order.DIGITS, max_size=6).map(lambda text: text + "V")


@given(keys, keys, st.integers())
def test_a_key_between_two_keys_sorts_between_them(one: str, other: str, seed: int) -> None:
    low, high = sorted((one, other))
    chance = random.Random(seed).randrange
    found = order.between(low, high, chance)
    if low == high:
        assert found is None
    else:
        assert found is not None and low < found < high
        assert order.VALID.match(found)


@given(keys, st.integers())
def test_there_is_always_room_above_and_below(key: str, seed: int) -> None:
    chance = random.Random(seed).randrange
    below, above = order.between(key, None, chance), order.between(None, key, chance)
    assert below is not None and above is not None
    assert above < key < below
    assert order.VALID.match(above) and order.VALID.match(below)


@given(st.none() | keys, st.none() | keys, st.integers(0, 60))
def test_spread_keys_rise_between_their_ends(one: str | None, other: str | None, count: int) -> None:
    low, high = sorted((one, other)) if one is not None and other is not None else (one, other)
    found = order.spread(low, high, count)
    if low is not None and low == high:
        assert found is None
        return
    assert found is not None and len(found) == count
    chain = [low or "", *found] + ([high] if high is not None else [])
    assert chain == sorted(chain) and len(set(found)) == count
    assert all(order.VALID.match(key) for key in found)


def test_reversed_keys_have_nothing_between_them() -> None:
    assert order.between("b", "a") is None
    assert order.spread("b", "a", 3) is None


def test_keys_of_a_large_notebook_are_short() -> None:
    found = order.spread(None, None, 2_000)
    assert found is not None
    assert max(map(len, found)) <= 5


def test_two_peers_who_insert_at_the_same_place_get_different_keys() -> None:
    found = [order.between("V", "W") for _ in range(50)]
    assert len(set(found)) >= 47


def test_writing_downwards_keeps_keys_short() -> None:
    key: str | None = "V"
    for _ in range(1_000):
        key = order.between(key, None)
        assert key is not None
    assert len(key or "") <= 8
