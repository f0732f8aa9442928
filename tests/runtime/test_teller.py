from __future__ import annotations

import asyncio
from pathlib import Path

from fumehood.core import limits
from fumehood.protocol import events as ev
from fumehood.protocol.stream import Execute
from fumehood.runtime import jupyter
from fumehood.runtime.execution import Execution
from fumehood.runtime.outlet import Outlet
from fumehood.runtime.spool import Spool, read_reports
from fumehood.runtime.teller import Teller


def execution(name: str = "e") -> Execution:
    return Execution(Execute(execution=name, cell=name, source="", source_hash="", by=""))


def told(folder: Path) -> list[type]:
    return [type(report.body) for report in read_reports(folder / "spool")]


async def test_the_first_print_is_told_at_once_and_the_flood_after_it_once(tmp_path: Path) -> None:
    outlet = Outlet(Spool(tmp_path / "spool"), lambda _error: None)
    teller, one = Teller(outlet), execution()
    for _ in range(1000):
        teller.urge(one, one.stream("stdout", "x", full=False))
    outlet.flush()
    assert told(tmp_path) == [ev.OutputAdded]
    await asyncio.sleep(limits.FLUSH_INTERVAL * 3)
    assert told(tmp_path) == [ev.OutputAdded, ev.StreamPatched]
    await outlet.close()


async def test_a_display_takes_the_waiting_print_with_it_in_order(tmp_path: Path) -> None:
    outlet = Outlet(Spool(tmp_path / "spool"), lambda _error: None)
    teller, one = Teller(outlet), execution()
    for _ in range(2):
        teller.urge(one, one.stream("stdout", "x", full=False))
    urgency, _ = one.add("display", jupyter.Display(data={}), full=False)
    teller.urge(one, urgency)
    outlet.flush()
    assert told(tmp_path) == [ev.OutputAdded, ev.StreamPatched, ev.OutputAdded]
    await outlet.close()


async def test_each_execution_has_its_own_rhythm_and_the_end_waits_for_none(tmp_path: Path) -> None:
    outlet = Outlet(Spool(tmp_path / "spool"), lambda _error: None)
    teller = Teller(outlet)
    both = [execution("a"), execution("b")]
    for one in both:
        for _ in range(3):
            teller.urge(one, one.stream("stdout", "x", full=False))
    outlet.flush()
    assert told(tmp_path) == [ev.OutputAdded] * 2
    teller.close()
    outlet.flush()
    assert told(tmp_path) == [ev.OutputAdded] * 2 + [ev.StreamPatched] * 2
    await outlet.close()
