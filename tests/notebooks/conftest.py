"""One daemon for the tests of a module that do not kill it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.testing.homes import temporary_home
from fumehood.testing.plugin import fumehood_home, make_notebook

__all__ = ["client", "fumehood_home", "make_notebook", "shared_home"]


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    with temporary_home() as home:
        yield home


@pytest.fixture
def client(shared_home: Path) -> Iterator[blocking.Client]:
    with blocking.connect("test", home=shared_home) as connected:
        yield connected
