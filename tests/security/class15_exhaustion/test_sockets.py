"""Class 15, resource exhaustion: one connection, or a thousand, cannot take the daemon from the others."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path

import psutil

from fumehood.core import limits
from fumehood.core.paths import Paths
from tests.daemon.notebook import ask
from tests.daemon.programs import Program
from tests.doors.bench import code_of, greeted, http, until


def _connect(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(20)
    sock.connect(str(path))
    return sock


async def test_thousands_of_connections_are_refused_politely(target: Program, places: Paths) -> None:
    """And code in a cell cannot keep the person out: agents have a share of their own."""
    before = psutil.Process(target.pid).num_fds()
    held: list[socket.socket] = []
    answers = {0: 0, 101: 0, 503: 0}

    def flood() -> None:
        for _ in range(2_000):
            sock = _connect(places.agent_socket)
            sock.sendall(http())
            try:
                head = sock.recv(64)
            except ConnectionError:
                head = b""
            answers[int(head.split()[1]) if head else 0] += 1
            if head.startswith(b"HTTP/1.1 101"):
                held.append(sock)
            else:
                sock.close()

    async with greeted(places.control_socket) as person:
        begun = time.monotonic()
        await asyncio.to_thread(flood)
        # Who says no hello in time makes room for the next.
        turns = 1 + int((time.monotonic() - begun) / limits.HELLO_SECONDS)
        assert limits.AGENT_PEERS <= answers[101] == len(held) <= turns * limits.AGENT_PEERS
        assert (await ask(person, "daemon.status", {}))["pid"] == target.pid
        async with greeted(places.control_socket) as another:
            assert code_of(await another.call("daemon.status")) == ""
        assert psutil.Process(target.pid).num_fds() <= before + limits.PEERS + limits.REFUSALS
    for sock in held:
        sock.close()
    await until(lambda: psutil.Process(target.pid).num_fds() <= before)


async def test_a_client_that_asks_and_never_reads_is_dropped(target: Program, places: Paths, tmp_path: Path) -> None:
    process = psutil.Process(target.pid)
    async with greeted(places.control_socket) as person, greeted(places.control_socket) as flooding:
        room = (await ask(flooding, "room.open", {"path": str(tmp_path / "a.ipynb"), "create": True}))["room"]
        long = {"room": room, "source": "x" * (limits.CELL_SOURCE_BYTES // 2)}
        await ask(flooding, "cell.insert", long)
        before = process.memory_info().rss
        transport = flooding.websocket._response.connection.transport  # type: ignore[union-attr]
        transport.pause_reading()  # type: ignore[union-attr]
        for number in range(200):  # 800 MB of answers, if they were all made
            await flooding.send("cell.read", {"room": room}, number=number)
        async with asyncio.timeout(40):
            while (await ask(person, "daemon.status", {}))["clients"] != 1:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert process.memory_info().rss - before < 4 * limits.PEER_BACKLOG


async def test_garbage_by_the_megabyte_does_not_grow_the_daemon(target: Program, places: Paths) -> None:
    process = psutil.Process(target.pid)
    async with greeted(places.control_socket) as person:
        before = process.memory_info().rss
        for _ in range(40):
            await person.websocket.send_str("[" * 1_000_000)
            assert code_of(await person.answer(None)) in ("protocol.bad_message", "limit.exceeded")
            person.notes.clear()
        assert process.memory_info().rss - before < 60 * limits.MIB
