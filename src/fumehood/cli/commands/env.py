"""`hood env`: the environments on this machine, what they take, and the end of those that nobody needs.

Looks at the disk itself: no daemon is asked, and none is started.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from fumehood.cli import terminal, words
from fumehood.core import limits
from fumehood.core.paths import Paths
from fumehood.environments import shelf
from fumehood.environments.shelf import Standing

_SHOWN: Final = 4
"""Packages and notebooks that a line names."""
_GB: Final = 10**9


def main(arguments: argparse.Namespace) -> int:
    paths = Paths.of_user()
    if arguments.verb == "list":
        return _list(shelf.standing(paths), arguments.json)
    if arguments.verb == "remove":
        gone = shelf.remove(paths, *arguments.names)
    else:
        budget = limits.ENVIRONMENTS_BYTES if arguments.budget is None else int(arguments.budget * _GB)
        gone = shelf.prune(paths, budget)
    if arguments.json:
        words.say_json({"removed": [_fields(one) for one in gone]})
    elif not gone:
        words.note("Nothing was to be removed.")
    else:
        words.note(f"Removed {words.count(len(gone), 'environment')}: {', '.join(one.name for one in gone)}.")
    return 0


def _list(found: list[Standing], as_json: bool) -> int:
    if as_json:
        words.say_json({"environments": [_fields(one) for one in found]})
        return 0
    if not found:
        words.note("No environment was built so far.")
        return 0
    rows = [
        (
            one.name,
            one.python,
            words.size(one.size),
            words.since(one.used),
            _some(one.wanted),
            _some(tuple(Path(path).name for path in one.notebooks)),
            _state(one),
        )
        for one in found
    ]
    codes = [("", "", "", "", "", words.DIM, words.GREEN if one.processes else "") for one in found]
    words.table(("NAME", "PYTHON", "SIZE", "USED BEFORE", "FOR", "NOTEBOOKS", "STATE"), rows, codes)
    return 0


def _state(one: Standing) -> str:
    if one.processes:
        return "in use"
    return "ready" if one.usable else "changed; not used again"


def _some(names: tuple[str, ...]) -> str:
    more = f" +{len(names) - _SHOWN}" if len(names) > _SHOWN else ""
    return terminal.line(", ".join(names[:_SHOWN])) + more


def _fields(one: Standing) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in one.__struct_fields__}
    return {**found, "folder": str(one.folder)}
