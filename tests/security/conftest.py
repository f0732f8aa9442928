"""A real daemon that the tests of one file attack one after the other."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fumehood.core.paths import Paths
from tests.conftest import kill_all
from tests.daemon.notebook import Driven, ask
from tests.daemon.programs import Program, program
from tests.doors.bench import greeted


@pytest.fixture(scope="module")
def target() -> Iterator[Program]:
    """Its FUMEHOOD_HOME is in this process's environment while it lives."""
    folder = Path(tempfile.mkdtemp(prefix="fh-", dir="/tmp"))
    before = os.environ.get("FUMEHOOD_HOME")
    os.environ["FUMEHOOD_HOME"] = str(folder)
    try:
        with program() as running:
            yield running.ready()
    finally:
        kill_all(folder)
        if before is None:
            del os.environ["FUMEHOOD_HOME"]
        else:
            os.environ["FUMEHOOD_HOME"] = before
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def places(target: Program) -> Paths:
    return Paths.of_user()


@contextlib.asynccontextmanager
async def notebook(places: Paths, path: Path) -> AsyncIterator[Driven]:
    """An open notebook with a real kernel, which is ended afterwards if it still lives."""
    async with greeted(places.control_socket, client="the person") as person:
        driven = await Driven.open(person, path)
        assert await driven.run("print('up')") == "up\n"
        yield driven
        await ask(person, "kernel.shutdown", {"room": driven.room, "force": True})
