"""`hood kernels`: the installed kernels, and why one is refused."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from fumehood.cli import terminal, words
from fumehood.cli.connecting import daemon
from fumehood.protocol.methods import KernelSpecs, KernelSpecView


def main(arguments: argparse.Namespace) -> int:
    found = asyncio.run(_specs())
    if arguments.json:
        words.say_json({"default": found.default, "specs": [_fields(spec) for spec in found.specs]})
        return 0
    if not found.specs:
        words.note("No kernel is installed.")
        return 0
    rows = [
        (
            spec.name + (" (default)" if spec.name == found.default else ""),
            spec.language,
            spec.display_name,
            "ok" if spec.usable else "refused",
            spec.folder,
        )
        for spec in found.specs
    ]
    codes = [("", "", "", words.GREEN if spec.usable else words.RED, words.DIM) for spec in found.specs]
    words.table(("NAME", "LANGUAGE", "TITLE", "STATE", "FOLDER"), rows, codes)
    for spec in found.specs:
        if not spec.usable:
            words.note(f"{terminal.line(spec.name)}: {terminal.line(spec.problem, 1000)}", words.YELLOW)
    return 0


async def _specs() -> KernelSpecs:
    async with daemon("kernels") as client:
        return await client.kernelspecs()


def _fields(spec: KernelSpecView) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in spec.__struct_fields__}
