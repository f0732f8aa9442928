"""Packages are added through the notebook's dependencies, where a person sees what comes with them; not from a cell.

Two lives. In the user's kernel its text is part of the one silent request there (`settle`): `%pip`, `%uv`, `%conda` and
their kin are replaced. As a script it is what `guards` puts behind the `pip` of kernels: `python installs.py pip …`.
Where everything that is asked for is there already, it says so and the cell goes on, as pip does; a public notebook
that begins with `%pip install -q ipywidgets` runs. It may use what every Python since 3.8 has, and imports no library
that the user did not. It installs nothing, contacts nothing, and stops nobody who means to go around it. What it
refused it writes down beside itself, so that the person is offered to add it (`runtime.refused`).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from typing import Any

TOOLS = ("pip", "pip3", "uv", "conda", "mamba", "micromamba", "pixi")
LOOKING = {
    "pip": ("list", "show", "freeze", "check", "--version", "-V", "help", "--help", "-h", "debug", "inspect", "hash"),
    "uv": ("--version", "-V", "version", "help", "--help", "-h", "tree"),
    "conda": ("list", "info", "--version", "-V", "--help", "-h", "search"),
}
"""What changes nothing."""
_VALUED = (
    "-r",
    "-c",
    "-i",
    "-f",
    "-t",
    "-n",
    "-p",
    "-e",
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--channel",
)
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[A-Za-z0-9._,-]*\])?")


_KEPT = 16_384
"""Bytes of what was refused and nobody has read yet."""
NOTHING = "Already installed; nothing was changed."


class NotInstalled(Exception):
    """Said as one sentence, without the way there."""

    def _render_traceback_(self) -> list[str]:
        return [f"\033[0;31mNotInstalled\033[0m: {self}"]


def wanted(words: list[str]) -> list[str] | None:
    """What these words ask pip to install; None: by anything else than names."""
    names = []
    words = list(words)
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            if word.split("=")[0] in _VALUED or word in ("-U", "--upgrade", "--force-reinstall", "--pre"):
                return None
            continue
        names.append(word)
    return names


def missing(names: list[str]) -> list[str]:
    """Those that are not installed here, or not certainly as they are asked for."""
    from importlib import metadata

    absent = []
    for name in names:
        found = _NAME.fullmatch(name)
        try:
            if found is None:
                raise LookupError
            metadata.distribution(found[1])
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not there
            absent.append(name)
    return absent


def refusal(tool: str, words: list[str]) -> str:
    """The sentence; empty where everything is there already."""
    verbs = [word for word in words if not word.startswith("-")]
    named = verbs[1:2] if tool == "uv" and verbs[:1] == ["pip"] else verbs[:1] if tool.startswith("pip") else []
    asked = wanted(words[words.index("install") + 1 :]) if named == ["install"] else None
    absent = missing(asked) if asked else []
    if asked and not absent:
        return ""
    what = ", ".join(absent[:5]) if absent else f"what `{tool} {' '.join(words)[:80]}` asks for"
    return (
        f"Nothing was installed: cells do not install packages here. Add {what} to the notebook's dependencies, "
        "on its page; `hood trust review NOTEBOOK` shows in a terminal what would come."
    )


def keep(tool: str, words: list[str]) -> None:
    """For whoever watches this kernel."""
    place = os.path.dirname(os.environ.get("PIP_PYTHON") or "")  # noqa: PTH120 - where `guards` put this
    if not place:
        return
    line = json.dumps([tool, *words])[:_KEPT] + "\n"
    try:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(os.path.join(place, "refused"), flags, 0o600)  # noqa: PTH118
        try:
            if os.fstat(handle).st_size < _KEPT:
                os.write(handle, line.encode())
        finally:
            os.close(handle)
    except OSError:
        pass  # nobody is offered anything, and nothing is installed either


def looks_only(tool: str, words: list[str]) -> bool:
    family = "pip" if tool.startswith("pip") else "uv" if tool == "uv" else "conda"
    words = words[1:] if tool == "uv" and words[:1] == ["pip"] else words
    first = words[0] if words else "--help"
    return first in LOOKING[family] or (tool == "uv" and first in LOOKING["pip"])


def magic(tool: str, original: Callable[[str], Any] | None) -> Callable[[str], None]:
    def run(line: str) -> None:
        try:
            words = shlex.split(line)
        except ValueError:
            words = line.split()
        if original is not None and looks_only(tool, words):
            original(line)
            return
        sentence = refusal(tool, words)
        if sentence:
            keep(tool, words)
            raise NotInstalled(sentence.rstrip("."))  # who shows it puts one behind it
        print(NOTHING)  # noqa: T201 - in the user's kernel this is its output

    run.__doc__ = "Packages are added through the notebook's dependencies; this shows what is there (`%pip list`)."
    return run


def install() -> None:
    """In a kernel: the magics, once IPython has its own."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    for tool in TOOLS:
        shell.register_magic_function(magic(tool, shell.find_line_magic(tool)), "line", tool)


def main(words: list[str]) -> int:
    """As a script: 0 where everything is there already."""
    tool, rest = words[0], words[1:]
    asked_by_uv = tool == "uv-python"
    if asked_by_uv:
        # uv asks what the Python is into which it would install; it shows what is said here.
        with open(f"/proc/{os.getppid()}/cmdline", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            tool, rest = "uv", file.read().split("\0")[1:-1]
    sentence = refusal(tool, rest)
    if sentence:
        keep(tool, rest)
    sys.stderr.write((sentence or NOTHING) + "\n")
    return 1 if sentence or asked_by_uv else 0
