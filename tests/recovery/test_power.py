"""The power goes: what was acknowledged is on the disk, because it was fsynced before (see powerloss.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fumehood.core.paths import Paths
from tests.conftest import kill_all
from tests.matrix import tenth
from tests.recovery.harness import connect, notebook
from tests.recovery.powerloss import Disk

pytestmark = pytest.mark.timeout(120)
SEEDS = tenth(range(10), "power", at_least=2)


@pytest.fixture
def disk(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Disk]:
    """The whole home is on the disk that loses what was not fsynced; installing it was long ago."""
    monkeypatch.setenv("FUMEHOOD_POOL", "0")
    Paths.of_user().create()
    disk = Disk(home, tmp_path)
    for name, value in disk.environment().items():
        monkeypatch.setenv(name, value)
    yield disk


def lose_power(disk: Disk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kill_all(home)
    disk.lose_power()
    for name in disk.environment():
        monkeypatch.delenv(name)


@pytest.mark.parametrize("seed", SEEDS)
async def test_acknowledged_edits_survive(home: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    with notebook(home, "") as path:
        disk.settle()
        async with connect() as c, c.open(str(path)) as nb:
            for number in range(10 + seed):
                await nb.splice("cell-0", len(nb.source("cell-0")), 0, f"{number}\n").acknowledged()
            expected = nb.source("cell-0")
            lose_power(disk, home, monkeypatch)
            await c.close()
        async with connect() as c, c.open(str(path)) as nb:
            assert nb.source("cell-0") == expected


async def test_outputs_that_an_acknowledged_edit_came_after_survive_with_their_blobs(
    home: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "print('x' * 300_000); 40 + 2"
    with notebook(home, source) as path:
        disk.settle()
        async with connect() as c, c.open(str(path)) as nb:
            result = await nb.execute("cell-0")
            await nb.append("# after").acknowledged()
            lose_power(disk, home, monkeypatch)
            await c.close()
        async with connect() as c, c.open(str(path)) as nb:
            assert await nb.outputs("cell-0") == result.outputs
            assert result.stdout == "x" * 300_000 + "\n"


async def test_a_save_that_was_answered_survives(home: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    with notebook(home, "old") as path:
        disk.settle()
        async with connect() as c, c.open(str(path)) as nb:
            nb.edit("cell-0", "new")
            await nb.save()
            lose_power(disk, home, monkeypatch)
            await c.close()
        assert "".join(msgspec.json.decode(path.read_bytes())["cells"][0]["source"]) == "new"
