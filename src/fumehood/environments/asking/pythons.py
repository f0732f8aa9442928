"""Which Pythons a notebook works with: the words of several tools as one constraint that PEP 440 knows."""

from __future__ import annotations

import re
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.protocol.trust import Asker

_MOST: Final = 200
_VERSION: Final = re.compile(r"^(?:cpython[@-]?|python[@-]?)?(\d+(?:\.\d+){0,2})$", re.IGNORECASE)
_CONDA: Final = re.compile(r"^=(\d+(?:\.\d+)*)(?:\.\*)?$")
_CARET: Final = re.compile(r"^([~^])(\d+)\.(\d+)(?:\.(\d+))?$")


def constraint(text: object, asker: Asker, gathered: Gathered) -> str:
    """`>=3.11`, `3.11`, `==3.11.*`, `3.11.*`, `=3.11`; empty after a complaint, or where nothing is asked."""
    if text in (None, "", "*"):
        return ""
    if isinstance(text, str) and len(text) <= _MOST:
        line = text.strip()
        if found := _VERSION.match(line):
            return f"=={found[1]}" if found[1].count(".") == 2 else f"=={found[1]}.*"
        if found := _CONDA.match(line) or re.match(r"^(\d+(?:\.\d+)*)\.\*$", line):
            return f"=={found[1]}.*"
        if found := _CARET.match(line):
            low = ".".join(part for part in found.groups()[1:] if part)
            high = f"{int(found[2]) + 1}" if found[1] == "^" else f"{found[2]}.{int(found[3]) + 1}"
            return f"<{high},>={low}"
        try:
            return str(SpecifierSet(line))
        except (InvalidSpecifier, ValueError):
            pass
    gathered.complain(asker, f"{plain(str(text), 100)!r} is not a version of Python that can be asked for.")
    return ""


def together(constraints: list[str]) -> str:
    """All of them at once, in one form whatever their order."""
    parts = {part.strip() for one in constraints for part in one.split(",") if part.strip()}
    return ",".join(sorted(parts))
