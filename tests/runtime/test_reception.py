"""A runtime in the test's own process, so that its limits can be small: orphans, full spools, questions that wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fumehood.core import limits
from fumehood.core.identity import Holder, own_identity
from fumehood.core.ids import new_runtime_id
from fumehood.core.paths import Paths, private_folder
from fumehood.protocol import stream
from fumehood.protocol.base import encode_json
from fumehood.protocol.outputs import StreamOutput
from fumehood.runtime.main import run
from fumehood.runtime.spool import read_reports
from tests.runtime.driver import ROOM, Link, Record


class Inside:
    def __init__(self, home: Path) -> None:
        self.paths = Paths.of_user({"FUMEHOOD_HOME": str(home)})
        self.paths.create()
        me = own_identity()
        self.paths.lock.write_bytes(encode_json(Holder(pid=me.pid, start=me.start, incarnation="t", build="t")))
        self.id = new_runtime_id()
        self.folder = private_folder(self.paths.runtimes / self.id)
        self.spool = private_folder(self.paths.spools / self.id)
        self.record = Record()
        self.links: list[Link] = []
        self.listens = asyncio.Event()
        self.task = asyncio.create_task(run(self.id, self.folder, self.spool, self.paths.lock, None, self.listens.set))

    async def connect(self, *, ack: bool = True) -> Link:
        reader, writer = await asyncio.open_unix_connection(str(self.folder / "s"), limit=1 << 24)
        link = Link(self.record, reader, writer, ack=ack)
        self.links.append(link)
        link.send(stream.Hello(version=stream.VERSION, acked=self.record.last))
        await link.until(lambda: link.welcome is not None or link.closed)
        return link

    async def adopted(self, home: Path) -> Link:
        link = await self.connect()
        link.send(stream.Adopt(room=ROOM, spec="", cwd=str(home)))
        await link.until(lambda: self.record.state.kernel.status == "idle")
        return link


@asynccontextmanager
async def inside(home: Path) -> AsyncIterator[Inside]:
    found = Inside(home)
    async with asyncio.timeout(10):
        await found.listens.wait()
    try:
        yield found
    finally:
        if not found.task.done():
            link = await found.connect()
            link.send(stream.Shutdown(force=True))
        async with asyncio.timeout(20):
            await found.task
        for link in found.links:
            await link.close()


async def test_a_warm_runtime_that_nobody_wants_ends(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WARM_ORPHAN_SECONDS", 0.3)
    async with inside(home) as found:
        link = await found.connect()
        await asyncio.sleep(0.5)
        assert not found.task.done(), "it has a daemon"
        await link.close()
        async with asyncio.timeout(5):
            await found.task
        assert not found.folder.exists() and not found.spool.exists()


async def test_an_orphan_works_off_its_queue_then_ends_and_leaves_its_spool(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RUNTIME_ORPHAN_SECONDS", 0.3)
    async with inside(home) as found:
        link = await found.adopted(home)
        link.execute("a", "import time; time.sleep(1); print('worked off')")
        await link.until(lambda: found.record.run("a").status == "running")
        await link.close()
        async with asyncio.timeout(20):
            await found.task
        left = found.record
        for report in read_reports(found.spool, left.last):
            left.take(report)
        assert left.stream("a") == "worked off\n" and left.run("a").status == "ok"
        assert left.state.kernel.status == "none"


async def test_a_full_spool_drops_output_says_so_and_keeps_starts_and_ends(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SPOOL_BYTES", 300_000)
    monkeypatch.setattr(limits, "SPOOL_SEGMENT", 100_000)
    async with inside(home) as found:
        link = await found.adopted(home)
        first = link.execute(
            "a",
            # Slowly enough that a busy machine takes it in more than one step: the bound is looked at once a step.
            "import time; time.sleep(0.3)\n"
            "for i in range(40): print('\\n'.join(['x' * 99] * 500), flush=True); time.sleep(0.1)",
        )
        second = link.execute("b", "print('small')")
        await link.until(lambda: found.record.run("a").status == "running")
        await link.close()
        await asyncio.sleep(5)
        size = sum(path.stat().st_size for path in found.spool.glob("*.spool"))
        assert size < limits.SPOOL_BYTES + limits.MIB, "a message of the kernel over the limit, not more"
        link = await found.connect()
        assert [await link.finished(each) for each in (first, second)] == ["ok", "ok"]
        (output,) = [out for out in found.record.run("a").outputs if isinstance(out, StreamOutput)]
        assert output.dropped > 0
        assert len(found.record.stream("a")) + output.dropped == 20_000 * 100, "counted to the byte"
        await link.run("c", "print('taken again')")
        assert found.record.stream("c") == "taken again\n"


async def test_a_question_to_a_busy_kernel_is_given_up_in_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ASK_SECONDS", 0.2)
    async with inside(home) as found:
        link = await found.adopted(home)
        go = home / "go"
        code = f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)"
        execution = link.execute("a", code)
        await link.until(lambda: found.record.run("a").status == "running")
        reply = await link.ask("complete", {"code": "x", "cursor_pos": 1})
        assert reply.error == "timeout" and found.record.run("a").status == "running"
        go.touch()
        assert await link.finished(execution) == "ok"
        monkeypatch.undo()
        reply = await link.ask("complete", {"code": "impor", "cursor_pos": 5})
        assert "import" in reply.content["matches"]


async def test_who_connects_and_says_nothing_is_cut_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.1)
    async with inside(home) as found:
        reader, writer = await asyncio.open_unix_connection(str(found.folder / "s"))
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()


async def test_a_defect_in_a_command_is_refused_and_survived(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fumehood.runtime.queue import Queue

    def broken(*_args: object) -> None:
        raise RuntimeError("a defect")

    async with inside(home) as found:
        link = await found.adopted(home)
        monkeypatch.setattr(Queue, "cancel_all", broken)
        link.send(stream.Cancel())
        await link.until(lambda: bool(link.refusals))
        assert link.refusals[0].code == "internal"
        monkeypatch.undo()
        assert (await link.run("a", "1")).status == "ok"
