"""One real daemon for the tests of a module, with a notebook in it that has done nothing wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.testing.homes import temporary_home
from tests.badinput.house import Bystander


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    with temporary_home() as home:
        yield home


@pytest.fixture(scope="module")
def shared_client(shared_home: Path) -> Iterator[blocking.Client]:
    with blocking.connect("test") as client:
        yield client


@pytest.fixture(scope="module")
def shared_bystander(shared_client: blocking.Client) -> Iterator[Bystander]:
    with tempfile.TemporaryDirectory(prefix="fb-", dir="/tmp") as folder:
        yield Bystander(shared_client, Path(folder))


@pytest.fixture
def client(shared_client: blocking.Client, shared_bystander: Bystander) -> Iterator[blocking.Client]:
    """Of a daemon that must survive the test: afterwards it is the same one, and the bystander's kernel too."""
    assert shared_client.hello is not None
    pid = shared_client.status().pid
    yield shared_client
    shared_bystander.works()
    assert shared_client.status().pid == pid
