"""kill -9 of a client: the kernel lives, and who comes later sees everything."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.matrix import tenth
from tests.recovery.harness import FLOOD, FLOOD_TEXT, TICKS, TICKS_TEXT, connect, kill_process, notebook, program

pytestmark = pytest.mark.timeout(120)
SEEDS = tenth(range(10), "client killed", at_least=2)

RUN = """\
import asyncio, sys
from fumehood import client
async def main():
    async with client.connect("victim") as c, c.open(sys.argv[1]) as nb:
        await nb.start()
        nb.execute("cell-0")
        nb.append("typed before the end", id="late")
        await nb.flush()
        await nb.until(lambda state: "cell-0" in state.cells and state.cells["cell-0"].status == "running")
        print("running", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("source", "text"), [(TICKS, TICKS_TEXT), (FLOOD, FLOOD_TEXT)], ids=["ticks", "flood"])
async def test_output_and_edits_survive_the_client(
    home: Path, monkeypatch: pytest.MonkeyPatch, seed: int, source: str, text: str
) -> None:
    monkeypatch.setenv("FUMEHOOD_POOL", "0")
    with notebook(home, source) as path:
        command = [*program(RUN), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:  # noqa: ASYNC220
            assert victim.stdout is not None
            line = await asyncio.to_thread(victim.stdout.readline)
            assert line == "running\n"
            await asyncio.sleep(0.1 * seed)
            kill_process(victim.pid)
        async with connect() as c, c.open(str(path)) as nb:
            assert nb.source("late") == "typed before the end"
            await nb.idle(timeout=60)
            (output,) = await nb.outputs("cell-0")
            assert output["text"] == text
            assert nb.kernel.status == "idle"
