"""Who else could have written this file? Asked before anything from outside our own package is run.

A file is ours to trust where it, and every folder on the way to it, belongs to this user or root and nobody else can
write there. Two cases look unsafe and are not: a sticky folder such as /tmp (others can add names, but cannot touch
ours), and a group whose only member is this user (distributions with umask 002) or nobody (Debian's `staff`).
Assumes Linux modes; ACLs that grant more than the mode show up in the group bits, so they are refused as well.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from functools import lru_cache
from pathlib import Path


def problem_with(path: Path) -> str:
    """Why `path` could have been written by somebody else, in a few words; empty if it could not.

    Both ways to the file count: the names as they are written, links included, and where they lead to in the end.
    """
    if not path.is_absolute():
        return f"{path} is not an absolute path"
    lexical = Path(os.path.normpath(path))
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        return f"{path} cannot be read ({type(error).__name__})"
    for chain in (lexical, real):
        for place in (*reversed(chain.parents), chain):
            if why := _problem_of(place):
                return why
    return ""


def _problem_of(place: Path) -> str:
    try:
        found = place.lstat()
    except OSError as error:
        return f"{place} cannot be read ({type(error).__name__})"
    if found.st_uid not in (0, os.geteuid()):
        return f"{place} belongs to another user"
    if stat.S_ISLNK(found.st_mode) or (stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX):
        # A link has no mode of its own; in a sticky folder only a name's owner can replace it, and the owner of the
        # next name on the way is looked at next.
        return ""
    if found.st_mode & stat.S_IWOTH:
        return f"{place} is writable by everybody"
    if found.st_mode & stat.S_IWGRP and not _is_private(found.st_gid):
        return f"{place} is writable by its group"
    return ""


@lru_cache(maxsize=64)
def _is_private(gid: int) -> bool:
    """Whether the group is this user's own, or a local one with no other member.

    Only /etc/group can show that a group is empty: of a directory service's groups we see few members, or none.
    """
    trusted = {"root"}
    try:
        me = pwd.getpwuid(os.geteuid())
        trusted.add(me.pw_name)
        group = grp.getgrgid(gid)
    except KeyError:
        return False
    if not set(group.gr_mem) <= trusted:
        return False
    if gid == me.pw_gid and group.gr_name == me.pw_name:
        return True
    return gid in _local_column("/etc/group", 2) and not any(
        found == gid and name not in trusted for name, found in _local_accounts()
    )


def _lines(path: str) -> list[list[str]]:
    try:
        return [line.split(":") for line in Path(path).read_text("utf-8", "replace").splitlines()]
    except OSError:
        return []


def _local_column(path: str, column: int) -> set[int]:
    return {int(f[column]) for f in _lines(path) if len(f) > column and f[column].isdecimal()}


def _local_accounts() -> list[tuple[str, int]]:
    """(name, primary group) of every account in /etc/passwd."""
    return [(f[0], int(f[3])) for f in _lines("/etc/passwd") if len(f) > 3 and f[3].isdecimal()]
