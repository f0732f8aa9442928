"""`hood view`: a dataset in the viewer, served by this process to this user until it is ended.

The link carries a one-time code in its fragment; where a browser is started, it reaches it in a file of mode 0600 and
never on a command line. With `--json` one line says what a program needs, its own bearer included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from fumehood.cli import answers, browsers, terminal, words
from fumehood.core import limits
from fumehood.core.errors import BadSetting, HoodError, Internal
from fumehood.core.heap import give_back_large
from fumehood.core.paths import Paths
from fumehood.doors.datasets import exposure, parents

if TYPE_CHECKING:
    from fumehood.doors.datasets.page import Page
    from fumehood.doors.datasets.server import DatasetServer
    from fumehood.doors.datasets.sources import Opened


def main(arguments: argparse.Namespace) -> int:
    browser = _browser(arguments)
    exposed = _exposed(arguments)
    if arguments.legacy and exposed is not None:
        raise BadSetting("--legacy is for this machine alone.", hint="Leave --host out.")
    arguments.at = view_of(arguments.at)
    from fumehood.datasets.dataset import OpenOptions
    from fumehood.doors.datasets.options import Options
    from fumehood.doors.datasets.server import DatasetServer
    from fumehood.doors.datasets.sources import open_sources

    give_back_large()
    wanted = OpenOptions(matrix=arguments.matrix, genes=arguments.gene_names)
    opened = open_sources(arguments.path, wanted, genes_beside=arguments.genes_beside)
    try:
        options = Options(
            host=arguments.host,
            port=arguments.port,
            public=tuple(arguments.public_port),
            legacy=arguments.legacy,
            exposure=exposed,
        )
        server = DatasetServer(opened.shown, options, page=_page(arguments.viewer_from))
        return asyncio.run(_serve(server, opened, arguments, browser))
    finally:
        opened.close()


def view_of(link: str) -> str:
    """The view in a link that a page gave; its place and everything else in it is passed over. Raises `BadSetting`."""
    if not link:
        return ""
    if len(link) > 2 * limits.VIEW_LINK:
        raise BadSetting("That is too long to be a link of the viewer.")
    found = re.search(r"[#&]state=([A-Za-z0-9_-]+)(?:&|$)", link)
    if found is None or len(found[1]) > limits.VIEW_LINK:
        raise BadSetting("That link holds no view.", hint="*Copy link* in the viewer gives one.")
    return found[1]


def _browser(arguments: argparse.Namespace) -> browsers.Browser | None:
    if arguments.browser is not None and (arguments.no_browser or arguments.json):
        raise BadSetting("Say --browser or --no-browser, not both.")
    if arguments.no_browser or arguments.json or (arguments.browser is None and "SSH_CONNECTION" in os.environ):
        return None
    return browsers.find(arguments.browser, os.environ)


def _exposed(arguments: argparse.Namespace) -> exposure.Exposure | None:
    """What is needed to listen beyond this machine. Raises `ExposureRefused`."""
    if exposure.is_loopback(arguments.host):
        return None

    def confirm() -> str:
        words.note(f"Everybody who reaches this machine and has the token or a link can read {arguments.path}.")
        return answers.ask(f"Type {exposure.WORDS!r} to go on: ")

    return exposure.prepare(
        arguments.host, arguments.tls_cert, arguments.tls_key, arguments.token_file, confirm, os.environ
    )


def _page(url: str | None) -> Page | None:
    """`None`: the one that was built into the package."""
    if url is None:
        return None
    from fumehood.doors.datasets.hosted import hosted_page

    return hosted_page(url, Paths.of_user().web_cache)


async def _serve(
    server: DatasetServer, opened: Opened, arguments: argparse.Namespace, browser: browsers.Browser | None
) -> int:
    loop = asyncio.get_running_loop()
    up: asyncio.Future[None] = loop.create_future()
    serving = asyncio.create_task(server.run(lambda: up.set_result(None)))
    await asyncio.wait((up, serving), return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
        raise Internal("The dataset server ended at once.")
    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, server.stop)
        stack.enter_context(parents.watching(parents.watched(os.environ, arguments.json), server.stop))
        if arguments.json:
            _say_json(server, opened, arguments)
        else:
            await _say(server, opened, arguments, browser, stack)
        await serving
    return 0


def _say_json(server: DatasetServer, opened: Opened, arguments: argparse.Namespace) -> None:
    words.say_json(
        {
            "event": "ready",
            "url": server.url,
            "link": server.link(view=arguments.at),
            "bearer": server.bearer(),
            "ssh": exposure.ssh_command(server.port, os.environ),
            "pid": os.getpid(),
            "legacy": arguments.legacy,
            "datasets": [
                {
                    "id": one.table.id,
                    "name": one.table.name,
                    "path": one.path,
                    "n_cells": one.table.n_cells,
                    "n_genes": one.table.n_genes,
                }
                for one in opened.shown
            ],
        }
    )
    sys.stdout.flush()


async def _say(
    server: DatasetServer,
    opened: Opened,
    arguments: argparse.Namespace,
    browser: browsers.Browser | None,
    stack: ExitStack,
) -> None:
    from fumehood.doors.gateway.redirect import Redirects
    from fumehood.doors.gateway.starting import Target

    for one in opened.shown:
        words.note(f"{terminal.line(one.table.name)}: {one.table.n_cells:,} cells, {one.table.n_genes:,} genes")
    for one_left in opened.left_out:
        words.note(f"left out: {terminal.line(one_left)}", words.YELLOW)
    if arguments.legacy:
        words.note(
            "--legacy: every program of this machine can read the data and send events to its viewers.", words.YELLOW
        )
    if browser is not None:
        redirects = Redirects(_run_folder())
        stack.callback(redirects.remove_all)
        file = redirects.put(server.url, server.code(), Target(), arguments.at)
        try:
            await asyncio.to_thread(browser.open, file.as_uri())
            words.note("It opens in the browser. Ctrl-C ends it; Enter gives a link for another one.")
        except HoodError as error:
            words.note(f"No browser could be started: {terminal.line(error.message)}", words.YELLOW)
            browser = None
    if browser is None:
        for port in (0, *arguments.public_port):
            words.say(server.link(port=port, view=arguments.at))
        words.note("Open this in your browser within ten minutes; it works once. Enter gives another one; Ctrl-C ends.")
        words.note("From another machine, run this there first:", words.DIM)
        words.note(f"  {exposure.ssh_command(server.port, os.environ)}", words.DIM)
    sys.stdout.flush()
    _links_on_enter(server, arguments.at, stack)


def _links_on_enter(server: DatasetServer, view: str, stack: ExitStack) -> None:
    if not terminal.is_terminal(sys.stdin):
        return
    loop, source = asyncio.get_running_loop(), sys.stdin.fileno()

    def another() -> None:
        if os.read(source, 4096):
            words.say(server.link(view=view))
            sys.stdout.flush()
        else:
            loop.remove_reader(source)

    loop.add_reader(source, another)
    stack.callback(loop.remove_reader, source)


def _run_folder() -> Path:
    paths = Paths.of_user()
    paths.create()
    return paths.run
