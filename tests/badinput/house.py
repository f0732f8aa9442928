"""A daemon under bad input: an innocent notebook that must go on working beside it, and files that must not change."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fumehood.client import blocking
from fumehood.core.errors import HoodError
from fumehood.testing.notebooks import write_notebook


class Bystander:
    """Another notebook of the same daemon."""

    def __init__(self, client: blocking.Client, folder: Path) -> None:
        self.notebook = client.open(write_notebook(folder / "bystander.ipynb", "n = 20", "n = n + 1; print(n)"))
        assert self.notebook.execute("c0", timeout=40).ok
        self._count = 20

    def works(self) -> None:
        """Its kernel still answers, and is still the same one."""
        self._count += 1
        assert self.notebook.execute("c1", timeout=30).stdout == f"{self._count}\n"


def fingerprint(path: Path) -> tuple[str, int]:
    """Of the bytes and the mode: nobody wrote the file."""
    found = path.stat()
    return hashlib.sha256(path.read_bytes()).hexdigest(), found.st_mode


def said(error: HoodError, code: str) -> None:
    """The error has its stable code, a message for a person and a way out."""
    assert error.code == code, error
    assert error.message
    assert error.hint
    assert "Traceback" not in error.message
