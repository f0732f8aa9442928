"""`hood trust list`: what was approved and not revoked, the newest first."""

from __future__ import annotations

import argparse
import asyncio

import msgspec

from fumehood.cli import words
from fumehood.cli.commands.trust.given import when
from fumehood.cli.connecting import daemon, short_path
from fumehood.protocol.trust import Given


def main(arguments: argparse.Namespace) -> int:
    found = asyncio.run(_given())
    if arguments.json:
        words.say_json([msgspec.to_builtins(one) for one in found])
        return 0
    if not found:
        words.note("Nothing is approved.")
        return 0
    rows = [
        (short_path(one.path) or one.notebook, str(one.packages or ""), when(one), one.by, one.problem or "yes")
        for one in found
    ]
    words.table(("NOTEBOOK", "FILES", "APPROVED", "BY", "HOLDS"), rows)
    return 0


async def _given() -> tuple[Given, ...]:
    async with daemon("trust list") as client:
        return await client.approvals()
