"""How many look-alikes are found, and how many names are wrongly called one.

A name is found where a target is named with a score of `WARN`; to be stopped only because nobody has the name does not
count. The weights were set on `tuned.tsv`; `untouched.tsv` was looked at once, when nothing was changed any more
(docs/decisions/0025).
"""

from __future__ import annotations

import pytest

from fumehood.trust.lookalikes import Names, scoring
from fumehood.trust.lookalikes.index import Index
from tests.trust.lookalikes.labelled import Labelled, is_listed, labelled, lines


def found(names: Names, ones: list[Labelled]) -> float:
    judged = [names.judge(one.name) for one in ones]
    return sum(one.target is not None and one.score >= scoring.WARN for one in judged) / len(ones)


@pytest.mark.parametrize("file", ["tuned.tsv", "untouched.tsv"])
def test_most_names_of_malware_that_imitate_others_are_found(names: Names, file: str) -> None:
    squats = [one for one in labelled(file) if one.kind == "edit"]
    listed = [one for one in squats if is_listed(names, one)]
    assert len(squats) > 300 and len(listed) > 250
    assert found(names, squats) >= 0.85
    assert found(names, listed) >= 0.95


@pytest.mark.parametrize("file", ["tuned.tsv", "untouched.tsv"])
def test_and_as_many_where_each_of_few_targets_counts_the_same(names: Names, file: str) -> None:
    by_target: dict[tuple[str, ...], list[Labelled]] = {}
    for one in labelled(file):
        if one.kind == "edit" and is_listed(names, one):
            by_target.setdefault(one.targets, []).append(one)
    assert sum(found(names, ones) for ones in by_target.values()) / len(by_target) >= 0.9


@pytest.mark.parametrize("file", ["tuned.tsv", "untouched.tsv"])
def test_what_it_was_taken_for_is_named(names: Names, file: str) -> None:
    right = wrong = 0
    for one in labelled(file):
        judged = names.judge(one.name)
        if one.kind == "edit" and is_listed(names, one) and judged.score >= scoring.WARN:
            meant = {names.judge(target).target or target for target in one.targets} | set(one.targets)
            if judged.target in meant or (judged.target or "").rstrip("0123456789") in {
                name.rstrip("4") for name in meant
            }:
                right += 1
            else:
                wrong += 1
    assert right / (right + wrong) >= 0.97


def test_names_of_others_are_let_be(names: Names) -> None:
    legitimate = lines("legitimate.txt")
    judged = [names.judge(name) for name in legitimate]
    assert all(one.known and one.rank is None for one in judged)
    assert sum(one.verdict != "ok" for one in judged) / len(judged) <= 0.015


def test_no_name_of_the_list_is_called_a_look_alike(names: Names) -> None:
    index = Index.open()
    ranked = [name for number in range(len(index)) if index.rank(number) and (name := index.name(number))]
    assert len(ranked) > 14_900
    assert [name for name in ranked if names.judge(name).verdict != "ok"] == []


def test_nearly_every_name_of_malware_is_stopped_because_nobody_has_it_any_more(names: Names) -> None:
    judged = [names.judge(one.name) for file in ("tuned.tsv", "untouched.tsv") for one in labelled(file)]
    assert sum(one.verdict in ("stop", "block") for one in judged) / len(judged) >= 0.97
