"""One-time codes and bearers, as state with a clock that the test turns."""

from __future__ import annotations

import itertools

import pytest

from fumehood.core import limits
from fumehood.core.errors import Busy, PassRefused
from fumehood.doors.gateway.passes import Key, Passes, fresh, key
from tests.doors.gateway_bench import Clock


class Bench:
    def __init__(self) -> None:
        self.clock = Clock()
        self.ended: list[Key] = []
        self.passes = Passes(self.clock, revoked=self.ended.append)


@pytest.fixture
def desk() -> Bench:
    return Bench()


def test_a_code_gives_a_bearer_that_is_let_in(desk: Bench) -> None:
    code = desk.passes.code()
    exchanged = desk.passes.exchange(code)
    assert exchanged.code == key(code)
    assert desk.passes.admits(exchanged.bearer) == key(exchanged.bearer)


def test_secrets_are_32_random_bytes_that_need_no_quoting() -> None:
    made = {fresh() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 43 and set(one) <= set("-_") | set(map(chr, range(48, 123))) for one in made)


def test_a_code_is_no_bearer_and_a_bearer_no_code(desk: Bench) -> None:
    code = desk.passes.code()
    with pytest.raises(PassRefused):
        desk.passes.admits(code)
    bearer = desk.passes.exchange(code).bearer
    with pytest.raises(PassRefused):
        desk.passes.exchange(bearer)
    assert desk.ended == []


@pytest.mark.parametrize("guess", ["", "x", "A" * 43, "\udcff", "\0"])
def test_what_was_never_given_out_is_refused(desk: Bench, guess: str) -> None:
    desk.passes.code()
    with pytest.raises(PassRefused):
        desk.passes.exchange(guess)
    with pytest.raises(PassRefused):
        desk.passes.admits(guess)


def test_a_code_lives_for_a_minute(desk: Bench) -> None:
    early, late = desk.passes.code(), desk.passes.code()
    desk.clock.now += limits.CODE_SECONDS - 0.1
    desk.passes.exchange(early)
    desk.clock.now += 0.1
    with pytest.raises(PassRefused):
        desk.passes.exchange(late)


def test_a_second_use_ends_what_the_first_one_gave(desk: Bench) -> None:
    code, other = desk.passes.code(), desk.passes.code()
    bearer, innocent = desk.passes.exchange(code).bearer, desk.passes.exchange(other).bearer
    for _ in range(2):
        with pytest.raises(PassRefused):
            desk.passes.exchange(code)
    with pytest.raises(PassRefused):
        desk.passes.admits(bearer)
    assert desk.ended == [key(bearer)]
    desk.passes.admits(innocent)


def test_a_second_use_ends_what_came_of_the_first_one(desk: Bench) -> None:
    """Whoever stole a code would ask for another one before the user comes."""
    code = desk.passes.code()
    first = desk.passes.exchange(code).bearer
    second = desk.passes.exchange(desk.passes.code(key(first))).bearer
    third = desk.passes.exchange(desk.passes.code(key(second))).bearer
    waiting = desk.passes.code(key(third))
    innocent = desk.passes.exchange(desk.passes.code()).bearer
    with pytest.raises(PassRefused):
        desk.passes.exchange(code)
    for bearer in (first, second, third):
        with pytest.raises(PassRefused):
            desk.passes.admits(bearer)
    with pytest.raises(PassRefused):
        desk.passes.exchange(waiting)
    assert desk.ended == [key(first), key(second), key(third)]
    desk.passes.admits(innocent)


def test_a_second_use_of_a_later_code_does_not_end_its_giver(desk: Bench) -> None:
    first = desk.passes.exchange(desk.passes.code()).bearer
    code = desk.passes.code(key(first))
    second = desk.passes.exchange(code).bearer
    with pytest.raises(PassRefused):
        desk.passes.exchange(code)
    assert desk.ended == [key(second)]
    desk.passes.admits(first)


def test_a_second_use_is_seen_however_late_it_is(desk: Bench) -> None:
    code = desk.passes.code()
    bearer = desk.passes.exchange(code).bearer
    desk.clock.now += 100 * limits.CODE_SECONDS
    desk.passes.code()
    with pytest.raises(PassRefused):
        desk.passes.exchange(code)
    assert desk.ended == [key(bearer)]


def test_their_number_is_bounded_and_codes_that_nobody_used_give_way(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GATEWAY_PASSES", 3)
    kept = desk.passes.exchange(desk.passes.code()).bearer
    desk.passes.code()
    desk.passes.code()
    with pytest.raises(Busy):
        desk.passes.code()
    desk.clock.now += limits.CODE_SECONDS
    desk.passes.code()
    desk.passes.admits(kept)


def test_nothing_that_lets_in_is_kept() -> None:
    numbers = itertools.count()
    passes = Passes(token=lambda: f"secret-{next(numbers)}")
    passes.exchange(passes.code())
    passes.code()
    assert "secret" not in repr(vars(passes))


def test_a_guess_is_compared_with_all_there_are(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """However early the right one stands: time must not say where it is."""
    compared: list[bytes] = []

    def compare(one: bytes, asked: bytes) -> bool:
        compared.append(one)
        return one == asked

    monkeypatch.setattr("fumehood.doors.gateway.passes.hmac.compare_digest", compare)
    bearers = [desk.passes.exchange(desk.passes.code()).bearer for _ in range(5)]
    counts = set()
    for guess in (*bearers, "wrong"):
        compared.clear()
        try:
            desk.passes.admits(guess)
        except PassRefused:
            assert guess == "wrong"
        counts.add(len(compared))
    assert counts == {5}
