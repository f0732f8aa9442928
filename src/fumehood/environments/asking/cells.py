"""The command lines that a cell says, whichever way: magics, shell lines, shell cells, Python's own calls.

A cell that parses as Python has no magics, so that what only looks like one in a text is none. In others the lines that
are no Python are taken out before the rest is looked through.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from fumehood.core import limits
from fumehood.environments.asking import calls
from fumehood.environments.asking.commands import joined

How = Literal["magic", "shell", "call"]
_TOOLS: Final = r"pip[\d.]*|uvx?|conda|mamba|micromamba|pixi"
_TO: Final = r"(?:\w[\w.,\s]*=\s*)?"
"""`x = !command`. These expressions match lines without their indentation, once from their beginning."""
_MAGIC: Final = re.compile(
    rf"{_TO}%(?P<tool>{_TOOLS})(?=\s|$)(?P<rest>.*)|"
    rf"(?P<bare>{_TOOLS})\s+(?P<more>(?:pip\s+)?(?:install|add|create|update|sync)\b.*)"
)
_SHELL: Final = re.compile(rf"{_TO}(?:!!?|%(?:sx|system|time)\s+!?)(?P<rest>.*)")
_CELL: Final = re.compile(r"%%(?P<name>[!\w]+)(?P<rest>.*)")
_SHELL_CELLS: Final = frozenset(("bash", "sh", "script", "system", "sx", "!", "zsh", "cmd", "powershell"))
_OTHER_LINE: Final = re.compile(rf"{_TO}[%!?]")


class Said(NamedTuple):
    how: How
    line: int
    """In the cell, from 1."""
    text: str
    """What is written there."""
    command: str | list[str]
    """For a shell, or as words."""


class Cell(NamedTuple):
    tree: ast.Module | None
    """Of its Python; None where there is none, or too much."""
    said: tuple[Said, ...]


def looked_through(source: str) -> Cell:
    """Never fails."""
    if len(source) > limits.INSTALL_SOURCE:
        return Cell(None, ())
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    opening = _CELL.match(lines[first])
    if opening is not None and opening["name"] in _SHELL_CELLS:
        return Cell(None, tuple(_script(lines, first, opening)))
    if opening is not None:
        lines[first] = ""
    parsable = len(source) <= limits.INSTALL_PARSED
    tree = calls.parsed("\n".join(lines)) if parsable else None
    said: list[Said] = []
    if tree is None:
        said += _lines(lines)
        tree = calls.parsed("\n".join(_without(lines))) if parsable else None
    if tree is not None:
        said += [Said("call", line, text, command) for line, command, text in calls.commands(tree)]
    return Cell(tree, tuple(said))


def _script(lines: list[str], first: int, opening: re.Match[str]) -> Iterator[Said]:
    if opening["name"] in ("!", "system", "sx") and opening["rest"].strip():
        yield Said("shell", first + 1, lines[first], opening["rest"])
    for number, line in joined(lines[first + 1 :]):
        if line.strip() and not line.lstrip().startswith("#"):
            yield Said("shell", first + 1 + number, line, line)


def _lines(lines: list[str]) -> Iterator[Said]:
    for number, line in joined(lines):
        bare = line.strip()
        if magic := _MAGIC.match(bare):
            tool, rest = magic["tool"] or magic["bare"], magic["rest"] or magic["more"] or ""
            yield Said("magic", number, line, f"{tool} {rest}")
        elif shell := _SHELL.match(bare):
            yield Said("shell", number, line, shell["rest"])


def _without(lines: list[str]) -> Iterator[str]:
    """The lines with `pass` for those that are no Python, so that the rest parses."""
    going_on = False
    for line in lines:
        bare = line.strip()
        other = bare.endswith("?") or bool(_OTHER_LINE.match(bare) or _MAGIC.match(bare))
        if going_on or not other:
            yield "" if going_on else line
        else:
            yield f"{line[: len(line) - len(line.lstrip())]}pass"
        going_on = (going_on or other) and line.endswith("\\")
