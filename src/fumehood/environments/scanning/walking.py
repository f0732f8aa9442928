"""The notebooks at the paths that a person names: files as they are, folders with all below them, within bounds.

In folders no link is followed, and nothing is opened that is no regular file. What tools keep beside notebooks
(checkpoints, packages, hidden folders) is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from fumehood.core import limits

_SKIPPED: Final = frozenset(("node_modules", "__pycache__", "site-packages", "venv"))


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    notebooks: tuple[Path, ...]
    problems: tuple[str, ...]
    """What could not be looked into."""
    links: int = 0
    """Notebooks in folders that are links, or no files at all."""


def walk(paths: Iterable[Path]) -> Walk:
    found: dict[Path, None] = {}
    problems: list[str] = []
    entries = links = 0
    for path in paths:
        waiting = [(path, 0)] if path.is_dir() else []
        if not waiting:
            found[path] = None
        while waiting:
            folder, depth = waiting.pop()
            try:
                with os.scandir(folder) as listing:
                    names = sorted(listing, key=lambda entry: entry.name, reverse=True)
            except OSError as error:
                problems.append(f"{folder} cannot be read: {error.strerror}.")
                continue
            entries += len(names)
            if entries > limits.SCAN_ENTRIES or len(found) >= limits.SCAN_NOTEBOOKS:
                problems.append(f"There is too much below {path}: what comes after {folder} is not looked at.")
                break
            below = []
            for entry in reversed(names):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name.startswith(".") or entry.name in _SKIPPED:
                        continue
                    if depth + 1 > limits.SCAN_DEPTH:
                        problems.append(f"{entry.path} is too deep: it is not looked at.")
                    else:
                        below.append((Path(entry.path), depth + 1))
                elif entry.name.endswith(".ipynb") and not entry.name.startswith("."):
                    if entry.is_file(follow_symlinks=False):
                        found[Path(entry.path)] = None
                    else:
                        links += 1
            waiting += reversed(below)
    return Walk(notebooks=tuple(found), problems=tuple(problems), links=links)
