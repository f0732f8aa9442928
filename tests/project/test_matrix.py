from __future__ import annotations

import pytest

from tests import matrix


@pytest.fixture(autouse=True)
def short_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "ALL", False)


def test_a_tenth_is_the_same_for_the_same_seed_and_keeps_the_order() -> None:
    cases = list(range(1000))
    once = matrix.tenth(cases, "kill points")
    assert once == matrix.tenth(cases, "kill points")
    assert len(once) == 100
    assert once == sorted(once)


def test_another_seed_draws_other_cases() -> None:
    assert matrix.tenth(range(1000), 1) != matrix.tenth(range(1000), 2)


def test_a_small_matrix_keeps_at_least_what_was_asked() -> None:
    assert len(matrix.tenth(range(5), 1)) == 1
    assert len(matrix.tenth(range(5), 1, at_least=3)) == 3
    assert matrix.tenth(range(2), 1, at_least=3) == [0, 1]


def test_the_long_tier_has_every_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "ALL", True)
    assert matrix.tenth(range(50), 1) == list(range(50))
