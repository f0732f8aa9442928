"""Which screen a command gets: by its options and by where its output goes."""

from __future__ import annotations

import sys

from fumehood.cli import terminal
from fumehood.cli.screen import Lines, Live, Plain, Quiet, Screen


def make_screen(*, as_json: bool, quiet: bool) -> Screen:
    if as_json:
        return Lines()
    if terminal.is_terminal(sys.stderr):
        return Live(quiet)
    return Quiet() if quiet else Plain()
