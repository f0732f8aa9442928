"""Splices, and combining two edits."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from fumehood.document.text import byte_offset, cheap, combine, splices

words = st.lists(st.sampled_from(["a", "b", "\n", "é", "😀", "long line of text\n", "\r", "\u2028"]), max_size=20).map(
    "".join
)


def apply(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    for at, delete, insert in changes:
        text = text[:at] + insert + text[at + delete :]
    return text


@given(words, words)
def test_splices_make_the_new_text(old: str, new: str) -> None:
    assert apply(old, splices(old, new)) == new


@given(words)
def test_no_change_is_no_splice(text: str) -> None:
    assert splices(text, text) == []


def test_lines_that_both_have_are_not_touched() -> None:
    old = "one\ntwo\nthree\nfour\nfive\n"
    new = "one!\ntwo\nthree\nfour\nfive!\n"
    assert splices(old, new) == [(23, 0, "!"), (3, 0, "!")]


def test_one_character_is_one_splice() -> None:
    assert splices("x" * 1000, "x" * 500 + "y" + "x" * 500) == [(500, 0, "y")]


def test_a_text_without_end_is_compared_in_halves() -> None:
    old = "x" * 8_000_000
    assert splices(old, old[:4_000_000] + "y" + old[4_000_000:]) == [(4_000_000, 0, "y")]


def test_what_would_take_long_is_one_splice() -> None:
    old, new = "a\n" * 3000, "b\n" + "a\n" * 2998 + "c\n"
    assert not cheap(old.splitlines(), new.splitlines())
    changes = splices("x\n" + old, "y\n" + new)
    assert len(changes) == 1
    assert apply("x\n" + old, changes) == "y\n" + new


def test_offsets_in_bytes() -> None:
    assert [byte_offset("aé😀b", at) for at in range(5)] == [0, 1, 3, 7, 8]
    assert byte_offset("abc", 2) == 2


# -- combining


@given(words, words)
def test_one_sided_changes_are_taken(base: str, changed: str) -> None:
    assert combine(base, base, changed) == (changed, True)
    assert combine(base, changed, base) == (changed, True)
    assert combine(base, changed, changed) == (changed, True)


@given(words, words, words)
def test_every_inserted_line_of_theirs_is_in_a_combined_text(base: str, ours: str, theirs: str) -> None:
    text, clean = combine(base, ours, theirs)
    for line in set(theirs.splitlines(keepends=True)) - set(base.splitlines(keepends=True)):
        assert line in text.splitlines(keepends=True) or line in text
    if clean:
        for line in set(ours.splitlines(keepends=True)) - set(base.splitlines(keepends=True)):
            assert line in text


def test_changes_of_different_lines_are_both_taken() -> None:
    base = "a\nb\nc\nd\ne\n"
    assert combine(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n") == ("A\nb\nc\nd\nE\n", True)
    assert combine(base, "a\nb\nc\nd\ne\nf\n", "x\na\nb\nc\nd\ne\n") == ("x\na\nb\nc\nd\ne\nf\n", True)
    assert combine(base, "a\nc\nd\ne\n", "a\nb\nc\nd\n") == ("a\nc\nd\n", True)


def test_changes_of_the_same_line_are_a_conflict_and_theirs_stays() -> None:
    base = "a\nb\nc\n"
    assert combine(base, "a\nours\nc\n", "a\ntheirs\nc\n") == ("a\ntheirs\nc\n", False)
    text, clean = combine("a\nb\nc\nd\n", "a\nours\nc\nD\n", "a\ntheirs\nc\nd\n")
    assert (text, clean) == ("a\ntheirs\nc\nD\n", False)


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    assert combine("a\nb\n", "a\nB\nx\n", "a\nB\nx\n") == ("a\nB\nx\n", True)
