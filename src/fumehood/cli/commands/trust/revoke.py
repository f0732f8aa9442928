"""`hood trust revoke`: takes approvals back. Kernels that run go on; the next start is refused."""

from __future__ import annotations

import argparse
import asyncio

from fumehood.cli import terminal, words
from fumehood.cli.commands.trust.given import find
from fumehood.cli.connecting import daemon, short_path
from fumehood.core.errors import BadSetting
from fumehood.protocol.trust import Given


def main(arguments: argparse.Namespace) -> int:
    if bool(arguments.notebook) == arguments.all:
        raise BadSetting("Name notebooks, or say --all.")
    gone = asyncio.run(_revoke(arguments.notebook, arguments.all))
    if arguments.json:
        words.say_json([{"notebook": one.notebook, "path": one.path} for one in gone])
        return 0
    for one in gone:
        words.note(f"{terminal.line(short_path(one.path) or one.notebook)} is not approved any more.")
    return 0


async def _revoke(notebooks: list[str], every: bool) -> list[Given]:
    async with daemon("trust revoke") as client:
        approvals = await client.approvals()
        wanted = list(approvals) if every else [find(approvals, one) for one in notebooks]
        for one in wanted:
            await client.revoke(one.notebook)
        return wanted
