"""Foreign text at a terminal is shown, not obeyed."""

from __future__ import annotations

import io
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fumehood.cli import terminal

HOSTILE = [
    "\x1b]52;c;aGVsbG8=\x07",  # writes the clipboard
    "\x1b]0;title\x07",
    "\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1b[1A\x1b[2K",
    "\x1b[6n",  # asks for the cursor: the answer is typed into the shell
    "\x1b[8mhidden\x1b[0m",
    "\x1b[5mblink",
    "\x1b[38;5;300m",
    "\x1b[?1049h",
    "\x1bc",
    "\x1bP1;1|\x1b\\",
    "\x9b31m",
    "\x9d0;title\x9c",
    "\x07\x08\x0b\x0c\x0e\x0f\x7f\x00",
    "a\rb",
    "\u202eevil\u202c",
    "\u2066\u2069\u200e\u200f\u061c",
    "\u2028\u2029\u200b\ufeff\u00ad",
    "\U000e0041\U000e007f\U000e0101",
    "\ud800",
    "\ufffe\uffff",
    "\x1b[31",
    "\x1b[" + "1;" * 100 + "m",
]
SGR = re.compile(r"\x1b\[[0-9;:]*m")


def obeyed(text: str) -> list[str]:
    """What of a text a terminal would obey, without colours, line feeds and tabs."""
    rest = SGR.sub("", text)
    return [one for one in rest if one not in "\n\t" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown(text: str) -> None:
    shown = terminal.clean(f"before {text} after")
    assert obeyed(shown) == []
    assert shown.startswith("before ") and shown.endswith(" after")
    if not SGR.search(text):
        assert "\\x" in shown or "\\u" in shown or "\\U" in shown


@given(st.text(alphabet=st.characters() | st.sampled_from("\x1b[]m;0123456789:\x07\x9b\r\n")))
@example("\x1b[\x1b[31m")
@example("\x1b\x1b[31mm")
def test_nothing_that_a_terminal_obeys_passes(text: str) -> None:
    for colour in (True, False):
        shown = terminal.clean(text, colour=colour)
        assert [one for one in obeyed(shown) if one not in "\u200c\u200d"] == []
        if not colour:
            assert "\x1b" not in shown


@given(st.text(alphabet=st.sampled_from("\x1b[]m;0123456789:ab") | st.characters()))
def test_every_colour_sequence_that_passes_sets_colours_and_weights_only(text: str) -> None:
    for found in SGR.findall(terminal.clean(text)):
        numbers = [int(one or 0) for one in re.split("[;:]", found[2:-1])]
        if not {38, 48, 58} & set(numbers):
            assert set(numbers) <= terminal._CODES


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_is_not_touched(text: str) -> None:
    kept = "".join(one for one in text if one not in terminal._HIDDEN and not 0xFFF0 <= ord(one) <= 0xFFF8)
    assert terminal.clean(kept) == kept


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = terminal.clean(text)
    assert terminal.clean(once) in (once, once + "\x1b[0m")


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        "\x1b[1;38;5;200;48;2;1;2;3mx\x1b[0m",
        "\x1b[38:2::1:2:3mx\x1b[m",
        "\x1b[0;31m---\x1b[39m\x1b[0m",
        "naïve, 漢字, 👩\u200d🔬, \u0301",
        "tab\tline\n",
    ],
)
def test_colours_and_letters_of_all_scripts_pass(text: str) -> None:
    assert terminal.clean(text) == text


def test_colours_end_with_the_text() -> None:
    assert terminal.clean("\x1b[31mred") == "\x1b[31mred\x1b[0m"
    assert terminal.clean("\x1b[31mred\x1b[0m") == "\x1b[31mred\x1b[0m"


@given(st.text())
def test_a_line_is_one_line_and_not_endless(text: str) -> None:
    shown = terminal.line(text)
    assert "\n" not in shown and "\t" not in shown and "\x1b" not in shown
    assert len(shown) <= 400 * 10


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_without_no_color() -> None:
    assert terminal.colours(_Terminal(), {"TERM": "xterm"})
    assert not terminal.colours(_Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})
    assert terminal.colours(_Terminal(), {"TERM": "xterm", "NO_COLOR": ""})
    assert not terminal.colours(_Terminal(), {"TERM": "dumb"})
    assert not terminal.colours(io.StringIO(), {"TERM": "xterm"})
    closed = io.StringIO()
    closed.close()
    assert not terminal.colours(closed, {})
