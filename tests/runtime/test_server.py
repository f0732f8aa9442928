"""Who may speak to a runtime, and what happens to those who should not."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

import msgspec
import pytest

from fumehood.core.identity import Holder, own_identity
from fumehood.core.ids import new_execution_id
from fumehood.protocol import stream
from fumehood.protocol.base import encode_json
from fumehood.runtime.server import daemon_of
from fumehood.sandbox.spawn import NONE, spawn
from fumehood.testing.framing import read_frame
from tests.runtime.driver import ROOM, Bench, Record, bench, room

CONNECT = """
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(10)
try:
    s.sendall(bytes.fromhex(sys.argv[2])); answer = s.recv(100)
except OSError:
    answer = b""
sys.exit(1 if answer else 0)
"""


async def test_the_socket_is_closed_to_other_users(home: Path) -> None:
    async with bench(home) as found:
        assert found.first_line == b"ready\n" and found.rest == b"", "its stdout is closed after the one line"
        assert (found.folder / "s").stat().st_mode & 0o777 == 0o600
        assert found.folder.stat().st_mode & 0o777 == 0o700


async def test_a_process_that_is_not_the_daemon_is_not_answered(home: Path) -> None:
    async with bench(home) as found:
        hello = stream.frame(stream.Hello(version=stream.VERSION, acked=0)).hex()
        argv = [sys.executable, "-c", CONNECT, str(found.folder / "s"), hello]
        stranger = spawn(NONE, argv, cwd=home, env=dict(os.environ))
        assert (await stranger.wait()).status == 0
        assert (await found.connect()).welcome is not None


async def test_the_lock_file_is_asked_anew_for_each_connection(home: Path) -> None:
    async with bench(home) as found:
        me = own_identity()
        reused = Holder(pid=me.pid, start=me.start + 1, incarnation="x", build="x")
        for text in (encode_json(reused), b"", b"not json", b'{"pid": 1}'):
            found.paths.lock.write_bytes(text)
            link = await found.connect()
            assert link.closed and link.welcome is None, text
        found.paths.lock.unlink()
        assert (await found.connect()).closed
        found.paths.lock.write_bytes(encode_json(Holder(pid=me.pid, start=me.start, incarnation="x", build="x")))
        assert (await found.connect()).welcome is not None


def test_a_lock_file_that_names_nobody_names_nobody(tmp_path: Path) -> None:
    assert daemon_of(tmp_path / "none") is None
    (tmp_path / "lock").write_bytes(b"\xff")
    assert daemon_of(tmp_path / "lock") is None


async def raw(found: Bench, data: bytes) -> bytes:
    """What it says until it closes."""
    reader, writer = await asyncio.open_unix_connection(str(found.folder / "s"))
    writer.write(data)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


HELLO = stream.frame(stream.Hello(version=stream.VERSION, acked=0))


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x01\xc1",
        b"\x00\x00\x00\x00",
        b"\x00\x00\x00\x05hello",
        stream.frame(stream.Interrupt()),
        HELLO + b"\x00\x00\x00\x03abc",
        HELLO + b"\x7f\xff\xff\xff",
        HELLO + stream.frame({"type": "execute", "execution": "x"}),
        HELLO + stream.frame({"type": "shutdown", "force": True, "more": 1}),
        HELLO + stream.frame({"type": "welcome"}),
    ],
)
async def test_who_sends_nonsense_is_cut_off_and_nothing_happens(home: Path, data: bytes) -> None:
    async with bench(home) as found:
        await raw(found, data)
        link = await found.connect()
        assert link.welcome is not None and link.welcome.last == 0


async def test_random_bytes_never_end_a_runtime(home: Path) -> None:
    chance = random.Random(7)
    async with bench(home) as found:
        for _ in range(100):
            body = chance.randbytes(chance.randrange(1, 60))
            await raw(found, HELLO + len(body).to_bytes(4, "big") + body)
        for _ in range(100):
            frame = bytearray(stream.frame(stream.Adopt(room=ROOM, spec="", cwd="/tmp", env={"A": "b"})))
            frame[chance.randrange(4, len(frame))] ^= 1 << chance.randrange(8)
            _, writer = await asyncio.open_unix_connection(str(found.folder / "s"))
            writer.write(HELLO + bytes(frame))
            writer.close()
        assert (await found.connect(record=Record())).welcome is not None
        assert found.process.exit is None


async def test_a_newer_daemon_takes_the_place_of_an_older_one(home: Path) -> None:
    async with room(home) as (found, first):
        second = await found.connect(record=(record := Record(state=found.record.state, last=found.record.last)))
        await first.until(lambda: first.closed)
        run = await second.run("a", "print(1)")
        assert run.status == "ok" and record.stream("a") == "1\n"


async def test_another_version_is_told_ours_and_nothing_else(home: Path) -> None:
    async with bench(home) as found:
        reader, writer = await asyncio.open_unix_connection(str(found.folder / "s"))
        writer.write(stream.frame(stream.Hello(version=99, acked=0)))
        async with asyncio.timeout(10):
            body = await read_frame(reader)
            assert body is not None
            welcome = stream.parse_report(body)
            assert isinstance(welcome, stream.Welcome) and welcome.version == stream.VERSION
            rest = await reader.read()
        refusal = stream.parse_report(rest[4:])
        assert isinstance(refusal, stream.Refusal) and refusal.code == "daemon.version"
        writer.close()


async def test_commands_that_cannot_be_are_refused_one_by_one(home: Path) -> None:
    async with bench(home) as found:
        link = await found.connect()

        async def refused(command: stream.Command) -> str:
            count = len(link.refusals)
            link.send(command)
            await link.until(lambda: len(link.refusals) > count)
            return link.refusals[-1].code

        execute = stream.Execute(execution=new_execution_id(), cell="a", source="1", source_hash="", by="")
        assert await refused(execute) == "kernel.none"
        assert await refused(stream.Restart()) == "kernel.none"
        assert await refused(stream.CommSend(kind="comm_msg", comm="c", data={})) == "kernel.none"
        assert await refused(stream.Answer(request="r", value="v")) == "protocol.bad_message"
        assert await refused(stream.Hello(version=1, acked=0)) == "protocol.bad_message"
        for bad in (
            stream.Adopt(room="../../etc", spec="", cwd="/tmp"),
            stream.Adopt(room=ROOM, spec="", cwd="relative"),
            stream.Adopt(room=ROOM, spec="", cwd="/tmp\0"),
            stream.Adopt(room=ROOM, spec="", cwd="/tmp", env={"A=B": "x"}),
            stream.Adopt(room=ROOM, spec="", cwd="/tmp", env={"A": "x\0"}),
        ):
            assert await refused(bad) == "protocol.bad_message"
        await found.adopt(link, home)
        assert await refused(stream.Adopt(room="cd" * 16, spec="", cwd="/tmp")) == "protocol.bad_message"
        for wrong in ("execution", "cell"):
            good = stream.Execute(execution=new_execution_id(), cell="a", source="1", source_hash="", by="")
            assert await refused(msgspec.structs.replace(good, **{wrong: "../x"})) == "protocol.bad_message"
        assert await refused(stream.CommSend(kind="execute_request", comm="c", data={})) == "protocol.bad_message"
        assert (await link.run("a", "1")).status == "ok"
