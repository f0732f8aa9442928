"""The folders in which a file can speak for a notebook, and their files: read within bounds, no link followed, nothing
waited for.

From the notebook's own folder upwards, to the one that is a git checkout; without one, as long as it is below the
user's home. A notebook elsewhere and in no checkout has its own folder alone: above it may be a place where everybody
writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from fumehood.core import limits
from fumehood.core.errors import FileMissing, HoodError
from fumehood.environments.asking.gathering import Gathered
from fumehood.protocol.trust import Asker
from fumehood.store.atomic import read_regular


def of_notebook(notebook: Path, user_home: Path) -> list[Path]:
    """Nearest first. The home itself is no project, as for other tools."""
    folder = notebook.parent
    above = [folder, *folder.parents][: limits.ASKED_FOLDERS]
    for number, one in enumerate(above):
        if one == user_home:
            return above[:number]
        if _is_checkout(one):
            return above[: number + 1]
    return above[:1]


def _is_checkout(folder: Path) -> bool:
    try:
        return (folder / ".git").lstat() is not None
    except (OSError, ValueError):
        return False


class Files:
    """Reads them; `base` is the folder from which they are called by name, as `called`."""

    def __init__(self, base: Path, gathered: Gathered, called: str = "") -> None:
        self._base = base
        self._called = called
        self._gathered = gathered

    def asker(self, file: Path, line: int = 0) -> Asker:
        return Asker(kind="file", name=self._name(file), line=line)

    def _name(self, file: Path) -> str:
        if self._called:
            return f"{self._called}/{file.relative_to(self._base)}" if self._base in file.parents else str(file)
        return os.path.relpath(file, self._base)

    def text(self, file: Path) -> str | None:
        """None where it is not there, and after a complaint."""
        try:
            return read_regular(file, limits.ASKED_FILE).decode("utf-8-sig")
        except FileMissing:
            return None
        except HoodError as error:
            self._gathered.complain(self.asker(file), f"It is not read: {error.message}")
        except UnicodeDecodeError:
            self._gathered.complain(self.asker(file), "It is not read: it is no UTF-8.")
        return None

    def included(self, name: str, by: Path) -> Path | None:
        """The file that another one names, which is in that one's folder and reached without a link."""
        if "://" in name or not name or "\0" in name:
            return None
        folder = by.parent
        wanted = Path(os.path.normpath(folder / name))
        if folder != wanted.parent and folder not in wanted.parents:
            return None
        try:
            return wanted if wanted.parent.resolve() == folder.resolve() / wanted.parent.relative_to(folder) else None
        except (OSError, RuntimeError):
            return None


def existing(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """Those of `names` that the folder has, whatever they are."""
    for name in names:
        try:
            (folder / name).lstat()
        except (OSError, ValueError):
            continue
        yield folder / name
