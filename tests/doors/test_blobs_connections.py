"""The blob server's listener and its connections: slow ones, many, and files that change under it."""

from __future__ import annotations

import asyncio
import logging
import os
import socket

import pytest

from fumehood.core import limits
from fumehood.core.ids import BlobHash
from fumehood.doors.blobs import BlobDoor
from tests.doors.blob_bench import Bench, get, parse, say

# -- the listener and its connections


async def test_it_listens_on_one_address_of_this_machine_only(served: Bench) -> None:
    with socket.create_connection(("127.0.0.1", served.port)):
        pass
    for address in ("127.0.0.2", "127.1.2.3"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, served.port), timeout=5)
    assert served.door.url == f"http://127.0.0.1:{served.port}"


async def test_every_door_has_a_port_of_its_own(served: Bench) -> None:
    other = BlobDoor(served.store, {})
    await other.start()
    assert other.url != served.door.url
    await other.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(other.url.rsplit(":", 1)[1])), timeout=5)


async def first_connection(served: Bench) -> socket.socket:
    """The server's end of a connection that a client made just now."""
    for _ in range(1000):
        if served.door.connections:
            break
        await asyncio.sleep(0.01)
    (connection,) = served.door.connections
    assert connection.transport is not None
    found: socket.socket = connection.transport.get_extra_info("socket")
    return found


async def all_gone(served: Bench) -> None:
    for _ in range(1000):
        if not served.door.connections:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("a connection is still open")


async def test_packets_are_not_held_back(served: Bench) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    sock = await first_connection(served)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    writer.close()


@pytest.mark.parametrize("data", [b"", b"GET /blob/", b"GET / HTTP/1.1\r\nHost: x\r\nSlow: "])
async def test_a_head_that_does_not_end_ends_the_connection(
    served: Bench, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(limits, "BLOB_IDLE_SECONDS", 0.1)
    assert await say(served, data) == b""


async def test_a_head_that_comes_a_byte_at_a_time_does_not_buy_time(
    served: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BLOB_IDLE_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    end = asyncio.create_task(reader.read())
    for sent in range(1000):
        writer.write(b"G" if sent else b"GET /")
        await asyncio.wait([end], timeout=0.02)
        if end.done():
            break
    (result,) = await asyncio.gather(end, return_exceptions=True)
    assert result == b"" or isinstance(result, ConnectionError)
    assert sent < 999
    writer.close()


async def test_an_idle_connection_is_closed_after_its_answer(served: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOB_IDLE_SECONDS", 0.1)
    data = await say(served, f"GET {served.put(b'x')} HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
    assert data.endswith(b"\r\n\r\nx")


async def test_a_client_that_does_not_read_is_cut_off(served: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOB_STALL_SECONDS", 0.2)
    target = served.put(os.urandom(32 * limits.MIB))
    _, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
    await first_connection(served)
    await all_gone(served)
    writer.close()


async def test_a_client_that_goes_away_leaves_no_trace(served: Bench, caplog: pytest.LogCaptureFixture) -> None:
    target = served.put(os.urandom(32 * limits.MIB))
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
        await reader.readexactly(1000)
        writer.transport.abort()
    await all_gone(served)
    assert (await get(served, served.put(b"next"))).body == b"next"
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_file_that_is_cut_while_it_is_sent_is_not_taken_for_the_whole(
    served: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BLOB_SEND_CHUNK", limits.MIB)
    data = os.urandom(32 * limits.MIB)
    target = served.put(data)
    place = served.store.path(BlobHash(target.removeprefix("/blob/")))
    assert place is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    os.truncate(place, 30 * limits.MIB)
    got = 0
    with pytest.raises((ConnectionError, EOFError)):
        while got < len(data):
            part = await reader.read(limits.MIB)
            got += len(part)
            if not part:
                raise EOFError
    writer.close()


async def test_a_newcomer_takes_the_place_of_the_oldest_idle_connection(
    served: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BLOB_CONNECTIONS", 3)
    idle = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(3)]
    assert (await get(served, served.put(b"x"))).status == 200
    assert await asyncio.wait_for(idle[0][0].read(), 10) == b""
    for _, writer in idle:
        writer.close()


async def test_when_all_are_busy_a_newcomer_is_told_so(served: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOB_CONNECTIONS", 2)
    target = served.put(os.urandom(32 * limits.MIB))
    busy = []
    for _ in range(2):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1)
        writer.write(f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
        await reader.readexactly(100)
        busy.append(writer)
    assert parse(await say(served, b"")).status == 503
    for writer in busy:
        writer.close()


async def test_thousands_of_connections_leave_room_for_one_more(served: Bench) -> None:
    crowd = []
    for _ in range(1500):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(("127.0.0.1", served.port))
        crowd.append(sock)
        await asyncio.sleep(0)
    assert (await get(served, served.put(b"x"))).status == 200
    assert len(served.door.connections) <= limits.BLOB_CONNECTIONS
    for sock in crowd:
        sock.close()


async def test_close_ends_what_is_under_way(served: Bench) -> None:
    target = served.put(os.urandom(32 * limits.MIB))
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
    await reader.readexactly(100)
    async with asyncio.timeout(20):
        await served.door.close()
    assert not served.door.connections
    writer.close()
