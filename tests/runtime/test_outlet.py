"""Nothing leaves a runtime but through `Outlet.leave`; and what left is kept, sent and sent again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fumehood.runtime
from fumehood.core import limits
from fumehood.core.errors import LimitExceeded, StorageFailed
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.protocol.stream import BlobChunk, Numbered
from fumehood.runtime.outlet import Outlet
from fumehood.runtime.spool import Record, Spool, read_reports

SOURCES = sorted(Path(fumehood.runtime.__file__).parent.glob("*.py"))
WRITES = {
    "outlet.py": {"append", "write"},
    "server.py": {"write"},
    "spool.py": {"write"},
    "main.py": {"write"},
}
"""Who may call something of this name, and is read by hand: the outlet writes to spool and link; the link to its
transport; the spool to its file; main says `ready`."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def receiver(call: ast.Call) -> str:
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_there_is_no_way_around_the_outlet(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for name, call in calls(tree):
        where = f"{path.name}:{call.lineno}: {ast.unparse(call)[:80]}"
        if name in ("write", "writelines", "sendall", "sendto", "sendmsg", "send_bytes", "write_bytes", "write_text"):
            assert name in WRITES.get(path.name, set()), f"writes bytes: {where}"
        if name == "append" and "spool" in receiver(call):
            assert path.name == "outlet.py", f"writes to the spool: {where}"
        if name in ("Numbered", "frame") and receiver(call) in ("", "stream"):
            assert path.name == "outlet.py", f"makes a report ready to leave: {where}"
        if name in ("encode_pack", "encode_json"):
            assert path.name in ("outlet.py", "outputs.py", "comms.py"), f"encodes: {where}"
        if name == "open" or name.startswith("create_unix") or name in ("open_connection", "open_unix_connection"):
            assert path.name in ("spool.py", "server.py", "main.py"), f"opens a file or socket: {where}"
        if name == "send":
            # To the kernel, which is no way out: messages to it are what the daemon sent.
            assert receiver(call) in ("kernel", "self.kernel", "desk.life.kernel"), f"sends: {where}"
    imported = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    }
    if path.name not in ("server.py",):
        assert "socket" not in imported, path.name


def test_only_the_outlet_holds_a_link_and_a_spool_to_write_to() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("_link", "_spool", "_transport", "_turn", "_passing"):
                assert path.name in ("outlet.py", "server.py"), f"{path.name}:{node.lineno}"


class FakeDaemon:
    """The far end of a link that can stop reading."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.stalled = 0
        self.reading = True
        self.dropped = ""

    def write(self, data: bytes) -> None:
        self.data += data
        if not self.reading:
            self.stalled += len(data)

    def backlog(self) -> int:
        return self.stalled

    def drop(self, reason: str) -> None:
        self.dropped = reason

    def reports(self) -> list[stream.Report]:
        found, at = [], 0
        while at < len(self.data):
            size = int.from_bytes(self.data[at : at + 4], "big")
            found.append(stream.parse_report(bytes(self.data[at + 4 : at + 4 + size])))
            at += 4 + size
        return found

    def numbers(self) -> list[int]:
        return [report.seq for report in self.reports() if isinstance(report, Numbered)]


class Trouble(list[StorageFailed]):
    pass


def started(number: int = 0) -> ev.Started:
    return ev.Started(execution=f"{number:032x}", time=0)


async def outlet_in(folder: Path) -> tuple[Outlet, Spool, Trouble]:
    spool, trouble = Spool(folder / "spool"), Trouble()
    return Outlet(spool, trouble.append), spool, trouble


async def test_what_leaves_is_spooled_before_it_is_sent(tmp_path: Path) -> None:
    outlet, _, _ = await outlet_in(tmp_path)
    seen: list[int] = []

    class Watching(FakeDaemon):
        def write(self, data: bytes) -> None:
            seen.append(len(list(read_reports(tmp_path / "spool"))))
            super().write(data)

    daemon = Watching()
    outlet.attach(daemon, 0)
    for number in range(5):
        outlet.leave(started(number))
        outlet.flush()
    assert daemon.numbers() == [1, 2, 3, 4, 5] and seen == [1, 2, 3, 4, 5]
    await outlet.close()


async def test_reports_of_one_turn_travel_together(tmp_path: Path) -> None:
    outlet, _, _ = await outlet_in(tmp_path)
    writes: list[int] = []

    class Counting(FakeDaemon):
        def write(self, data: bytes) -> None:
            writes.append(len(data))
            super().write(data)

    daemon = Counting()
    outlet.attach(daemon, 0)
    for number in range(50):
        outlet.leave(started(number))
    outlet.flush()
    assert len(writes) == 1 and daemon.numbers() == list(range(1, 51))
    await outlet.close()


async def test_the_next_daemon_gets_all_after_what_was_acknowledged(tmp_path: Path) -> None:
    outlet, _, _ = await outlet_in(tmp_path)
    first = FakeDaemon()
    outlet.attach(first, 0)
    for number in range(10):
        outlet.leave(started(number))
    outlet.flush()
    outlet.acknowledge(4)
    outlet.detach(first)
    for number in range(10):
        outlet.leave(started(number))
    outlet.flush()
    second = FakeDaemon()
    outlet.attach(second, 4)
    outlet.pump()
    outlet.leave(started())
    outlet.flush()
    assert second.numbers() == list(range(5, 22))
    await outlet.close()


async def test_a_slow_daemon_costs_no_memory_and_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LINK_BACKLOG", 10_000)
    monkeypatch.setattr(limits, "RESEND_CHUNK", 2_000)
    outlet, _, _ = await outlet_in(tmp_path)
    daemon = FakeDaemon()
    daemon.reading = False
    outlet.attach(daemon, 0)
    for number in range(2000):
        outlet.leave(started(number))
        outlet.flush()
    assert daemon.stalled < 10_200
    while daemon.numbers()[-1] < 2000:
        daemon.stalled = 0
        outlet.pump()
    outlet.leave(started())
    daemon.stalled = 0
    outlet.flush()
    assert daemon.numbers() == list(range(1, 2002))
    await outlet.close()


async def test_a_daemon_that_reads_nothing_is_dropped_for_what_is_not_spooled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PEER_BACKLOG", 1_000)
    outlet, _, _ = await outlet_in(tmp_path)
    daemon = FakeDaemon()
    daemon.reading = False
    outlet.attach(daemon, 0)
    for number in range(100):
        outlet.leave(stream.CommReport(ev.CommMessage(comm=str(number), data={"a": "x" * 100})))
        outlet.flush()
    assert daemon.dropped and daemon.stalled < 1_500
    await outlet.close()


async def test_a_full_disk_is_said_and_nothing_that_was_told_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet, spool, trouble = await outlet_in(tmp_path)
    daemon = FakeDaemon()
    outlet.attach(daemon, 0)
    keep = spool.append

    def full(records: list[Record]) -> None:
        raise StorageFailed("full")

    outlet.leave(started())
    outlet.flush()
    monkeypatch.setattr(spool, "append", full)
    for number in range(5):
        outlet.leave(started(number))
        outlet.flush()
    assert daemon.numbers() == [1, 2, 3, 4, 5, 6], "a daemon that listens gets it all the same"
    assert len(trouble) == 1, "said once"
    later = FakeDaemon()
    outlet.attach(later, 1)
    outlet.pump()
    assert later.numbers() == [2, 3, 4, 5, 6]
    outlet.acknowledge(3)
    monkeypatch.setattr(spool, "append", keep)
    outlet.leave(started())
    outlet.flush()
    assert later.numbers() == [2, 3, 4, 5, 6, 7]
    assert [report.seq for report in read_reports(tmp_path / "spool", 3)] == [4, 5, 6, 7]
    await outlet.close()


async def test_output_is_refused_when_the_spool_is_full_and_taken_when_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SPOOL_BYTES", 1_000)
    monkeypatch.setattr(limits, "SPOOL_SEGMENT", 500)
    outlet, _, _ = await outlet_in(tmp_path)
    count = 0
    while not outlet.full:
        outlet.leave(started())
        outlet.flush()
        count += 1
    assert 5 < count < 50
    outlet.acknowledge(count)
    assert not outlet.full
    await outlet.close()


async def test_what_fits_into_no_frame_takes_no_number(tmp_path: Path) -> None:
    outlet, _, _ = await outlet_in(tmp_path)
    daemon = FakeDaemon()
    outlet.attach(daemon, 0)
    with pytest.raises(LimitExceeded):
        outlet.leave(BlobChunk(hash="", size=0, offset=0, data=bytes(limits.STREAM_FRAME)))
    with pytest.raises(LimitExceeded):
        outlet.leave(stream.Reply(id=1, content={"huge": 1 << 100}))
    outlet.leave(started())
    outlet.flush()
    assert daemon.numbers() == [1]
    await outlet.close()


async def test_without_a_daemon_only_what_is_numbered_is_kept(tmp_path: Path) -> None:
    outlet, _, _ = await outlet_in(tmp_path)
    outlet.leave(stream.Ready(kernel_pid=1))
    outlet.leave(started())
    outlet.flush()
    daemon = FakeDaemon()
    outlet.attach(daemon, 0)
    outlet.pump()
    assert [type(report) for report in daemon.reports()] == [Numbered]
    await outlet.close()


async def test_the_end_waits_for_the_acknowledgement_but_not_for_ever(tmp_path: Path) -> None:
    outlet, _, _ = await outlet_in(tmp_path)
    daemon = FakeDaemon()
    outlet.attach(daemon, 0)
    outlet.leave(started())
    assert not await outlet.wait_acknowledged(0.01)
    outlet.acknowledge(10**9)
    assert await outlet.wait_acknowledged(0.01)
    outlet.leave(started())
    assert not await outlet.wait_acknowledged(0.01), "an acknowledgement of what was never said is none"
    await outlet.close()


async def test_what_was_told_reaches_the_disk_without_anybody_asking(tmp_path: Path) -> None:
    import asyncio

    outlet, spool, _ = await outlet_in(tmp_path)
    synced = asyncio.Event()
    loop = asyncio.get_running_loop()
    sync = spool.sync

    def watched() -> None:
        sync()
        loop.call_soon_threadsafe(synced.set)

    spool.sync = watched  # type: ignore[method-assign]
    outlet.leave(started())
    async with asyncio.timeout(5):
        await synced.wait()
    assert not spool.unsynced
    await outlet.close()
