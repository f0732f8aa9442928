"""Which program shows a page, and how it is told.

`--browser`, then `$BROWSER` as other programs read it (commands between colons, `%s` for the address), then what the
desktop offers. The address is a file's, never a link with a secret: arguments can be read by everybody.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from fumehood.core.errors import BadSetting, ProcessStartFailed
from fumehood.sandbox.process import Process
from fumehood.sandbox.spawn import NONE, spawn
from fumehood.sandbox.tools import find_tool

_DESKTOPS: Final = ("xdg-open", "wslview", "open", "sensible-browser", "x-www-browser")
_PATIENCE: Final = 2.0
"""A program that fails says so at once; one that is the browser itself goes on."""


class Browser(NamedTuple):
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def open(self, address: str) -> Process:
        """Raises `ProcessStartFailed`, also where it ends at once with an error."""
        if any("%s" in word for word in self.command):
            argv = [word.replace("%s", address) for word in self.command]
        else:
            argv = [*self.command, address]
        process = spawn(NONE, argv, cwd=Path("/"), env=self.environment)
        ended = process.wait_blocking(_PATIENCE)
        if ended is not None and ended.status != 0:
            raise ProcessStartFailed(f"{self.command[0]} {ended.describe()}.")
        return process


def find(wish: str | None, environ: Mapping[str, str]) -> Browser | None:
    """`None` where there is none. Raises `BadSetting`, `ProcessStartFailed` for one that was asked for."""
    if wish is not None:
        command = _split(wish)
        find_tool(command[0], environ)
        return Browser(command, environ)
    named = [_split(one) for one in environ.get("BROWSER", "").split(os.pathsep) if one.strip()]
    for command in (*named, *((one,) for one in _DESKTOPS)):
        try:
            find_tool(command[0], environ)
        except ProcessStartFailed:
            continue
        return Browser(command, environ)
    return None


def _split(command: str) -> tuple[str, ...]:
    try:
        found: Sequence[str] = shlex.split(command)
    except ValueError as error:
        raise BadSetting(f"The browser's command cannot be read: {error}.") from error
    if found and found[-1] == "&":
        found = found[:-1]
    if not found:
        raise BadSetting("The browser's command is empty.")
    return tuple(found)
