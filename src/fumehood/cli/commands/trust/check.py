"""`hood trust check`: what the names of packages look like, offline; no daemon is asked.

Names from standard input are answered as they come, so that a list of any length passes in bounded memory.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

from fumehood.cli import terminal, words
from fumehood.core import limits
from fumehood.trust.lookalikes import Judgement, Names

_CODES: Final = {"ok": words.GREEN, "warn": words.YELLOW, "stop": words.RED, "block": words.RED}
_CHUNK: Final = 64 * limits.KIB


def main(arguments: argparse.Namespace) -> int:
    names = Names.load()
    bad = False
    for batch in (arguments.names,) if arguments.names else lines(sys.stdin.fileno()):
        judged = [names.judge(name) for name in batch]
        bad = bad or any(one.verdict in ("stop", "block") for one in judged)
        show(judged, arguments.json)
    if not arguments.json:
        words.note(f"Known is what the index had on {names.day:%Y-%m-%d}.", words.DIM)
    return 1 if bad else 0


def show(judged: Iterable[Judgement], as_json: bool) -> None:
    said = [words.as_json(fields(one)) if as_json else text(one) for one in judged]
    if said:
        print("\n".join(said), flush=True)


def fields(judged: Judgement) -> dict[str, Any]:
    return {name: getattr(judged, name) for name in judged.__struct_fields__}


def text(judged: Judgement) -> str:
    """`stop   reqeusts -> requests (rank 6): swap: 'eu' for 'ue'`"""
    verdict = words.paint(f"{judged.verdict:<5}", _CODES[judged.verdict])
    line = f"{verdict}  {terminal.line(judged.name)}"
    if judged.rank is not None:
        return f"{line} (rank {judged.rank:,})"
    if judged.target is not None:
        rank = "" if judged.target_rank is None else f" (rank {judged.target_rank:,})"
        line += f" -> {judged.target}{rank}"
    return f"{line}: {'; '.join(judged.reasons)}" if judged.reasons else line


def lines(fd: int) -> Iterator[list[str]]:
    """The lines that have come so far, and again; of an endless one no more is kept than shows that it is too long."""
    rest = b""
    while chunk := os.read(fd, _CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        rest = rest[:_CHUNK]
        yield [name for line in whole if (name := _name(line))]
    if name := _name(rest):
        yield [name]


def _name(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip(" \t\r")
