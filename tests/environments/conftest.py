from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fumehood.core.paths import Paths
from fumehood.testing.indexes import Index, index


@pytest.fixture
def paths(home: Path) -> Paths:
    found = Paths.of_user({"FUMEHOOD_HOME": str(home)})
    found.create()
    return found


@pytest.fixture
def shop() -> Iterator[Index]:
    with index() as made:
        yield made


@pytest.fixture
def other() -> Iterator[Index]:
    """Another host: another port of this machine."""
    with index(kernel=False) as made:
        yield made
