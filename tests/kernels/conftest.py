from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from fumehood.kernels.kernel import Kernel
from fumehood.kernels.specs import KernelSpec, default_spec, get_spec
from tests.kernels import hostile_kernel
from tests.kernels.listening import Listener


class Start(Protocol):
    async def __call__(
        self, spec: KernelSpec | None = None, *, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> tuple[Kernel, Listener]: ...


@pytest.fixture
def place() -> Iterator[Path]:
    """A private folder with a path short enough for Unix sockets."""
    folder = Path(tempfile.mkdtemp(prefix="fk-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture
async def start(place: Path) -> AsyncIterator[Start]:
    """Starts kernels (our own Python's by default), and ends those that are left when the test is over."""
    kernels: list[Kernel] = []
    listeners: list[Listener] = []

    async def starter(
        spec: KernelSpec | None = None, *, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> tuple[Kernel, Listener]:
        listener = Listener()
        listeners.append(listener)
        folder = place / str(len(listeners))
        (place / "work").mkdir(exist_ok=True)
        kernel = await Kernel.start(
            spec or default_spec(),
            folder,
            cwd or place / "work",
            {**os.environ, **(env or {})},
            listener.hear,
            listener.hear_fault,
        )
        kernels.append(kernel)
        return kernel, listener

    yield starter
    for kernel in kernels:
        kernel.kill()
        await kernel.wait()


@pytest.fixture
def jupyter_path(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where kernelspecs are found first."""
    monkeypatch.setenv("JUPYTER_PATH", str(place / "jupyter"))
    folder = place / "jupyter" / "kernels"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def hostile(jupyter_path: Path) -> KernelSpec:
    hostile_kernel.install(jupyter_path)
    return get_spec("hostile")
