from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.daemon.house import QUIET, House


@pytest_asyncio.fixture
async def house(home: Path) -> AsyncIterator[House]:
    """Rooms in which nothing happens by itself."""
    house = House(home, QUIET)
    await house.rooms.recover()
    yield house
    await house.close()
