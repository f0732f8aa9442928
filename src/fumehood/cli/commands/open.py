"""`hood open`: notebooks and folders in the browser. Runs nothing: it starts a gateway, and shows a browser the way.

What is secret stands in a file of mode 0600 that the gateway wrote (design section 5); only that file's name reaches
the browser's command line or a log, and this terminal only where `--link` asks for it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from fumehood.cli import browsers, terminal, words
from fumehood.cli.connecting import daemon, short_path
from fumehood.core import limits
from fumehood.core.errors import BadSetting, FileMissing, HoodError, LimitExceeded, NotAFile
from fumehood.core.paths import Paths
from fumehood.doors.gateway.redirect import read_link
from fumehood.doors.gateway.starting import Ready, Target, start_gateway
from fumehood.protocol.methods import CreateParams, FolderParams


class Wanted(NamedTuple):
    """What a word of the command line means."""

    folder: str
    """Canonical; granted to the page. Empty: none is."""
    name: str = ""
    """Of the notebook in it; empty: the folder itself."""
    missing: bool = False

    @property
    def path(self) -> str:
        return os.path.join(self.folder, self.name) if self.name else self.folder  # noqa: PTH118 - both are texts


def main(arguments: argparse.Namespace) -> int:
    ways = [("--browser", arguments.browser), ("--no-browser", arguments.no_browser), ("--link", arguments.link)]
    if len(said := [name for name, given in ways if given]) > 1:
        raise BadSetting(f"Say {' or '.join(said)}, not both.")
    if arguments.link and arguments.json:
        raise BadSetting("--json does not say links.", hint="The file that it names leads to the page.")
    wanted = [wish(one, arguments.create) for one in arguments.paths] or [Wanted("")]
    if len(wanted) > limits.GATEWAY_TARGETS:
        raise LimitExceeded(f"{limits.GATEWAY_TARGETS} pages can be opened at once.")
    browser = (
        None
        if arguments.no_browser or arguments.link or arguments.json
        else browsers.find(arguments.browser, os.environ)
    )
    targets = asyncio.run(_prepare(wanted))
    starting = start_gateway(Paths.of_user(), targets)
    ready = starting.wait()
    if arguments.json:
        for target, redirect in zip(targets, ready.redirects, strict=True):
            shown = {"path": target.path or target.folder, "url": ready.url, "redirect": redirect}
            words.say_json({**shown, "pid": starting.process.pid})
        return 0
    if browser is None:
        _say_ways(ready, as_links=arguments.link)
        return 0
    _browse(browser, wanted, ready)
    return 0


def wish(word: str, create: bool) -> Wanted:
    """Raises `FileMissing`, `NotAFile`, `BadSetting`."""
    if "\0" in word or not _is_text(word):
        raise BadSetting("The name holds bytes that are no text in UTF-8.", hint="Rename the file.")
    path = Path(os.path.abspath(word))  # noqa: PTH100 - `..` as a shell means it, links left for the daemon
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        if path.is_symlink():
            raise NotAFile(f"{word} is a link to nothing.") from error
        if not create:
            hint = "Check the path; --create makes a notebook of that name."
            raise FileMissing(f"{word} is not there.", hint=hint) from error
        if path.suffix != ".ipynb":
            raise BadSetting(f"{word} is not a notebook's name.", hint="It must end in .ipynb.") from error
        if not path.parent.is_dir():
            raise FileMissing(f"{path.parent} is not there.", hint="Make the folder first.") from error
        return Wanted(str(path.parent), path.name, missing=True)
    except OSError as error:
        raise NotAFile(f"{word} cannot be looked at: {error.strerror}.") from error
    if stat.S_ISDIR(mode):
        return Wanted(str(path))
    if not stat.S_ISREG(mode):
        raise NotAFile(f"{word} is neither a regular file nor a folder.")
    return Wanted(str(path.parent), path.name)


def _is_text(word: str) -> bool:
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


async def _prepare(wanted: Sequence[Wanted]) -> list[Target]:
    """Grants the folders and makes what is missing."""
    targets = []
    async with daemon("open") as client:
        for one in wanted:
            if one.folder:
                await client.call("files.grant", FolderParams(folder=one.folder))
            if one.missing:
                made = await client.call("files.create", CreateParams(folder=one.folder, name=one.name))
                targets.append(Target(path=made.path))
            else:
                targets.append(Target(path=one.path) if one.name else Target(folder=one.folder))
    return targets


def _say_ways(ready: Ready, as_links: bool = False) -> None:
    words.note("Open this in your browser within a minute; it works once:")
    for redirect in ready.redirects:
        words.say(read_link(Path(redirect)) if as_links else Path(redirect).as_uri())


def _browse(browser: browsers.Browser, wanted: Sequence[Wanted], ready: Ready) -> None:
    for one, redirect in zip(wanted, ready.redirects, strict=True):
        try:
            browser.open(Path(redirect).as_uri())
        except HoodError as error:
            words.note(f"No browser could be started: {terminal.line(error.message)}", words.YELLOW)
            _say_ways(ready)
            return
        what = terminal.line(short_path(one.path)) if one.folder else "the notebooks"
        words.note(f"{what} opens in the browser.")
