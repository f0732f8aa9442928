"""`hood trust show`: one approval, with all that it is of."""

from __future__ import annotations

import argparse
import asyncio

import msgspec

from fumehood.cli import terminal, words
from fumehood.cli.commands.trust.given import find, when
from fumehood.cli.connecting import daemon
from fumehood.protocol.trust import Given


def main(arguments: argparse.Namespace) -> int:
    found = asyncio.run(_given(arguments.notebook))
    if arguments.json:
        words.say_json(msgspec.to_builtins(found))
        return 0
    for name, value in (
        ("notebook", found.path),
        ("id", found.notebook),
        ("approved by", found.by),
        ("approved", when(found)),
        ("record", f"number {found.number}"),
        ("holds", found.problem or "yes, as long as it asks for the same"),
        ("asks for", ", ".join(found.requirements)),
        ("files", str(found.packages)),
        ("built from source", ", ".join(found.builds) or "none"),
        ("hosts accepted", ", ".join(found.hosts) or "none"),
        ("lock", found.lock),
    ):
        words.say(f"{name + ':':<20}{terminal.line(value, 4000)}")
    return 0


async def _given(notebook: str) -> Given:
    async with daemon("trust show") as client:
        return find(await client.approvals(), notebook)
