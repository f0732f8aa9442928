"""`hood export`: a notebook as one HTML file, from its file alone; nothing is run and no daemon is asked.

A dataset as a folder is `commands.export_dataset`; which of the two is meant, the path says.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fumehood.cli import terminal, words
from fumehood.cli.commands.convert import encodable, read_file, write_file
from fumehood.core.assets import folder


def main(arguments: argparse.Namespace) -> int:
    if arguments.check or arguments.out is not None or not _is_notebook(arguments.path):
        from fumehood.cli.commands import export_dataset

        return export_dataset.main(arguments)
    from fumehood.document import html, ipynb

    path = Path(arguments.path)
    whole = html.export(ipynb.read(read_file(path)), path.name, html.load(folder() / "guest"))
    if arguments.output == "-":
        terminal.put(encodable(whole), sys.stdout)
        return 0
    target = path.with_suffix(".html") if arguments.output is None else Path(arguments.output)
    write_file(target, encodable(whole).encode(), arguments.force)
    words.note(f"wrote {terminal.line(str(target))}")
    return 0


def _is_notebook(path: str) -> bool:
    """Whatever is neither called like a dataset nor a folder is taken for a notebook, and refused as one."""
    return "://" not in path and not Path(path).is_dir() and Path(path).suffix not in (".h5ad", ".zarr")
