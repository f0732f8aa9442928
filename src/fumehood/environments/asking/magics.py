"""What cells would install while they run: magics (`%pip`, `%conda`), shell lines (`!pip`), shell cells (`%%bash`) and
Python's own calls (`os.system`, `subprocess.run`), as far as a reader sees it.

`intercept` is a pure function of a cell's source, so that whoever is about to run the cell can say beforehand what it
will try. It is no boundary: code can build a command that no reader finds. What stops the installation itself is in
the kernel (`kernels.installs`, `kernels.guards`), and what stops intent is the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Literal, NamedTuple

from fumehood.core import limits
from fumehood.environments.asking import calls, commands, requirement
from fumehood.environments.asking.commands import Command
from fumehood.environments.asking.gathering import Gathered
from fumehood.protocol.trust import Asker, Complaint, Index, Requirement

How = Literal["magic", "shell", "call"]
_QUICK: Final = re.compile(r"pip|uv|conda|mamba|pixi|poetry|pdm|rye|easy_install")
_TOOLS: Final = r"pip[\d.]*|uvx?|conda|mamba|micromamba|pixi"
_TO: Final = r"(?:\w[\w.,\s]*=\s*)?"
"""`x = !command`. These expressions match lines without their indentation, once from their beginning."""
_MAGIC: Final = re.compile(
    rf"{_TO}%(?P<tool>{_TOOLS})(?=\s|$)(?P<rest>.*)|"
    rf"(?P<bare>{_TOOLS})\s+(?P<more>(?:pip\s+)?(?:install|add|create|update|sync)\b.*)"
)
_SHELL: Final = re.compile(rf"{_TO}(?:!!?|%(?:sx|system|time)\s+!?)(?P<rest>.*)")
_CELL: Final = re.compile(r"^%%(?P<name>[!\w]+)(?P<rest>.*)")
_SHELL_CELLS: Final = frozenset(("bash", "sh", "script", "system", "sx", "!", "zsh", "cmd", "powershell"))
_OTHER_LINE: Final = re.compile(rf"{_TO}[%!?]")


class Install(NamedTuple):
    tool: str
    how: How
    line: int
    """In the cell, from 1."""
    text: str
    """What is written there."""
    requirements: tuple[Requirement, ...]
    indexes: tuple[Index, ...] = ()
    files: tuple[str, ...] = ()
    complaints: tuple[Complaint, ...] = ()


def read(cells: Iterable[tuple[str, str]], gathered: Gathered) -> None:
    for cell, source in cells:
        for install in intercept(source, cell):
            for wanted in install.requirements:
                gathered.installs(wanted)


def intercept(source: str, cell: str = "") -> tuple[Install, ...]:
    """What a cell with this source would install, in the order in which it is written. Never fails."""
    if _QUICK.search(source) is None or len(source) > limits.INSTALL_SOURCE:
        return ()
    found = sorted(islice(_found(source), limits.ASKED_MAGICS), key=_line)
    return tuple(_install(how, line, text, command, cell) for how, line, text, command in found)


Found = tuple[How, int, str, Command]


def _line(found: Found) -> int:
    return found[1]


def _found(source: str) -> Iterator[Found]:
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    opening = _CELL.match(lines[first])
    if opening is not None and opening["name"] in _SHELL_CELLS:
        script = "\n".join((opening["rest"] if opening["name"] == "!" else "", *lines[first + 1 :]))
        for number, command in commands.of_shell(script):
            yield "shell", first + number + 1, lines[min(first + number, len(lines) - 1)], command
        return
    if opening is not None:
        lines[first] = ""
    parsable = len(source) <= limits.INSTALL_PARSED
    tree = calls.parsed("\n".join(lines)) if parsable else None
    if tree is None:
        yield from _of_lines(lines)
        tree = calls.parsed("\n".join(_without(lines))) if parsable else None
    if tree is not None:
        for number, words, text in calls.commands(tree):
            found = (
                commands.of_shell(words) if isinstance(words, str) else ((0, one) for one in commands.of_words(words))
            )
            for _, command in found:
                yield "call", number, text, command


def _of_lines(lines: list[str]) -> Iterator[Found]:
    for number, line in _joined(lines):
        magic = _MAGIC.match(line.strip())
        if magic is not None:
            tool, rest = magic["tool"] or magic["bare"], magic["rest"] or magic["more"] or ""
            for _, command in commands.of_shell(f"{tool} {rest}"):
                yield "magic", number, line, command
            continue
        shell = _SHELL.match(line.strip())
        if shell is not None:
            for _, command in commands.of_shell(shell["rest"]):
                yield "shell", number, line, command


def _joined(lines: list[str]) -> Iterator[tuple[int, str]]:
    held = ""
    first = 1
    for number, line in enumerate(lines, 1):
        first = first if held else number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield first, held + line
        held = ""
    if held:
        yield first, held


def _without(lines: list[str]) -> Iterator[str]:
    """The lines with `pass` for those that are no Python, so that the rest parses."""
    going_on = False
    for line in lines:
        bare = line.strip()
        found = _OTHER_LINE.match(bare) or _MAGIC.match(bare)
        if going_on or found is None:
            yield "" if going_on else line
        else:
            yield f"{line[: len(line) - len(line.lstrip())]}pass"
        going_on = (going_on or found is not None) and line.endswith("\\")


def _install(how: How, line: int, text: str, command: Command, cell: str) -> Install:
    gathered = Gathered()
    asker = Asker(kind="cell", name=cell, line=line)
    for ecosystem, wanted in command.wanted:
        (requirement.conda if ecosystem == "conda" else requirement.pypi)(wanted, asker, gathered)
    for role, url in command.indexes:
        gathered.index(url, "default" if role == "default" else "links" if role == "links" else "extra", asker)
    asked = gathered.asked("")
    return Install(
        tool=command.tool,
        how=how,
        line=line,
        text=text.strip()[: limits.ASKED_TEXT],
        requirements=asked.requirements,
        indexes=asked.indexes,
        files=command.files,
        complaints=asked.complaints,
    )
