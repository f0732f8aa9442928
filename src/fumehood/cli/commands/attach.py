"""`hood attach`: everything that a notebook printed, then what it prints, until its queue is empty."""

from __future__ import annotations

import argparse
import asyncio

from fumehood.cli import terminal, words
from fumehood.cli.ask import Prompter
from fumehood.cli.connecting import daemon, short_path
from fumehood.cli.follow import Follower
from fumehood.cli.screens import make_screen
from fumehood.cli.stopping import Left, Stopping
from fumehood.cli.waiting import first
from fumehood.core.errors import NotebookUnreadable


def main(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_attach(arguments.notebook, not arguments.no_follow, arguments.json))
    except Left as left:
        return left.exit_status


async def _attach(path: str, follow: bool, as_json: bool) -> int:
    async with daemon("attach") as client, client.open(path) as notebook:
        if notebook.read_only is not None:
            raise NotebookUnreadable(f"{path} is no notebook: {notebook.read_only.reason}")
        screen = make_screen(as_json=as_json, quiet=False)
        follower = Follower(client, notebook, screen)
        stopping = Stopping()
        try:
            with stopping.listening():
                if not follow:
                    await follower.catch_up()
                else:
                    notebook.on_input(Prompter(screen))
                    await first(follower.follow(), stopping.leave())
        finally:
            screen.close()
        state = notebook.state
        if as_json:
            words.say_json(
                {
                    "event": "result",
                    "path": notebook.path,
                    "kernel": state.kernel.status,
                    "queued": len(state.queue),
                    "cells": [one.summary() for one in follower.followed.values()],
                }
            )
        elif follow:
            _say_end(notebook.path, state.kernel.status, bool(follower.followed), state.lost_since is not None)
        return 0


def _say_end(path: str, kernel: str, any_run: bool, lost: bool) -> None:
    name = terminal.line(short_path(path))
    if lost:
        words.note("The kernel's runtime died: some of its output may be missing.", words.YELLOW)
    if not any_run:
        words.note(f"{name} has not run.", words.DIM)
    elif kernel in ("none", "dead"):
        words.note(f"{name} has finished; its kernel has ended.", words.DIM)
    else:
        words.note(f"{name} has finished; its kernel waits (`hood kill {name}` ends it).", words.DIM)
