"""Where the built pages are: `shell/` the trusted page, `guest/` the sealed one.

They come with the wheel; in a checkout `make setup` builds them. `FUMEHOOD_ASSETS` names another folder, for who works
on the pages. Constant files without any data of the user; nothing here may be written at run time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def folder(environ: Mapping[str, str] | None = None) -> Path:
    """May not exist: a checkout in which nothing was built works without pages."""
    env = os.environ if environ is None else environ
    if named := env.get("FUMEHOOD_ASSETS"):
        return Path(named).absolute()
    return Path(__file__).resolve().parent.parent / "assets"
