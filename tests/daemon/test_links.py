"""A connection to a runtime: the right process or none, frames however they are cut, nonsense ends it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from fumehood.core import identity, limits
from fumehood.core.errors import (
    BadMessage,
    Busy,
    DaemonForeign,
    HoodError,
    KernelDied,
    LimitExceeded,
    TimedOut,
    VersionMismatch,
)
from fumehood.core.identity import Identity
from fumehood.core.ids import RuntimeId
from fumehood.daemon.links import RuntimeLink
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.protocol.stream import Numbered, Reply, Report, Welcome
from fumehood.testing.framing import read_frame

ID = RuntimeId("0a0b0c0d")
ME = identity.own_identity()
WELCOME = stream.frame(Welcome(version=stream.VERSION, runtime=ID, pid=ME.pid, kernel_pid=1))

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def answering(home: Path, script: Script, who: Identity = ME) -> RuntimeLink:
    """A link to a runtime (this process) that says what `script` says."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if who == ME:
                assert await read_frame(reader) is not None  # hello; unread bytes would reset the connection
            await script(reader, writer)
        finally:
            writer.close()

    path = home / "s"
    server = await asyncio.start_unix_server(serve, str(path))
    async with server:
        return await RuntimeLink.connect(ID, path, who, 0)


async def heard(link: RuntimeLink) -> list[Report]:
    found: list[Report] = []

    async def take(reports: Sequence[Report]) -> None:
        found.extend(reports)

    await link.run(take)
    return found


def numbered(count: int) -> list[Numbered]:
    return [Numbered(seq=n, body=ev.Started(execution="e", time=float(n))) for n in range(1, count + 1)]


@pytest.mark.parametrize("piece", [1, 3, 1000, 1 << 20])
async def test_reports_come_in_order_however_the_bytes_are_cut(home: Path, piece: int) -> None:
    data = WELCOME + b"".join(stream.frame(one) for one in numbered(50))

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for at in range(0, len(data), piece):
            writer.write(data[at : at + piece])
            if piece < 1000:
                await asyncio.sleep(0)
        await writer.drain()

    assert await heard(await answering(home, script)) == numbered(50)


async def test_another_process_on_the_socket_is_not_talked_to(home: Path) -> None:
    said: list[bytes] = []

    async def script(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        said.append(await reader.read())

    for who in (Identity(ME.pid, ME.start + 1), Identity(1, 0)):
        with pytest.raises(DaemonForeign):
            await answering(home, script, who)
        (home / "s").unlink()
    await asyncio.sleep(0.05)
    assert b"".join(said) == b""


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xff\xff\xff\xff", LimitExceeded),
        ((limits.STREAM_FRAME + 1).to_bytes(4, "big"), LimitExceeded),
        (b"\x00\x00\x00\x03abc", BadMessage),
        (b"\x00\x00\x00\x10cut", BadMessage),
        (stream.frame(numbered(1)[0])[:-1], BadMessage),
    ],
)
async def test_nonsense_ends_the_connection(home: Path, data: bytes, error: type[HoodError]) -> None:
    welcomed = asyncio.Event()

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WELCOME)
        await welcomed.wait()
        writer.write(data)
        await writer.drain()

    link = await answering(home, script)
    welcomed.set()
    with pytest.raises(error):
        await heard(link)
    assert link.closed
    with pytest.raises(KernelDied):
        link.send(stream.Interrupt())


async def test_the_first_word_is_welcome_in_our_version(home: Path) -> None:
    async def rude(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(stream.frame(numbered(1)[0]))
        await writer.drain()

    async def newer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(stream.frame(Welcome(version=99, runtime=ID, pid=ME.pid, kernel_pid=None)))
        await writer.drain()

    with pytest.raises(BadMessage):
        await answering(home, rude)
    (home / "s").unlink(missing_ok=True)
    with pytest.raises(VersionMismatch):
        await answering(home, newer)


async def test_questions_are_answered_by_number_time_out_or_end_with_the_link(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()

    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WELCOME)
        writer.write(stream.frame(Reply(id=2, content={"of": "second"})))
        writer.write(stream.frame(Reply(id=1, content={"of": "first"})))
        writer.write(stream.frame(Reply(id=3, error="limit.busy", message="no")))
        writer.write(stream.frame(Reply(id=99, content={"of": "nobody"})))
        await release.wait()

    link = await answering(home, script)
    one, two, three = (asyncio.create_task(link.ask("complete", {})) for _ in range(3))
    await asyncio.sleep(0)
    running = asyncio.create_task(heard(link))
    assert (await one, await two) == ({"of": "first"}, {"of": "second"})
    with pytest.raises(HoodError) as caught:
        await three
    assert caught.value.code == "limit.busy"
    monkeypatch.setattr(limits, "ASK_SECONDS", 0.02)
    with pytest.raises(TimedOut):
        await link.ask("complete", {})
    monkeypatch.setattr(limits, "ASK_SECONDS", 30.0)
    last = asyncio.create_task(link.ask("complete", {}))
    await asyncio.sleep(0)
    release.set()
    assert await running == []
    with pytest.raises(KernelDied):
        await last


async def test_what_waits_for_a_runtime_that_takes_nothing_is_bounded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()
    ended = asyncio.Event()
    arrived = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal arrived
        writer.write(WELCOME)
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await release.wait()
        reader._transport.resume_reading()  # type: ignore[attr-defined]
        while await read_frame(reader) is not None:
            arrived += 1
        ended.set()

    link = await answering(home, script)
    monkeypatch.setattr(limits, "PEER_BACKLOG", 4 * limits.MIB)
    command = stream.Answer(request="r", value="x" * limits.MIB)
    sent = 0
    with pytest.raises(Busy):
        for _ in range(50):
            link.send(command)
            sent += 1
    assert 3 <= sent <= 12
    release.set()
    await link.drained()
    link.send(command)
    await link.drained()
    link.close()
    async with asyncio.timeout(10):
        await ended.wait()
    assert arrived == sent + 1


def test_this_system_says_who_is_at_the_other_end() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert identity.peer(one)[0] == ME.pid
