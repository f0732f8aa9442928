"""Everything that a notebook and its folder ask for, as one value; offline.

Starts no process, opens no socket, looks no name up. The notebook, its folder and the variables are hostile: what
cannot be read becomes a complaint and no exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fumehood.environments.asking import configuration, magics, projects, pythons, scripts, tables
from fumehood.environments.asking.folders import Files, of_notebook
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.protocol.trust import Asked, Asker


def read(
    metadata: Mapping[str, Any],
    cells: Iterable[tuple[str, str]],
    notebook: Path | None,
    environ: Mapping[str, str],
    user_home: Path,
) -> Asked:
    """What is asked by a notebook of this `metadata` and these code cells (id and source), at this canonical path.

    `environ` is the one in which the daemon was started, `user_home` where the user's own configuration is.
    """
    gathered = Gathered()
    code = list(cells)
    tables.read(metadata, gathered)
    scripts.read(code, gathered)
    magics.read(code, gathered)
    if notebook is not None:
        files = Files(notebook.parent, gathered)
        folders = of_notebook(notebook, user_home)
        projects.read(folders, files, gathered)
        configuration.beside(folders, files, gathered)
        for name in sorted((tables.files(metadata) or frozenset()) - gathered.offering):
            said = Asker(kind="file", name=plain(name))
            gathered.complain(said, "The notebook takes its packages, and nothing beside it offers any by this name.")
    configuration.own(environ, user_home, Files(user_home, gathered, "~"), gathered)
    return gathered.asked(pythons.together(gathered.pythons))


def asks(asked: Asked) -> bool:
    """Whether the notebook itself asks for something, or tried to: then no runtime starts without an approval."""
    return bool(asked.requirements) or any(one.asker.kind in ("metadata", "cell") for one in asked.complaints)


def speaks(source: str) -> bool:
    """Whether a cell may say something that `read` would find: whoever follows edits reads again only then."""
    return "///" in source or magics.MENTIONED.search(source) is not None
