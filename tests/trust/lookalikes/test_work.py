"""How much is looked up for a name, counted: `python -m benchmarks names` has the times."""

from __future__ import annotations

import pytest

from fumehood.trust.lookalikes import Names
from fumehood.trust.lookalikes.index import Index
from tests.trust.lookalikes.labelled import lines


class Counting(Index):
    keys = 0
    hashes = 0
    spelled = 0

    def owners(self, *keys: bytes) -> set[int]:
        self.keys += len(keys)
        return super().owners(*keys)

    def has_hash(self, value: int) -> bool:
        self.hashes += 1
        return super().has_hash(value)

    def name(self, number: int) -> str:
        self.spelled += 1
        return super().name(number)


@pytest.fixture
def index() -> Counting:
    return Counting.open()


def test_a_ranked_name_is_one_look(index: Counting) -> None:
    Names(index).judge("numpy")
    assert (index.keys, index.hashes) == (1, 0)
    assert index.spelled <= 2


def test_an_unknown_name_of_any_length_is_a_bounded_number_of_looks() -> None:
    for length in (*range(1, 30), 60, 120, 200):
        index = Counting.open()
        Names(index).judge(("qwxzvkj-pqhgm" * 20)[:length].strip("-"))
        assert index.keys <= 200 and index.hashes <= 260, length


def test_a_known_name_is_compared_with_few_others(index: Counting) -> None:
    names = Names(index)
    legitimate = lines("legitimate.txt")[::10]
    for name in legitimate:
        names.judge(name)
    assert index.keys / len(legitimate) < 80
    assert index.spelled / len(legitimate) < 20


def test_loading_reads_nothing_but_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    mapped: list[int] = []

    def keep(self: Index, data: object) -> None:
        mapped.append(len(data))  # type: ignore[arg-type]
        assert type(data).__name__ == "mmap"

    monkeypatch.setattr(Index, "__init__", keep)
    Index.open()
    assert len(mapped) == 1
