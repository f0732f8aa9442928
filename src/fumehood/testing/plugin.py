"""Fixtures for pytest.

`fumehood_home`: an installation of the test's own. `fumehood_client`: a blocking client of it. `make_notebook`: writes
a notebook file into the test's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fumehood.testing.homes import temporary_home
from fumehood.testing.notebooks import write_notebook

if TYPE_CHECKING:
    from fumehood.client.blocking import Client


@pytest.fixture
def fumehood_home() -> Iterator[Path]:
    """`FUMEHOOD_HOME` of this test alone; what was started in it is killed at the end."""
    with temporary_home() as home:
        yield home


@pytest.fixture
def fumehood_client(fumehood_home: Path) -> Iterator[Client]:
    """A blocking client of `fumehood_home`, whose daemon is started by it."""
    from fumehood.client import blocking

    with blocking.connect("test", home=fumehood_home) as client:
        yield client


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """`make_notebook("1 + 1", cell("# Title", type="markdown"), name="a.ipynb")` gives the file's path."""

    def make(
        *cells: str | Mapping[str, Any], name: str = "notebook.ipynb", metadata: Mapping[str, Any] | None = None
    ) -> Path:
        return write_notebook(tmp_path / name, *cells, metadata=metadata)

    return make
