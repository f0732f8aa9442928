"""PEP 723 in code cells: a TOML table between `# /// script` and `# ///`, by the exact grammar of the specification.

By lines instead of the specification's regular expression, which is quadratic on hostile cells; a test compares the
two. A block that is nearly one, has no end or no TOML, and a second one anywhere in the notebook are complaints, since
another tool may read what this one does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from fumehood.core import limits
from fumehood.environments.asking import pythons, toml_text
from fumehood.environments.asking.conda_files import pixi
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.environments.asking.uv_options import UvOptions
from fumehood.protocol.trust import Asker

_START: Final = re.compile(r"# /// ([a-zA-Z0-9-]+)\Z")
_NEARLY: Final = re.compile(r"\s*#\s*///\s*script\s*\Z")
_END: Final = "# ///"
_HINT: Final = "`# /// script`, lines that begin with `# `, and `# ///`; nothing else."


class Block(NamedTuple):
    cell: str
    line: int
    text: str


def read(cells: Iterable[tuple[str, str]], gathered: Gathered) -> None:
    found: list[Block] = []
    for cell, source in cells:
        if "///" in source:
            found += _of_cell(cell, source, gathered)
    if len(found) == 1:
        _take(found[0], gathered)
    for block in found[1:]:
        gathered.complain(
            Asker(kind="cell", name=block.cell, line=block.line),
            "A second `# /// script` block: a notebook may have one. None of them is read.",
        )


def _of_cell(cell: str, source: str, gathered: Gathered) -> Iterator[Block]:
    for kind, line, text in blocks(source):
        if kind == "script" and text is not None:
            yield Block(cell, line, text)
        elif text is None:
            gathered.complain(
                Asker(kind="cell", name=cell, line=line), "A `# /// script` block that is not one.", _HINT
            )


def blocks(source: str) -> Iterator[tuple[str, int, str | None]]:
    """Type, line and content of each block; content None: one of type `script` that is not well formed."""
    lines = source.split("\n")
    at = 0
    while at < len(lines):
        start = _START.match(lines[at])
        if start is None:
            if _NEARLY.match(lines[at]):
                yield "script", at + 1, None
            at += 1
            continue
        run = at + 1
        end = 0
        while run < len(lines) and (lines[run] == "#" or lines[run].startswith("# ")):
            if lines[run] == _END and run > at + 1:
                end = run
            run += 1
        if end:
            yield start[1], at + 1, "\n".join(line[2:] for line in lines[at + 1 : end])
            at = end + 1
            continue
        for number in range(at, run):
            if _NEARLY.match(lines[number]):
                yield "script", number + 1, None
        at = run


def _take(block: Block, gathered: Gathered) -> None:
    asker = Asker(kind="cell", name=block.cell, line=block.line)
    try:
        if len(block.text) > limits.ASKED_FILE:
            raise ValueError("it is too large")
        table = toml_text.read(block.text)
    except ValueError as error:
        gathered.complain(asker, "The `# /// script` block is no TOML.", plain(str(error)))
        return
    tool = _table(table.get("tool"))
    options = UvOptions(_table(tool.get("uv")), asker, gathered)
    options.take()
    wanted = table.get("dependencies", [])
    if not isinstance(wanted, list):
        gathered.complain(asker, "`dependencies` is not a list.")
        wanted = []
    lines = block.text.split("\n")
    for text in wanted:
        options.require(text, Asker(kind="cell", name=block.cell, line=block.line + line_of(lines, text)))
    if found := pythons.constraint(table.get("requires-python"), asker, gathered):
        gathered.pythons.append(found)
    if tool.get("pixi") is not None:
        pixi(_table(tool["pixi"]), asker, gathered)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def line_of(lines: list[str], text: object) -> int:
    """From 1: the first line that holds it; 0: none does."""
    if not isinstance(text, str):
        return 0
    return next((number for number, line in enumerate(lines, 1) if text in line), 0)
