"""One-time codes and bearers, as state with a clock that the test turns."""

from __future__ import annotations

import itertools

import pytest

from fumehood.core import limits
from fumehood.core.errors import Busy, PassRefused
from fumehood.doors.passes import Key, Passes, fresh, key
from fumehood.doors.proofs import proof
from tests.doors.gateway_bench import ASKED, Clock, admits


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
    assert admits(desk.passes, exchanged.bearer) == key(exchanged.bearer)


def test_secrets_are_32_random_bytes_that_need_no_quoting() -> None:
    made = {fresh() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 43 and set(one) <= set("-_") | set(map(chr, range(48, 123))) for one in made)


def test_a_code_is_no_bearer_and_a_bearer_no_code(desk: Bench) -> None:
    code = desk.passes.code()
    with pytest.raises(PassRefused):
        admits(desk.passes, code)
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
        admits(desk.passes, guess)


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
        admits(desk.passes, bearer)
    assert desk.ended == [key(bearer)]
    admits(desk.passes, innocent)


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
            admits(desk.passes, bearer)
    with pytest.raises(PassRefused):
        desk.passes.exchange(waiting)
    assert desk.ended == [key(first), key(second), key(third)]
    admits(desk.passes, innocent)


def test_a_second_use_of_a_later_code_does_not_end_its_giver(desk: Bench) -> None:
    first = desk.passes.exchange(desk.passes.code()).bearer
    code = desk.passes.code(key(first))
    second = desk.passes.exchange(code).bearer
    with pytest.raises(PassRefused):
        desk.passes.exchange(code)
    assert desk.ended == [key(second)]
    admits(desk.passes, first)


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
    admits(desk.passes, kept)


def test_no_code_is_kept() -> None:
    numbers = itertools.count()
    passes = Passes(token=lambda: f"secret-{next(numbers)}")
    passes.exchange(passes.code())
    passes.code()
    kept = repr(vars(passes))
    assert [secret for secret in ("secret-0", "secret-1", "secret-2") if secret in kept] == ["secret-1"], "the bearer"


def test_a_guess_is_compared_with_all_there_are(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """However early the right one stands: time must not say where it is."""
    compared: list[bytes] = []

    def compare(one: bytes, asked: bytes) -> bool:
        compared.append(one)
        return one == asked

    monkeypatch.setattr("fumehood.doors.passes.hmac.compare_digest", compare)
    codes = [desk.passes.code() for _ in range(5)]
    counts = set()
    for guess in (*codes, "wrong"):
        compared.clear()
        try:
            desk.passes.exchange(guess)
        except PassRefused:
            assert guess == "wrong"
        counts.add(len(compared))
    assert counts == {5}


# -- the proofs of a bearer


def test_a_proof_is_for_one_side_one_host_and_one_moment(desk: Bench) -> None:
    bearer, other = (desk.passes.exchange(desk.passes.code()).bearer for _ in range(2))
    name = key(bearer).hex()
    one = desk.passes.greet(name, ASKED, "127.0.0.1:1")
    assert one.proof == proof(bearer, "gateway", "127.0.0.1:1", ASKED, one.answered)
    assert one.accepts(proof(bearer, "page", "127.0.0.1:1", ASKED, one.answered))
    again = desk.passes.greet(name, ASKED, "127.0.0.1:1")
    for wrong in (
        one.proof,
        again.expected,
        again.proof,
        proof(other, "page", "127.0.0.1:1", ASKED, one.answered),
        proof(bearer, "page", "127.0.0.1:2", ASKED, one.answered),
        proof(bearer, "page", "127.0.0.1:1", "5b" * 32, one.answered),
        "",
        "\udcff",
    ):
        assert not one.accepts(wrong)


def test_what_is_said_of_a_bearer_does_not_let_in(desk: Bench) -> None:
    bearer = desk.passes.exchange(desk.passes.code()).bearer
    name = key(bearer).hex()
    assert not desk.passes.greet(name, ASKED, "h").accepts(proof(name, "page", "h", ASKED, "x"))
    for wrong in ("", "x", "zz" * 32, name[:-2], name + "00", bearer):
        with pytest.raises(PassRefused):
            desk.passes.greet(wrong, ASKED, "h")
