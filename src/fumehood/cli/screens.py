"""Which screen a command gets: by its options and by where its output goes."""

from __future__ import annotations

import sys

from fumehood.cli import terminal
from fumehood.cli.screen import Lines, Live, Plain, Quiet, Screen


def make_screen(*, as_json: bool, quiet: bool, lasting: bool = False) -> Screen:
    """`lasting`: goes on when nobody reads any more."""
    if as_json:
        screen: Plain = Lines()
    elif terminal.is_terminal(sys.stderr):
        screen = Live(quiet)
    else:
        screen = Quiet() if quiet else Plain()
    screen.lasting = lasting
    return screen
