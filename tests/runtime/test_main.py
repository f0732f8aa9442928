"""The real program with a real kernel, driven over its socket."""

from __future__ import annotations

from pathlib import Path

from fumehood.protocol import events as ev
from fumehood.protocol.outputs import ResultOutput
from tests.runtime.driver import room


async def test_a_cell_runs_and_its_result_is_told(home: Path) -> None:
    async with room(home) as (bench, link):
        run = await link.run("a", "1 + 1")
        assert run.status == "ok" and run.count == 1
        assert run.outputs == [ResultOutput(data={"text/plain": "2"}, count=1)]
        kinds = [type(event) for event in bench.record.events]
        assert kinds == [
            ev.KernelChanged,
            ev.KernelChanged,
            ev.Queued,
            ev.KernelChanged,
            ev.Started,
            ev.Counted,
            ev.OutputAdded,
            ev.Finished,
            ev.KernelChanged,
        ]
        assert (await bench.stop(link)).status == 0
        assert not bench.folder.exists() and not bench.spool.exists()
