"""Folders of the user, looked into without going where a link leads.

A folder is opened by its canonical path; then the system, not the path, says where that is, so that one which was
swapped for a link meanwhile is noticed. What is in it is described, never opened: a FIFO or a device in a folder of
somebody's must not be waited for. May assume Linux (`/proc/self/fd`); must never follow a link by itself.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from fumehood.core.errors import FileMissing, NotAFolder
from fumehood.store.failures import storage_failed

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Entry(NamedTuple):
    name: str
    """As the system gives it: bytes that are no UTF-8 are lone surrogates."""
    mode: int
    """Of a link: the link's own."""
    size: int
    modified: float

    @property
    def is_link(self) -> bool:
        return stat.S_ISLNK(self.mode)


def canonical_folder(text: str) -> Path:
    """The one name of the folder that `text` leads to. Raises NotAFolder, FileMissing, StorageFailed."""
    path = Path(text)
    if "\0" in text or not path.is_absolute():
        raise NotAFolder("A folder is named by its absolute path.")
    try:
        found = path.resolve(strict=True)
    except FileNotFoundError as error:
        raise FileMissing("There is no such folder.") from error
    except (NotADirectoryError, RuntimeError, ValueError) as error:
        raise NotAFolder("That is not a folder.") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotAFolder("That is a link that leads nowhere.") from error
        raise storage_failed("The folder could not be looked at", error) from error
    if not found.is_dir():
        raise NotAFolder("That is not a folder.")
    if not is_speakable(str(found)):
        raise NotAFolder("The name of that folder is not UTF-8.", hint="Rename it.")
    return found


def is_speakable(name: str) -> bool:
    """Whether a message can carry the name: file systems take bytes that are no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextlib.contextmanager
def opened_folder(path: Path) -> Iterator[tuple[int, Path]]:
    """A descriptor of the folder at this canonical path, and where it is. Raises as `canonical_folder`."""
    try:
        fd = os.open(path, _FOLDER)
    except FileNotFoundError as error:
        raise FileMissing("There is no such folder.") from error
    except NotADirectoryError as error:
        raise NotAFolder("That is not a folder.") from error
    except OSError as error:
        raise storage_failed("The folder could not be opened", error) from error
    try:
        try:
            place = Path(f"/proc/self/fd/{fd}").readlink()
        except OSError as error:
            raise storage_failed("The folder could not be looked at", error) from error
        yield fd, place
    finally:
        os.close(fd)


def entries(folder: int, scan: int) -> tuple[list[Entry], bool]:
    """What is in the open folder, but for hidden names; of at most `scan` names. Whether that was all.

    Raises StorageFailed.
    """
    found: list[Entry] = []
    try:
        with os.scandir(folder) as names:
            for number, entry in enumerate(names):
                if number >= scan:
                    return found, False
                if entry.name.startswith("."):
                    continue
                with contextlib.suppress(FileNotFoundError):  # removed a moment ago
                    seen = entry.stat(follow_symlinks=False)
                    found.append(Entry(entry.name, seen.st_mode, seen.st_size, seen.st_mtime))
    except OSError as error:
        raise storage_failed("The folder could not be read", error) from error
    return found, True
