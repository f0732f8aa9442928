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
_SEARCHED: Final = 12
"""A list that is longer is one to search in."""
_MOST_HOSTS: Final = 20
"""Rounds of a check that each lead to a further host."""


def main(arguments: argparse.Namespace) -> int:
    return asyncio.run(_review(arguments))


async def _review(arguments: argparse.Namespace) -> int:
    async with daemon("trust review") as client, client.open(arguments.notebook) as notebook:
        if notebook.read_only is not None:
            raise NotebookUnreadable(f"{arguments.notebook} is no notebook: {notebook.read_only.reason}")
        if arguments.add or arguments.drop:
            await notebook.change_dependencies(arguments.add, arguments.drop)
            await notebook.save()
        for file in arguments.take:
            await notebook.take_offer(file)
        shown = await notebook.trust()
        if arguments.json:
            shown = await notebook.check() if arguments.check and shown.asked.requirements else shown
            words.say(encode_json(shown).decode())
            return 0 if shown.status in ("nothing", "offered", "approved") else _REFUSED
        if shown.status in ("nothing", "offered", "approved"):
            sheet.say(shown)
            return 0
        if not answers.can_ask():
            return _unanswered(notebook, shown)
        if shown.plan is None and shown.asked.requirements:
            sheet.say(shown, difference=True)
            shown = await _checked(notebook, shown)
        sheet.say(shown, difference=True)
        return await _ask(notebook, shown)


def _unanswered(notebook: Notebook, shown: Sheet) -> int:
    """Nobody is there to say yes, so nothing is asked of any index either."""
    sheet.say(shown)
    name = terminal.line(shlex.quote(short_path(notebook.path)))
    words.note("Only a person at a terminal can approve this, and none controls this process.", words.YELLOW)
    words.note("Nothing was resolved, and no index was asked. What there is:", words.DIM)
    words.note(f"  hood trust review {name}                    in a terminal: check and approve", words.DIM)
    words.note(f"  hood trust review {name} --check --json     resolve at your own indexes; `plan.digest` is the lock")
    words.note(f"  hood run {name} --approved DIGEST           in CI: run it as that lock and no other")
    return _REFUSED


async def _answer(shown: Sheet, question: str) -> str:
    """What is typed; `/text` is no answer, and shows what has the text in its name."""
    while (said := await asyncio.to_thread(answers.ask, question)).startswith("/"):
        sheet.find(shown, said[1:])
    return said


async def _checked(notebook: Notebook, shown: Sheet) -> Sheet:
    """Every host that is not this user's own is accepted by its name, typed."""
    wanted, accepted = [one for one in shown.hosts if one not in shown.accepted], []
    for host in shown.accepted:
        words.note(f"{terminal.line(host)} may be asked: you accepted it before.", words.DIM)
    for _ in range(_MOST_HOSTS):
        for host in wanted:
            words.say("")
            question = f"It would be asked at {terminal.line(host)}. Type that name to accept it: "
            if await _answer(shown, question) != host:
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
        _say_ways_out(notebook, shown)
        return _REFUSED
    builds = []
    for one in shown.plan.packages:
        if one.build:
            question = (
                f"\n{terminal.line(one.name)} runs its own code while it is installed. Type its name to allow that: "
            )
            if await _answer(shown, question) != one.name:
                raise NotApproved(f"{one.name} may not run its code: it cannot be installed.", hint="")
            builds.append(one.name)
    wanted = _word(shown)
    if len(shown.plan.packages) > _SEARCHED:
        words.note("`/text` shows what has the text in its name.", words.DIM)
    question = f"\nType `{wanted}` to approve exactly this for {terminal.line(short_path(notebook.path))}: "
    if await _answer(shown, question) != wanted:
        words.note("Nothing was approved.", words.YELLOW)
        return _REFUSED
    after = await notebook.approve(shown, builds=builds)
    if after.status != "approved" or after.plan is None:
        raise NotApproved("It changed at once; look at it again.")
    words.note("Approved. It is installed when the notebook starts.", words.GREEN)
    name = shlex.quote(short_path(notebook.path))
    words.note(f"For CI: hood run {terminal.line(name)} --approved {after.plan.digest}", words.DIM)
    return 0


def _say_ways_out(notebook: Notebook, shown: Sheet) -> None:
    """Of what cannot be checked as it is."""
    name = terminal.line(shlex.quote(short_path(notebook.path)))
    words.note("Nothing can be approved before that is mended. What there is:", words.DIM)
    asked = {one.name for one in shown.asked.requirements if one.asker.kind == "metadata"}
    for one in shown.judgements:
        if one.target and one.name in asked:
            words.note(f"  hood trust review {name} --drop {terminal.line(one.name)} --add {terminal.line(one.target)}")
    words.note(f"  hood run {name} --without    in an installed kernel as it is, this time")


def _word(shown: Sheet) -> str:
    """One key where nothing is new; what looks wrong is approved by its name."""
    if shown.nothing_new:
        return "y"
    odd = [one.name for one in shown.judgements if one.verdict in ("stop", "block")]
    return " ".join(("approve", *odd[:3]))
