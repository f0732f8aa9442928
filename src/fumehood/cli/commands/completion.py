"""`hood completion`: the completion script of a shell, made from the parser."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from fumehood.cli.parser import make_parser
from fumehood.cli.parts import FILE_NAMES, NOTEBOOK_NAMES


def main(arguments: argparse.Namespace) -> int:
    sys.stdout.write(script(arguments.shell))
    return 0


def script(shell: str) -> str:
    import shtab

    kinds = {NOTEBOOK_NAMES: shtab.glob("*.ipynb"), FILE_NAMES: shtab.FILE}
    parser = make_parser()
    for action in _actions(parser):
        kind = getattr(action, "complete", None)
        if kind is not None:
            action.complete = kinds[kind]  # type: ignore[attr-defined]  # what shtab reads
    text: str = shtab.complete(parser, shell)
    return text if text.endswith("\n") else text + "\n"


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)
