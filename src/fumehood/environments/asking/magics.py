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
from typing import Final, NamedTuple

from fumehood.core import limits
from fumehood.environments.asking import commands, requirement
from fumehood.environments.asking.cells import How, Said, looked_through
from fumehood.environments.asking.commands import Command
from fumehood.environments.asking.gathering import Gathered
from fumehood.protocol.trust import Asker, Complaint, Index, Requirement

MENTIONED: Final = re.compile(
    r"(?<![A-Za-z])(?:pip[\dx]*|uvx?|conda|mamba|micromamba|pixi|poetry|pdm|rye|easy_install|micropip|piplite|pipmain)"
    r"(?![A-Za-z])"
)
"""In every cell that installs."""


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
    if MENTIONED.search(source) is None or len(source) > limits.INSTALL_SOURCE:
        return ()
    found = sorted(islice(_found(source), limits.ASKED_MAGICS), key=lambda one: one[0].line)
    return tuple(_install(said, command, cell) for said, command in found)


def _found(source: str) -> Iterator[tuple[Said, Command]]:
    for said in looked_through(source).said:
        if isinstance(said.command, str):
            yield from ((said, command) for command in commands.of_shell(said.command))
        else:
            yield from ((said, command) for command in commands.of_words(said.command))


def _install(said: Said, command: Command, cell: str) -> Install:
    gathered = Gathered()
    asker = Asker(kind="cell", name=cell, line=said.line)
    for ecosystem, wanted in command.wanted:
        (requirement.conda if ecosystem == "conda" else requirement.pypi)(wanted, asker, gathered)
    for role, url in command.indexes:
        gathered.index(url, "default" if role == "default" else "links" if role == "links" else "extra", asker)
    asked = gathered.asked("")
    return Install(
        tool=command.tool,
        how=said.how,
        line=said.line,
        text=said.text.strip()[: limits.ASKED_TEXT],
        requirements=asked.requirements,
        indexes=asked.indexes,
        files=command.files,
        complaints=asked.complaints,
    )
