"""Carriage returns, backspaces, sealing: against a slow reference, and by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.runtime.streams import Patch, Seal, StreamText


def reference(text: str) -> str:
    """A terminal without colours, character by character."""
    lines: list[list[str]] = [[]]
    column = 0
    for character in text:
        line = lines[-1]
        if character == "\n":
            lines.append([])
            column = 0
        elif character == "\r":
            column = 0
        elif character == "\x08":
            column = max(0, column - 1)
        else:
            line[column : column + 1] = [character]
            column += 1
    return "\n".join("".join(line) for line in lines)


class Room:
    """What a room makes of the changes."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.text = ""
        self.longest = 0

    def take(self, changes: Iterable[Patch | Seal]) -> None:
        for change in changes:
            if isinstance(change, Patch):
                assert change.at <= len(self.text)
                self.text = self.text[: change.at] + change.text
            else:
                assert self.text[: change.chars].encode() == change.data
                self.parts.append(change.data)
                self.text = self.text[change.chars :]
            self.longest = max(self.longest, len(self.text))

    @property
    def all(self) -> str:
        return b"".join(self.parts).decode() + self.text


def shown(*chunks: str) -> str:
    stream, room = StreamText(), Room()
    for chunk in chunks:
        stream.feed(chunk)
        room.take(stream.changes())
    return room.all


@given(
    st.lists(st.tuples(st.text(alphabet="ab\r\n\x08é𝄞", max_size=12), st.booleans()), max_size=12),
)
@example([("ab\r", True), ("\nc", True)])
@example([("abc\x08\x08", True), ("\r\r\nd", False)])
@settings(max_examples=400)
def test_text_is_resolved_as_a_terminal_does_however_it_is_cut(chunks: list[tuple[str, bool]]) -> None:
    stream, room = StreamText(), Room()
    for chunk, tell in chunks:
        stream.feed(chunk)
        if tell:
            room.take(stream.changes())
            assert not stream.changed
    room.take(stream.changes())
    assert room.all == reference("".join(chunk for chunk, _ in chunks))
    assert list(stream.changes()) == []


@given(st.lists(st.text(alphabet="abc \n\x1b[m3é", min_size=1, max_size=40), max_size=30), st.integers(1, 60))
def test_plain_text_is_kept_to_the_byte_and_sealed_in_parts(chunks: list[str], limit: int) -> None:
    stream, room = StreamText(), Room()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "STREAM_OPEN_TEXT", limit)
        for number, chunk in enumerate(chunks):
            stream.feed(chunk)
            if number % 3:
                room.take(stream.changes())
        room.take(stream.changes())
    assert room.all == "".join(chunks)
    assert room.longest <= limit
    assert len(room.text) <= limit


@given(
    st.lists(st.text(alphabet="ab\r\n\x08", min_size=1, max_size=20), max_size=30),
    st.integers(20, 60),
)
def test_sealing_changes_nothing_of_lines_that_fit(chunks: list[str], limit: int) -> None:
    text = "".join(chunks)
    if any(len(line) > limit // 2 for line in re.split("\n", reference(text))):
        return
    stream, room = StreamText(), Room()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "STREAM_OPEN_TEXT", limit)
        for chunk in chunks:
            stream.feed(chunk)
            room.take(stream.changes())
    assert room.all == reference(text)


def test_a_carriage_return_at_the_end_shows_the_line_until_more_comes() -> None:
    assert shown("50%\r") == "50%"
    assert shown("50%\r", "100%") == "100%"
    assert shown("50%\r", "\n", "next") == "50%\nnext"


def test_a_progress_bar_tells_only_its_line() -> None:
    stream = StreamText()
    stream.feed("loading\n 10%")
    list(stream.changes())
    stream.feed("\r 20%")
    assert list(stream.changes()) == [Patch(8, " 20%")]


def test_an_append_tells_only_what_is_new() -> None:
    stream = StreamText()
    stream.feed("one\n")
    list(stream.changes())
    stream.feed("two\n")
    assert list(stream.changes()) == [Patch(4, "two\n")]


def test_colours_take_no_column() -> None:
    assert shown("\x1b[32mabcdef\x1b[0m\rXY") == "XY\x1b[32mcdef\x1b[0m"
    assert shown("\x1b[32mab\x1b[0m\r\x1b[31mxyz\x1b[0m") == "\x1b[31mxyz\x1b[0m"


def test_a_line_that_is_erased_leaves_no_rest() -> None:
    assert shown("loading ...", "\r\x1b[Kdone") == "done"
    assert shown("loading ...\x1b[2K\r", "done") == "done"


def test_backspaces_step_over_colours() -> None:
    assert shown("ab\x1b[32mc\x1b[0m", "\x08X") == "ab\x1b[32mX"


def test_an_escape_that_is_cut_in_two_messages_is_whole_again() -> None:
    assert shown("\x1b[3", "2mgreen\x1b[0m\n") == "\x1b[32mgreen\x1b[0m\n"


def test_colours_before_a_rest_do_not_pile_up() -> None:
    stream = StreamText()
    stream.feed("abcdef")
    for _ in range(1000):
        stream.feed("\r\x1b[31mx")
    assert len(Room().all) == 0
    changes = list(stream.changes())
    assert isinstance(changes[0], Patch) and len(changes[0].text) < 200


def test_memory_stays_the_same_however_much_is_printed() -> None:
    stream, room = StreamText(), Room()
    line = "x" * 99 + "\n"
    for _ in range(100):
        stream.feed(line * 1000)
        room.take(stream.changes())
        assert stream.kept <= limits.STREAM_OPEN_TEXT
    assert sum(map(len, room.parts)) + len(room.text) == 100 * 1000 * 100
    assert room.longest <= limits.STREAM_OPEN_TEXT


def test_a_line_without_end_is_sealed_too() -> None:
    stream, room = StreamText(), Room()
    for _ in range(50):
        stream.feed("." * 10_000)
        room.take(stream.changes())
    assert room.all == "." * 500_000
    assert len(room.parts) == 3
