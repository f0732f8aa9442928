"""`hood trust review`: the sheet of a notebook in the terminal, approved by typed words. Installs nothing."""

from __future__ import annotations

import argparse
import asyncio
import shlex
from typing import Final

from fumehood.cli import answers, sheet, terminal, words
from fumehood.cli.connecting import daemon, short_path
from fumehood.client.notebook import Notebook
from fumehood.core.errors import HostNotAccepted, NotApproved, NotebookUnreadable
from fumehood.protocol.base import encode_json
from fumehood.protocol.trust import Sheet

_REFUSED: Final = NotApproved.exit_status
_MOST_HOSTS: Final = 20
"""Rounds of a check that each lead to a further host."""


def main(arguments: argparse.Namespace) -> int:
    return asyncio.run(_review(arguments))


async def _review(arguments: argparse.Namespace) -> int:
    async with daemon("trust review") as client, client.open(arguments.notebook) as notebook:
        if notebook.read_only is not None:
            raise NotebookUnreadable(f"{arguments.notebook} is no notebook: {notebook.read_only.reason}")
        for file in arguments.take:
            await notebook.take_offer(file)
        shown = await notebook.trust()
        if arguments.json:
            shown = await notebook.check() if arguments.check and shown.asked.requirements else shown
            words.say(encode_json(shown).decode())
            return 0 if shown.status in ("nothing", "offered", "approved") else _REFUSED
        if shown.plan is None and shown.asked.requirements:
            sheet.say(shown)
            shown = await _checked(notebook, shown)
        sheet.say(shown)
        if shown.status in ("nothing", "offered", "approved"):
            return 0
        return await _ask(notebook, shown)


async def _checked(notebook: Notebook, shown: Sheet) -> Sheet:
    """Every host that is not this user's own is accepted by its name, typed."""
    wanted, accepted = list(shown.hosts), []
    for _ in range(_MOST_HOSTS):
        for host in wanted:
            words.say("")
            question = f"It would be asked at {terminal.line(host)}. Type that name to accept it: "
            if await asyncio.to_thread(answers.ask, question) != host:
                raise NotApproved(f"{host} was not accepted; nothing was asked there.", hint="")
            accepted.append(host)
        words.note("Checking …", words.DIM)
        try:
            return await notebook.check(*accepted)
        except HostNotAccepted as error:
            wanted = [one for one in error.data.get("hosts", []) if isinstance(one, str) and one not in accepted]
            if not wanted:
                raise
    raise NotApproved("Its indexes lead from host to host.", hint="")


async def _ask(notebook: Notebook, shown: Sheet) -> int:
    if shown.plan is None:
        return _REFUSED
    builds = []
    for one in shown.plan.packages:
        if one.build:
            question = (
                f"\n{terminal.line(one.name)} runs its own code while it is installed. Type its name to allow that: "
            )
            if await asyncio.to_thread(answers.ask, question) != one.name:
                raise NotApproved(f"{one.name} may not run its code: it cannot be installed.", hint="")
            builds.append(one.name)
    wanted = _word(shown)
    question = f"\nType `{wanted}` to approve exactly this for {terminal.line(short_path(notebook.path))}: "
    if await asyncio.to_thread(answers.ask, question) != wanted:
        words.note("Nothing was approved.", words.YELLOW)
        return _REFUSED
    after = await notebook.approve(shown, builds=builds)
    if after.status != "approved" or after.plan is None:
        raise NotApproved("It changed at once; look at it again.")
    words.note("Approved. It is installed when the notebook starts.", words.GREEN)
    name = shlex.quote(short_path(notebook.path))
    words.note(f"For CI: hood run {terminal.line(name)} --approved {after.plan.digest}", words.DIM)
    return 0


def _word(shown: Sheet) -> str:
    """One key where nothing is new; what looks wrong is approved by its name."""
    if shown.nothing_new:
        return "y"
    odd = [one.name for one in shown.judgements if one.verdict in ("stop", "block")]
    return " ".join(("approve", *odd[:3]))
