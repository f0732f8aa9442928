from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.doors.bench import Bench
from tests.doors.blob_bench import served
from tests.doors.gateway_bench import Gate, gateway

__all__ = ["bench", "folder", "served"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of mode 0700 with a short path, for sockets."""
    made = Path(tempfile.mkdtemp(prefix="fh-", dir="/tmp"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
async def gate(folder: Path) -> AsyncIterator[Gate]:
    async with gateway(folder) as made:
        yield made
