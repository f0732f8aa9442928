"""What the opening page asks of the disk: a folder's content, a new notebook, a notebook that was dropped on it.

Only inside granted folders, and there too no link is followed that leads out of them. Names of existing files are
shown as they are, whatever they hold; a new name is checked. Nothing is ever written over. These functions block.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import BadFileName, FileChanged, LimitExceeded, NotebookUnreadable
from fumehood.daemon.folders import is_inside, require_inside
from fumehood.document import ipynb
from fumehood.kernels import specs
from fumehood.protocol.methods import EntryKind, FolderEntry, Listing
from fumehood.store.atomic import write_new
from fumehood.store.folders import Entry, canonical_folder, entries, is_speakable, opened_folder

SUFFIX: Final = ".ipynb"
_ORDER: Final = {"folder": 0, "notebook": 1, "file": 2}
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories of what turns or breaks the text around it, so that a name looks like another one."""
_JOINERS: Final = "\u200c\u200d"
"""Of them, what some scripts are written with."""


def list_folder(text: str, granted: Sequence[Path]) -> Listing:
    """Raises FolderNotGranted, NotAFolder, FileMissing, StorageFailed."""
    folder = _granted(text, granted)
    with opened_folder(folder) as (fd, place):
        require_inside(place, granted)
        found, whole = entries(fd, limits.FOLDER_SCAN)
    seen = [_view(entry, folder, granted) for entry in found]
    seen.sort(key=lambda one: (_ORDER[one.kind], one.name.casefold(), one.name))
    parent = folder.parent
    return Listing(
        folder=str(folder),
        parent=str(parent) if parent != folder and is_inside(parent, granted) else None,
        entries=tuple(seen[: limits.FOLDER_ENTRIES]),
        truncated=not whole or len(seen) > limits.FOLDER_ENTRIES,
    )


def _granted(text: str, granted: Sequence[Path]) -> Path:
    """The canonical folder. What is outside is refused before anybody says whether it is there."""
    if "\0" not in text and Path(text).is_absolute():
        require_inside(Path(os.path.realpath(text)), granted)
    folder = canonical_folder(text)
    require_inside(folder, granted)
    return folder


def _view(entry: Entry, folder: Path, granted: Sequence[Path]) -> FolderEntry:
    mode, size, modified = entry.mode, entry.size, entry.modified
    reachable = is_speakable(entry.name)
    if entry.is_link:
        target = Path(os.path.realpath(folder / entry.name))
        reachable = reachable and is_inside(target, granted) and is_speakable(str(target))
        if reachable:
            try:
                seen = target.lstat()
            except OSError:
                reachable = False
            else:
                mode, size, modified = seen.st_mode, seen.st_size, seen.st_mtime
    kind = _kind(entry.name, mode)
    return FolderEntry(
        name=os.fsencode(entry.name).decode("utf-8", "replace"),
        kind=kind,
        size=size,
        modified=modified,
        openable=reachable and kind != "file",
    )


def _kind(name: str, mode: int) -> EntryKind:
    if stat.S_ISDIR(mode):
        return "folder"
    return "notebook" if stat.S_ISREG(mode) and name.lower().endswith(SUFFIX) else "file"


# -- new notebooks


def create(folder: str, name: str, kernel: str, granted: Sequence[Path]) -> str:
    """The path of a new, empty notebook. Raises KernelSpecMissing, KernelSpecUnsafe, and what `_write` raises."""
    metadata = {}
    if kernel:
        spec = specs.get_spec(kernel)
        metadata["kernelspec"] = {"display_name": spec.display_name, "language": spec.language, "name": spec.name}
    return _write(folder, name, ipynb.write(None, [], {}, metadata), granted)


def take_in(folder: str, name: str, text: str, granted: Sequence[Path]) -> str:
    """The path of a new file with the text, which must be a notebook.

    Raises NotebookUnreadable, LimitExceeded, and what `_write` raises.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise NotebookUnreadable("That is not text.", hint="") from error
    ipynb.read(data)
    return _write(folder, name, data, granted)


def _write(folder: str, name: str, data: bytes, granted: Sequence[Path]) -> str:
    """Raises BadFileName, FolderNotGranted, NotAFolder, FileMissing, LimitExceeded, StorageFailed."""
    stem = checked_stem(name)
    place = _granted(folder, granted)
    with opened_folder(place) as (fd, really):
        require_inside(really, granted)
        for number in range(limits.NAME_TRIES):
            path = place / (f"{stem}-{number}{SUFFIX}" if number else f"{stem}{SUFFIX}")
            try:
                write_new(fd, path, data)
            except FileChanged:  # the name is taken
                continue
            return str(path)
    raise LimitExceeded(f"There are {limits.NAME_TRIES} files of that name.", hint="Choose another name.")


def checked_stem(name: str) -> str:
    """The name without its suffix, which need not be there. Raises BadFileName."""
    stem = name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else name
    if not stem or stem != stem.strip() or stem.startswith(".") or "/" in stem:
        raise BadFileName("A notebook cannot have that name.")
    if any(unicodedata.category(one) in _UNSEEN and one not in _JOINERS for one in stem):
        raise BadFileName("A notebook's name cannot hold characters that nobody sees.")
    if len(stem.encode()) + len(SUFFIX) > limits.FILE_NAME:
        raise BadFileName(f"A notebook's name may have {limits.FILE_NAME} bytes.")
    return stem
