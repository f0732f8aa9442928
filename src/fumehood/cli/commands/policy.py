"""`hood policy`: what outputs may reach and whose word that is; what is wrong with a policy file."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Final, get_args

from fumehood.cli import terminal, words
from fumehood.cli.connecting import daemon, find_room
from fumehood.core.errors import FileMissing
from fumehood.core.paths import Paths
from fumehood.policy.levers import NAMES
from fumehood.policy.merging import Said
from fumehood.policy.reading import read, read_both
from fumehood.policy.viewing import viewed
from fumehood.protocol import policy as wire
from fumehood.protocol.base import encode_json

_UNUSABLE: Final = 2
_ORIGINS: Final[tuple[tuple[wire.Origin, str], ...]] = (
    ("own", "Outputs of runs here"),
    ("stranger", "Outputs of the file, and whatever others may have written"),
    ("boxed", "Outputs of a sandbox without network"),
)
_SOURCES: Final = {
    "machine": "this machine's policy",
    "user": "your policy",
    "notebook": "narrowed by the notebook",
    "allowed": "allowed by you for this notebook",
    "broken": "the policy cannot be read",
}
_WIDEST: Final = {"plugins": "all", **dict.fromkeys(get_args(wire.Reach), "https")}


def main(arguments: argparse.Namespace) -> int:
    return _check(Path(arguments.file), arguments.json) if arguments.verb == "check" else _show(arguments)


def _show(arguments: argparse.Namespace) -> int:
    view = asyncio.run(_of_notebook(arguments.notebook)) if arguments.notebook else _of_everybody()
    # What a notebook says wrongly narrows to nothing, and the rest holds.
    broken = any(source == "broken" for source in view.own.sources.values())
    if arguments.json:
        words.say(encode_json(view).decode())
        return _UNUSABLE if broken else 0
    for problem in view.problems:
        _say_problem(problem.file, problem.line, problem.message, problem.hint)
    for file in view.files:
        words.note(f"read: {terminal.line(file)}", words.DIM)
    for origin, title in _ORIGINS:
        of: wire.PolicyOf = getattr(view, origin)
        words.say(f"{title}:")
        words.table(
            ("LEVER", "LETS THROUGH", "FROM"),
            [(name, _said(of.levers, name), _SOURCES.get(of.sources.get(name, ""), "default")) for name in NAMES],
        )
        words.say("")
    return _UNUSABLE if broken else 0


async def _of_notebook(notebook: str) -> wire.PolicyView:
    async with daemon("policy") as client, client.open(notebook):
        room = await find_room(client, notebook)
        view: wire.PolicyView = await client.call("policy.show", wire.PolicyParams(room=room.room))
        return view


def _of_everybody() -> wire.PolicyView:
    files = read_both(Paths.of_user())
    return viewed(Said(files.machine.policy, files.user.policy, broken=files.broken), files)


def _said(levers: wire.Levers, name: str) -> str:
    value = getattr(levers, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == (_WIDEST[name],):
        return "every type" if name == "plugins" else "every host, over HTTPS"
    return ", ".join(value) or "nothing"


def _check(file: Path, as_json: bool) -> int:
    found = read(file)
    if not found.there:
        raise FileMissing(f"{file} is not there.")
    if as_json:
        troubles = [{"line": one.line, "message": one.message, "hint": one.hint} for one in found.troubles]
        words.say_json({"file": str(file), "usable": not troubles, "problems": troubles})
    else:
        for one in found.troubles:
            _say_problem(str(file), one.line, one.message, one.hint)
        if not found.troubles:
            words.note(f"{terminal.line(str(file))}: nothing is wrong.")
    return _UNUSABLE if found.troubles else 0


def _say_problem(file: str, line: int, message: str, hint: str) -> None:
    place = f"{file}:{line}" if line else file
    words.note(f"{terminal.line(place)}: {terminal.line(message, 1000)}", words.RED)
    if hint:
        words.note(f"  {terminal.line(hint, 1000)}", words.DIM)
