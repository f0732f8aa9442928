"""A small daemon for tests: starts a real runtime, connects as the process of the lock file, and folds what it says."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from fumehood.core.identity import Holder, own_identity
from fumehood.core.ids import new_execution_id, new_runtime_id, source_hash
from fumehood.core.paths import Paths, private_folder
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.protocol.base import encode_json
from fumehood.protocol.outputs import BlobRef, DisplayOutput, ErrorOutput, ResultOutput, StreamOutput
from fumehood.protocol.state import CellRun, RoomState
from fumehood.sandbox.process import Exit, Process
from fumehood.sandbox.spawn import NONE, spawn
from fumehood.testing.framing import read_frame

ROOM = "ab" * 16
T = TypeVar("T")


@dataclass
class Record:
    """What a daemon would have in its journal and its blob store."""

    state: RoomState = field(default_factory=RoomState)
    events: list[ev.Event] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    blobs: dict[str, bytearray] = field(default_factory=dict)
    ephemeral: dict[str, bytearray] = field(default_factory=dict)
    comms: list[Any] = field(default_factory=list)
    last: int = 0

    def take(self, report: stream.Report) -> None:
        if isinstance(report, stream.Numbered):
            assert report.seq == self.last + 1, f"{report.seq} follows {self.last}"
            self.last = report.seq
            self.seqs.append(report.seq)
            if isinstance(report.body, stream.BlobChunk):
                self._chunk(self.blobs, report.body)
            else:
                for part in _named(report.body):
                    assert len(self.blobs[part.blob]) == part.size, "the bytes come before the event that names them"
                self.events.append(report.body)
                self.state.apply(report.body)
        elif isinstance(report, stream.CommReport):
            self.comms.append(report.event)
        elif isinstance(report, stream.EphemeralBlob):
            self._chunk(self.ephemeral, report.chunk)

    @staticmethod
    def _chunk(blobs: dict[str, bytearray], chunk: stream.BlobChunk) -> None:
        held = blobs.setdefault(chunk.hash, bytearray())
        if chunk.offset == 0:
            held.clear()
        assert len(held) == chunk.offset
        held += chunk.data

    def text(self, content: str | BlobRef) -> str:
        return content if isinstance(content, str) else self.blobs[content.blob].decode()

    def run(self, cell: str) -> CellRun:
        return self.state.cells.get(cell, CellRun())

    def stream(self, cell: str, name: str = "stdout") -> str:
        """All that the cell printed, to the character."""
        found = [out for out in self.run(cell).outputs if isinstance(out, StreamOutput) and out.name == name]
        return "".join("".join(self.text(part) for part in out.parts) + out.text for out in found)

    def plain(self, cell: str) -> list[str]:
        """What each output would be in a terminal."""
        said: list[str] = []
        for output in self.run(cell).outputs:
            if isinstance(output, StreamOutput):
                said.append("".join(self.text(part) for part in output.parts) + output.text)
            elif isinstance(output, DisplayOutput | ResultOutput):
                said.append(self.text(output.data.get("text/plain", "")))
            elif isinstance(output, ErrorOutput):
                said.append(f"{output.ename}: {output.evalue}")
        return said

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]


def _named(event: ev.Event) -> list[BlobRef]:
    if isinstance(event, ev.StreamSealed):
        return [event.part]
    if isinstance(event, ev.OutputAdded | ev.OutputReplaced) and isinstance(event.output, DisplayOutput | ResultOutput):
        return [content for content in event.output.data.values() if isinstance(content, BlobRef)]
    return []


class Link:
    def __init__(
        self, record: Record, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, ack: bool
    ) -> None:
        self.record = record
        self.ack = ack
        self.welcome: stream.Welcome | None = None
        self.replies: dict[int, stream.Reply] = {}
        self.refusals: list[stream.Refusal] = []
        self.ready: list[stream.Ready] = []
        self.closed = False
        self._reader = reader
        self._writer = writer
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._read())

    def send(self, command: stream.Command) -> None:
        self._writer.write(stream.frame(command))

    def send_raw(self, data: bytes) -> None:
        self._writer.write(data)

    async def _read(self) -> None:
        try:
            while (body := await read_frame(self._reader)) is not None:
                report = stream.parse_report(body)
                if isinstance(report, stream.Welcome):
                    self.welcome = report
                elif isinstance(report, stream.Reply):
                    self.replies[report.id] = report
                elif isinstance(report, stream.Refusal):
                    self.refusals.append(report)
                elif isinstance(report, stream.Ready):
                    self.ready.append(report)
                else:
                    self.record.take(report)
                    if self.ack and isinstance(report, stream.Numbered):
                        self.send(stream.Ack(seq=report.seq))
                async with self._news:
                    self._news.notify_all()
        except ConnectionError:
            pass
        finally:
            self.closed = True
            async with self._news:
                self._news.notify_all()

    async def until(self, condition: Callable[[], bool], timeout: float = 30.0) -> None:
        async with asyncio.timeout(timeout), self._news:
            while not condition():
                assert not self._task.done() or self._task.exception() is None, self._task.exception()
                await self._news.wait()

    def pause(self) -> None:
        """As a daemon that hangs: it takes nothing until `resume`."""
        cast(asyncio.ReadTransport, self._writer.transport).pause_reading()

    def resume(self) -> None:
        cast(asyncio.ReadTransport, self._writer.transport).resume_reading()

    async def close(self) -> None:
        """As a daemon that dies: nothing more is read."""
        self._task.cancel()
        await asyncio.wait([self._task])
        self._writer.transport.abort()

    # -- in short

    def execute(self, cell: str, source: str, *, stop_on_error: bool = True, execution: str = "") -> str:
        execution = execution or new_execution_id()
        self.send(
            stream.Execute(
                execution=execution,
                cell=cell,
                source=source,
                source_hash=source_hash(source),
                by="test",
                stop_on_error=stop_on_error,
            )
        )
        return execution

    async def finished(self, execution: str, timeout: float = 30.0) -> str:
        """Its status."""

        def ended() -> list[ev.Finished]:
            return [e for e in self.record.of(ev.Finished) if e.execution == execution]

        await self.until(lambda: bool(ended()), timeout)
        assert len(ended()) == 1, "an execution is finished once"
        return ended()[0].status

    async def run(self, cell: str, source: str, timeout: float = 30.0) -> CellRun:
        await self.finished(self.execute(cell, source), timeout)
        return self.record.run(cell)

    async def warm(self) -> None:
        """Returns when the kernel that was started ahead is ready."""
        await self.until(lambda: bool(self.ready) or (self.welcome is not None and self.welcome.ready))

    async def ask(self, what: str, content: dict[str, Any]) -> stream.Reply:
        number = secrets.randbits(30)
        self.send(stream.Ask(id=number, what=what, content=content))
        await self.until(lambda: number in self.replies)
        return self.replies[number]


class Bench:
    """A runtime's process and the record of all that it said."""

    def __init__(self, home: Path, warm: str | None = None, env: dict[str, str] | None = None) -> None:
        self.paths = Paths.of_user({"FUMEHOOD_HOME": str(home)})
        self.paths.create()
        me = own_identity()
        holder = Holder(pid=me.pid, start=me.start, incarnation="test", build="test")
        self.paths.lock.write_bytes(encode_json(holder))
        self.id = new_runtime_id()
        self.folder = private_folder(self.paths.runtimes / self.id)
        self.spool = private_folder(self.paths.spools / self.id)
        self.record = Record()
        self.links: list[Link] = []
        argv = [sys.executable, "-P", "-m", "fumehood.runtime", "--id", self.id, "--folder", str(self.folder)]
        argv += ["--spool", str(self.spool), "--lock", str(self.paths.lock)]
        if warm is not None:
            argv += ["--warm", warm]
        read, write = os.pipe2(os.O_CLOEXEC)
        environ = {**os.environ, "FUMEHOOD_HOME": str(home), **(env or {})}
        self.process: Process = spawn(NONE, argv, cwd=Path("/"), env=environ, stdout=write, stderr=2)
        os.close(write)
        with os.fdopen(read, "rb") as out:
            self.first_line = out.readline()
            self.rest = out.read()

    async def connect(self, acked: int | None = None, *, ack: bool = True, record: Record | None = None) -> Link:
        reader, writer = await asyncio.open_unix_connection(str(self.folder / "s"), limit=1 << 24)
        link = Link(record or self.record, reader, writer, ack=ack)
        self.links.append(link)
        link.send(stream.Hello(version=stream.VERSION, acked=self.record.last if acked is None else acked))
        await link.until(lambda: link.welcome is not None or link.closed)
        return link

    async def adopt(self, link: Link, cwd: Path, spec: str = "", env: dict[str, str] | None = None) -> None:
        link.send(stream.Adopt(room=ROOM, spec=spec, cwd=str(cwd), env=env or {}))
        await link.until(lambda: self.record.state.kernel.status in ("idle", "dead"), 60)
        assert self.record.state.kernel.status == "idle", self.record.state.kernel

    async def stop(self, link: Link) -> Exit:
        link.send(stream.Shutdown())
        async with asyncio.timeout(20):
            return await self.process.wait()

    def log(self) -> str:
        path = self.spool / "runtime.log"
        return path.read_text() if path.exists() else ""

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)


@asynccontextmanager
async def bench(home: Path, **options: Any) -> AsyncIterator[Bench]:
    found = Bench(home, **options)
    try:
        yield found
    finally:
        for link in found.links:
            await link.close()
        found.kill()
        await found.process.wait()


@asynccontextmanager
async def room(home: Path, **options: Any) -> AsyncIterator[tuple[Bench, Link]]:
    """A runtime with a Python kernel in the folder `home`, and the daemon's link to it."""
    async with bench(home, **options) as found:
        link = await found.connect()
        await found.adopt(link, home)
        yield found, link
