"""Reads the policy files, safely: a file that others could have written says nothing, and says so.

Both are looked at each time they are needed: they are small, and what a person writes counts at once. A link is
followed, as packagers and keepers of dotfiles lay them; the file that it leads to is what is checked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from fumehood.core import limits
from fumehood.core.paths import Paths
from fumehood.policy.file import SILENT, PolicyFile, Trouble, parse


class Read(NamedTuple):
    path: Path
    there: bool
    policy: PolicyFile = SILENT
    troubles: tuple[Trouble, ...] = ()


class Both(NamedTuple):
    machine: Read
    user: Read

    @property
    def broken(self) -> bool:
        return bool(self.machine.troubles or self.user.troubles)


def read_both(paths: Paths) -> Both:
    """Blocks. Never raises: what cannot be read is in `troubles`."""
    me = os.getuid()
    # The keeper of the machine is root; where everything is in a folder of the user's, it is the user.
    return Both(read(paths.machine_policy, (0, me)), read(paths.user_policy, (0, me)))


def read(path: Path, owners: Collection[int] | None = None) -> Read:
    """`owners`: who may have written it; None: whoever did. Blocks."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError:
        return Read(path, there=False)
    except OSError as error:
        return _refused(path, f"It cannot be read: {os.strerror(error.errno or 0)}.")
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            return _refused(path, "It is no regular file.")
        if owners is not None and (found.st_uid not in owners or found.st_mode & 0o022):
            return _refused(path, "Others can write it.", f"chmod go-w {path}, as its owner.")
        with open(fd, "rb", closefd=False) as file:
            data = file.read(limits.POLICY_BYTES + 1)
    except OSError as error:
        return _refused(path, f"It cannot be read: {os.strerror(error.errno or 0)}.")
    finally:
        os.close(fd)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _refused(path, "It is not text in UTF-8.")
    policy, troubles = parse(text)
    return Read(path, True, SILENT if troubles else policy, troubles)


def _refused(path: Path, message: str, hint: str = "") -> Read:
    return Read(path, True, SILENT, (Trouble(0, message, hint),))
