"""One daemon for the tests of a module, except for those that kill it: they ask for `fumehood_home`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

import fumehood.client
from fumehood.client import Client
from fumehood.testing.homes import temporary_home
from fumehood.testing.plugin import fumehood_home, make_notebook

__all__ = ["client", "fumehood_home", "make_notebook", "shared_home"]


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    with temporary_home() as home:
        yield home


@pytest_asyncio.fixture
async def client(shared_home: Path) -> AsyncIterator[Client]:
    async with fumehood.client.connect("test") as connected:
        yield connected
