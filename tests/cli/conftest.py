"""`hood` as a person runs it: a process of its own, in an installation of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fumehood.testing.homes import temporary_home
from fumehood.testing.plugin import fumehood_home, make_notebook

__all__ = ["fumehood_home", "hood", "make_notebook", "shared_home"]

HOOD = [sys.executable, "-P", "-m", "fumehood.cli.main"]
Hood = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    """One daemon for the tests of a module that do not kill it."""
    with temporary_home() as home:
        yield home


@pytest.fixture
def hood(tmp_path: Path) -> Hood:
    """Runs `hood` with these words to its end."""

    def run(
        *words: str, stdin: str | None = None, env: dict[str, str] | None = None, cwd: Path = tmp_path
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*HOOD, *words],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=55,
            cwd=cwd,
            env=os.environ | (env or {}),
        )

    return run
