"""Fixtures that every test may use."""

from __future__ import annotations

import ast
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import hypothesis
import psutil
import pytest

# No test asserts wall-clock time, also not by hypothesis' deadline: a busy machine is no failure.
hypothesis.settings.register_profile("fumehood", deadline=None)
hypothesis.settings.load_profile("fumehood")

_parse = ast.parse


@wraps(_parse)
def _parse_undisturbed(*args: Any, **more: Any) -> Any:
    """CPython counts the depth of the tree that it makes in one place for all: a finalizer that parses, or lets another
    thread parse, while a tree is made ends it with "AST constructor recursion depth mismatch". pytest and hypothesis
    read sources while the tests' threads and finalizers do their work."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _parse(*args, **more)
    finally:
        if collecting:
            gc.enable()


ast.parse = _parse_undisturbed

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A FUMEHOOD_HOME of this test alone, short enough for Unix sockets; whatever runs in it is killed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="fh-", dir="/tmp"))
    monkeypatch.setenv("FUMEHOOD_HOME", str(folder))
    yield folder
    kill_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


def kill_all(folder: Path) -> None:
    """Kills every process that was started with this FUMEHOOD_HOME, kernels too."""
    wanted = str(folder)
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if process.environ().get("FUMEHOOD_HOME") == wanted:
                os.kill(process.pid, signal.SIGKILL)
        except (psutil.Error, OSError):
            continue


@pytest.fixture(scope="session")
def notebooks() -> Path:
    """The public notebooks that lie beside the project."""
    folder = Path(os.environ.get("FUMEHOOD_SHARED_NOTEBOOKS", SHARED / "notebooks"))
    assert folder.is_dir(), f"{folder} is missing: the tests read real notebooks from it"
    return folder
