"""Lines of a requirements.txt: requirements, options that change where packages come from, and names of further files.

What pip would do and nobody here does is a complaint: environment variables are not put in, hashes are not carried on
(the lock has its own), constraints are not applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fumehood.environments.asking import requirement
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.protocol.trust import Asker, IndexRole

_COMMENT: Final = re.compile(r"(?:^|[ \t])#.*$")
_VARIABLE: Final = re.compile(r"\$\{[A-Z0-9_]+\}")
_HASH: Final = re.compile(r"[ \t]--hash[= ]\S+")
_OPTION: Final = re.compile(r"(--?[A-Za-z][A-Za-z-]*)(?:[= \t]+(.*))?\Z", re.DOTALL)
_SHORT: Final = re.compile(r"(-[ifercI])(\S.*)\Z", re.DOTALL)
_INDEXES: Final[dict[str, IndexRole]] = {
    "-i": "default",
    "--index-url": "default",
    "--pypi-url": "default",
    "--extra-index-url": "extra",
    "-f": "links",
    "--find-links": "links",
}
_INCLUDES: Final = frozenset(("-r", "--requirement"))
_CONSTRAINTS: Final = frozenset(("-c", "--constraint"))
_EDITABLE: Final = frozenset(("-e", "--editable"))


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Joined where a backslash says so, without comments; with the number of each one's first line."""
    held: list[str] = []
    first = 0
    for number, raw in enumerate(text.splitlines(), 1):
        first = first if held else number
        comment = raw.lstrip().startswith("#")
        if raw.endswith("\\") and not comment:
            held.append(raw[:-1])
            continue
        whole = _COMMENT.sub("", "".join((*held, "" if comment else raw))).strip()
        held = []
        if whole:
            yield first, whole
    rest = _COMMENT.sub("", "".join(held)).strip()
    if rest:
        yield first, rest


def take(line: str, asker: Asker, gathered: Gathered) -> str | None:
    """Takes one line; gives the name of a file that it includes."""
    if _VARIABLE.search(line):
        gathered.complain(asker, f"{plain(line, 120)!r} takes a variable of the environment, which is not put in.")
        return None
    option = _SHORT.match(line) or _OPTION.match(line)
    if option is None:
        if (bare := _HASH.sub("", line)) != line:
            gathered.complain(
                Asker(kind=asker.kind, name=asker.name), "Its hashes are not carried on: the lock has its own."
            )
        bare, _, more = bare.partition(" --")
        if more:
            gathered.complain(asker, f"{plain('--' + more, 120)!r} is not applied here.")
        requirement.pypi(bare, asker, gathered)
        return None
    name, value = option[1], (option[2] or "").strip()
    if name in _INCLUDES:
        return value
    if name in _EDITABLE:
        requirement.pypi(value, asker, gathered)
    elif (role := _INDEXES.get(name)) is not None:
        gathered.index(value, role, asker)
    elif name in _CONSTRAINTS:
        gathered.complain(asker, f"The constraints of {plain(value, 120)!r} are not applied here.")
    else:
        gathered.complain(asker, f"{plain(line, 120)!r} is not applied here.")
    return None
