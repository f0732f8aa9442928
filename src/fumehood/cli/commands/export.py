"""`hood export`: a notebook as one HTML file, from its file alone; nothing is run and no daemon is asked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fumehood.cli import terminal, words
from fumehood.cli.commands.convert import encodable, read_file, write_file
from fumehood.core.assets import folder


def main(arguments: argparse.Namespace) -> int:
    from fumehood.document import html, ipynb

    path = Path(arguments.notebook)
    whole = html.export(ipynb.read(read_file(path)), path.name, html.load(folder() / "guest"))
    if arguments.output == "-":
        terminal.put(encodable(whole), sys.stdout)
        return 0
    target = path.with_suffix(".html") if arguments.output is None else Path(arguments.output)
    write_file(target, encodable(whole).encode(), arguments.force)
    words.note(f"wrote {terminal.line(str(target))}")
    return 0
