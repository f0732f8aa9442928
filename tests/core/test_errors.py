from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core import errors
from fumehood.core.errors import BY_CODE, HoodError, Internal, from_wire


def descendants(kind: type[HoodError]) -> Iterator[type[HoodError]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from descendants(sub)


LEAVES = [kind for kind in descendants(HoodError) if not kind.__subclasses__()]
GROUPS = [kind for kind in descendants(HoodError) if kind.__subclasses__()]


def test_every_leaf_has_a_code_of_its_own_and_no_group_has_one() -> None:
    assert sorted(leaf.code for leaf in LEAVES) == sorted(BY_CODE)
    assert all("code" not in vars(group) for group in GROUPS)
    assert {BY_CODE[code] for code in BY_CODE} == set(LEAVES)


def test_codes_are_dotted_lower_case_words() -> None:
    assert [code for code in BY_CODE if not re.fullmatch(r"[a-z][a-z_]*(\.[a-z][a-z_]*)?", code)] == []


def test_every_leaf_says_what_it_means_or_what_to_do() -> None:
    """The code alone is not documentation: a docstring, or a hint for the user, must stand beside it."""
    assert [leaf.code for leaf in LEAVES if not (leaf.__dict__.get("__doc__") or leaf.default_hint)] == []


def test_every_hint_is_a_sentence() -> None:
    assert [leaf.code for leaf in LEAVES if leaf.default_hint and leaf.default_hint[-1] not in ".:)?0"] == []


def test_each_group_has_its_own_exit_status() -> None:
    direct = HoodError.__subclasses__()
    assert len({kind.exit_status for kind in direct}) == len(direct)
    assert all(0 < kind.exit_status < 126 for kind in direct), "126 and above are the shell's"


def test_the_tree_at_the_top_of_the_module_names_every_group() -> None:
    assert errors.__doc__ is not None
    drawn = dict(re.findall(r"[├└]─ (\w+) .*\(exit status (\d+)\)", errors.__doc__))
    assert drawn == {kind.__name__: str(kind.exit_status) for kind in HoodError.__subclasses__()}


def test_a_code_cannot_be_given_twice() -> None:
    with pytest.raises(AssertionError):
        type("Twice", (errors.BadInput,), {"code": "file.missing"})


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_an_error_is_the_same_on_the_other_side_of_a_wire(leaf: type[HoodError]) -> None:
    error = leaf("It did not work.", hint="Try again.", path="a.ipynb", count=3)
    there = from_wire(error.code, error.message, error.hint, error.data)
    assert type(there) is leaf
    assert (there.message, there.hint, there.data) == (error.message, error.hint, error.data)
    assert str(there) == "It did not work. Try again."


@given(
    st.text(),
    st.text(),
    st.text(),
    st.dictionaries(st.text() | st.sampled_from(["message", "hint", "self", "code", "args"]), st.integers()),
)
def test_whatever_a_peer_reports_becomes_an_error(code: str, message: str, hint: str, data: dict[str, Any]) -> None:
    error = from_wire(code, message, hint, data)
    assert type(error) is BY_CODE.get(code, Internal)
    assert error.message == message
