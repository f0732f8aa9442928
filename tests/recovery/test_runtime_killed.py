"""kill -9 of a runtime: its kernel ends with it, what it had received is there, and the room says what may lack."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from fumehood.core.errors import HoodError, KernelDied
from fumehood.core.identity import identity
from tests.recovery.harness import FLOOD, FLOOD_TEXT, connect, kill_process, notebook, until

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("delay", [0.05, 0.5])
async def test_the_kernel_ends_and_the_output_is_a_prefix_of_what_was_printed(
    home: Path, monkeypatch: pytest.MonkeyPatch, delay: float
) -> None:
    monkeypatch.setenv("FUMEHOOD_POOL", "0")
    with notebook(home, FLOOD, "1 + 1") as path:
        async with connect() as c, c.open(str(path)) as nb:
            await nb.execute("cell-1")
            kernel = nb.kernel.pid
            assert kernel is not None
            (room,) = (await c.status()).rooms
            assert room.runtime_pid is not None
            run = nb.execute("cell-0")
            await nb.until(lambda state: "cell-0" in state.cells and bool(state.cells["cell-0"].outputs), timeout=30)
            await asyncio.sleep(delay)
            before = time.time()
            kill_process(room.runtime_pid)
            try:
                result = await run.result(timeout=30)
                assert result.status == "lost"
            except HoodError as error:
                assert error.code == "kernel.died"
            # The system tells the daemon that the runtime's socket is closed before it ends the runtime's children.
            await until(lambda: identity(kernel) is None)
            (output,) = await nb.outputs("cell-0")
            assert output["text"]
            assert FLOOD_TEXT.startswith(output["text"])
            assert nb.state.kernel.status == "dead"
            assert nb.state.lost_since is not None
            assert nb.state.lost_since <= before + 1
            with pytest.raises(KernelDied):
                await nb.execute("cell-1")
            await nb.restart()
            assert (await nb.execute("cell-1").result(timeout=60)).value == "2"
