"""What every command's words are made of: a subparser, its exit statuses, what a shell completes, what runs it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

NOTEBOOK_NAMES: Final = "notebook"
FILE_NAMES: Final = "file"
"""What a shell offers for an argument (see `commands.completion`)."""

EXIT_STATUS = """exit status:
  0    done
  1    a cell raised an error, or the run was interrupted
  2    what was given cannot be used (a file that is no notebook, a bad option)
  3    a file, cell, kernel or notebook is not there
  4    somebody else was faster (the file was changed, the kernel is in use)
  5    refused
  6    not possible now (no daemon, the kernel died, a time-out, a full disk)
  70   a defect of fumehood
  129, 130, 143   left: a closed terminal, Ctrl-C, SIGTERM; the notebook goes on"""


def add(commands: Any, name: str, help: str, description: str = "", epilog: str = "") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=description or f"{help[0].upper()}{help[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(name=name)
    return parser


def json_flag(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--json", action="store_true", help=what)


def notebook(parser: argparse.ArgumentParser, help: str = "the notebook's file", **more: Any) -> None:
    complete(parser.add_argument("notebook", metavar="NOTEBOOK", help=help, **more), NOTEBOOK_NAMES)


def complete(action: argparse.Action, kind: str) -> None:
    action.complete = kind  # type: ignore[attr-defined]  # argparse has no place for it


def loader(module: str) -> Callable[[argparse.Namespace], int]:
    """What runs the command; its module is imported then."""

    def load(arguments: argparse.Namespace) -> int:
        from importlib import import_module

        status: int = import_module(f"fumehood.cli.commands.{module}").main(arguments)
        return status

    return load
