from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from fumehood.core import limits
from fumehood.core.errors import PlaceUnsafe
from fumehood.doors.control import ControlDoor
from fumehood.doors.peer import Peer, Place
from fumehood.protocol import methods
from fumehood.protocol.frames import Document, Frame, Kind
from fumehood.protocol.methods import METHODS
from tests.doors.bench import (
    OTHER_ROOM,
    ROOM,
    Bench,
    admit_all,
    code_of,
    connected,
    example,
    greeted,
    http,
    opened,
    say_hello,
    status_of,
    until,
)

# -- the sockets


async def test_the_sockets_are_reachable_by_their_owner_alone(folder: Path, bench: Bench) -> None:
    before = os.umask(0)
    try:
        async with opened(folder, bench):
            for name in ("control.sock", "agent.sock"):
                assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    finally:
        os.umask(before)


async def test_there_is_no_moment_at_which_a_socket_is_wider(
    folder: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    plain = socket.socket.bind

    def bind(self: socket.socket, address: Any) -> None:
        plain(self, address)
        parent = Path(address).parent
        seen.append((stat.S_IMODE(parent.stat().st_mode), parent == folder))

    monkeypatch.setattr(socket.socket, "bind", bind)
    before = os.umask(0)
    try:
        async with opened(folder, bench):
            pass
    finally:
        os.umask(before)
    assert seen == [(0o700, False)] * 2, "bound in a folder of its own, and moved to its place with its final mode"


async def test_an_open_folder_is_refused(folder: Path, bench: Bench) -> None:
    folder.chmod(0o755)
    with pytest.raises(PlaceUnsafe):
        await ControlDoor(bench, admit_all, say_hello).start(folder / "control.sock", folder / "agent.sock")


async def test_a_path_that_no_socket_can_have_is_an_error_with_a_way_out(folder: Path, bench: Bench) -> None:
    with pytest.raises(PlaceUnsafe, match="too long"):
        await ControlDoor(bench, admit_all, say_hello).start(folder / ("c" * 120), folder / "agent.sock")


async def test_stale_socket_files_are_replaced_and_none_are_left(folder: Path, bench: Bench) -> None:
    for name in ("control.sock", "agent.sock"):
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(folder / name))
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        assert code_of(await caller.call("kernel.specs")) == ""
    assert list(folder.iterdir()) == []


# -- the upgrade


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (http(), 101),
        (http("POST"), 405),
        (http("DELETE"), 405),
        (http("OPTIONS"), 405),
        (http("TRACE"), 405),
        (http("FOO"), 400),
        (http("get"), 400),
        (http(target="/"), 404),
        (http(target="/ws/"), 404),
        (http(target="/ws?a=1"), 404),
        (http(target="//ws"), 404),
        (http(target="/%77s"), 404),
        (http(target="/../ws"), 404),
        (http(target="http://localhost/ws"), 404),
        (http("POST", "/elsewhere"), 404),
        (http(headers={"Host": "localhost"}), 426),
        (http(headers={"Host": "localhost", "Upgrade": "h2c", "Connection": "Upgrade"}), 426),
    ],
    ids=lambda value: value.decode().split("\r\n")[0] if isinstance(value, bytes) else str(value),
)
async def test_there_is_one_path_and_one_verb(folder: Path, bench: Bench, request_: bytes, status: int) -> None:
    async with opened(folder, bench):
        for name in ("control.sock", "agent.sock"):
            assert await status_of(folder / name, request_) == status
    assert bench.calls == []


async def test_who_never_sends_a_request_is_dropped(
    folder: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.2)
    async with opened(folder, bench):
        reader, writer = await asyncio.open_unix_connection(str(folder / "control.sock"))
        writer.write(b"GET /ws HTTP/1.1\r\nHost: local")
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


async def test_who_never_says_hello_is_dropped(folder: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.2)
    async with opened(folder, bench) as door, connected(folder / "control.sock") as caller:
        assert await caller.receive() is None
        assert door.peers == 0


async def test_compression_is_never_agreed_on(folder: Path, bench: Bench) -> None:
    async with (
        opened(folder, bench),
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(folder / "control.sock"))) as session,
        session.ws_connect("http://localhost/ws", compress=15) as websocket,
    ):
        assert websocket.compress == 0


# -- hello


async def test_hello_says_the_role_of_the_socket(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench) as door:
        for name, role in (("control.sock", "person"), ("agent.sock", "agent")):
            async with connected(folder / name) as caller:
                answer = await caller.call("daemon.hello")
                assert json.loads(bytes(answer.result))["role"] == role
                assert door.peers == 1
            await until(lambda: door.peers == 0)


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"daemon.hello"}))
async def test_nothing_is_answered_before_hello(folder: Path, bench: Bench, method: str) -> None:
    async with opened(folder, bench), connected(folder / "control.sock") as caller:
        assert code_of(await caller.call(method)) == "protocol.bad_message"
        assert await caller.receive() is None
    assert bench.calls == []


async def test_a_frame_before_hello_ends_the_connection(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), connected(folder / "control.sock") as caller:
        await caller.send_frame(b"x")
        assert code_of(await caller.answer(None)) == "protocol.bad_message"
        assert await caller.receive() is None
    assert bench.frames == []


async def test_another_version_is_told_ours_and_sent_away(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), connected(folder / "control.sock") as caller:
        params = {"version": methods.VERSION + 1, "client": "newer", "something": "that only newer programs say"}
        answer = await caller.call("daemon.hello", params)
        assert code_of(answer) == "daemon.version"
        assert answer.error is not None
        assert answer.error.data["fields"]["version"] == methods.VERSION
        assert await caller.receive() is None


async def test_a_second_hello_changes_nothing(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        assert code_of(await caller.call("daemon.hello")) == "protocol.bad_message"
        assert code_of(await caller.call("kernel.specs")) == ""


async def test_an_agent_cannot_pass_for_a_person_by_its_name(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench):
        for name in ("agent.sock", "control.sock"):
            async with greeted(folder / name, client="hood run\x1b]0;pwn\x07" + "x" * 500) as caller:
                await caller.call("kernel.specs")
    agent, person = (peer for _, peer, _ in bench.calls)
    assert "(agent)" in agent.who
    assert "(agent)" not in person.who
    assert "\x1b" not in agent.who
    assert len(agent.client) <= limits.CLIENT_NAME


# -- who may say what


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"daemon.hello"}))
async def test_every_method_is_carried_by_its_sockets_and_no_other(folder: Path, bench: Bench, method: str) -> None:
    places = {"person": Place("person", None, 1), "agent": Place("agent", None, 1), "cell": Place("cell", ROOM, 1)}
    current = "person"
    async with opened(folder, bench, lambda _socket, _door: places[current]):
        for current in places:
            bench.calls.clear()
            async with greeted(folder / "agent.sock") as caller:
                answer = await caller.call(method)
            if current in METHODS[method].roles:
                assert code_of(answer) == ""
                assert [name for name, _, _ in bench.calls] == [method]
            else:
                assert code_of(answer) == "protocol.forbidden"
                assert bench.calls == []


async def test_code_in_a_cell_reaches_its_own_room_only(folder: Path, bench: Bench) -> None:
    async with (
        opened(folder, bench, lambda _socket, _door: Place("cell", ROOM, 1)),
        greeted(folder / "agent.sock") as caller,
    ):
        for method in (name for name, entry in METHODS.items() if "cell" in entry.roles and name != "daemon.hello"):
            other = {**example(method), "room": OTHER_ROOM}
            assert code_of(await caller.call(method, other)) == "peer.refused"
            assert bench.calls == []
            assert code_of(await caller.call(method)) == ""
            bench.calls.clear()


def test_every_method_has_roles_and_what_cells_may_call_names_a_room() -> None:
    for name, method in METHODS.items():
        assert method.roles, f"{name}: nobody may call it"
        assert method.roles <= {"person", "agent", "cell"}
        assert "person" in method.roles
        if "cell" in method.roles and name != "daemon.hello":
            fields = {field.name: field for field in msgspec.structs.fields(method.params)}
            assert "room" in fields, f"{name} cannot be confined to a room"
            assert fields["room"].required, f"{name} could leave its room out"


def test_a_handler_without_a_method_and_a_method_without_a_handler_are_refused() -> None:
    class Less(Bench):
        @property
        def handlers(self) -> Any:
            return {name: handler for name, handler in super().handlers.items() if name != "room.save"}

    class More(Bench):
        @property
        def handlers(self) -> Any:
            return {**super().handlers, "room.burn": super().handlers["room.save"]}

    ControlDoor(Bench(), admit_all, say_hello)
    for operations, name in ((Less(), "room.save"), (More(), "room.burn")):
        with pytest.raises(Exception, match=name):
            ControlDoor(operations, admit_all, say_hello)


@pytest.mark.parametrize("role", ["agent", "cell"])
async def test_binary_messages_are_for_persons(folder: Path, bench: Bench, role: Any) -> None:
    async with (
        opened(folder, bench, lambda _socket, _door: Place(role, ROOM, 1)),
        greeted(folder / "agent.sock") as caller,
    ):
        for kind in Kind:
            for document in Document:
                await caller.send_frame(b"x", kind, document)
                assert code_of(await caller.answer(None)) == "protocol.forbidden"
    assert bench.frames == []


async def test_no_one_writes_widgets(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        for kind in (Kind.STEP2, Kind.UPDATE):
            await caller.send_frame(b"x", kind, Document.WIDGETS)
            assert code_of(await caller.answer(None)) == "document.update_refused"
        assert bench.frames == []
        await caller.send_frame(b"y", Kind.STEP1, Document.WIDGETS)
        await caller.call("kernel.specs")
    assert [frame.payload for _, frame in bench.frames] == [b"y"]


# -- order


async def test_messages_are_begun_in_the_order_in_which_they_were_sent(folder: Path, bench: Bench) -> None:
    async def slow(_peer: Peer, _frame: Frame) -> None:
        await asyncio.sleep(0.01)

    bench.on_frame = slow
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        expected = []
        for n in range(40):
            if n % 2:
                await caller.send_frame(str(n).encode())
                expected.append(f"frame {n}")
            else:
                await caller.send("cell.execute", number=100 + n)
                expected.append("cell.execute")
        await caller.answer(138)
        await until(lambda: len(bench.frames) == 20)
    assert bench.events == expected


async def test_an_edit_is_applied_whole_before_a_later_request_begins(folder: Path, bench: Bench) -> None:
    seen: list[int] = []

    async def slow(_peer: Peer, _frame: Frame) -> None:
        await asyncio.sleep(0.05)

    async def execute(_peer: Peer, _params: Any) -> methods.ExecuteResult:
        seen.append(len(bench.frames))
        return methods.ExecuteResult(executions=())

    bench.on_frame = slow
    bench.special["cell.execute"] = execute
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.send_frame(b"1")
        await caller.send("cell.execute", number=7)
        await caller.answer(7)
    assert seen == [1]


async def test_a_slow_request_does_not_hold_up_those_behind_it(folder: Path, bench: Bench) -> None:
    release = asyncio.Event()

    async def complete(_peer: Peer, _params: Any) -> methods.CompleteResult:
        await release.wait()
        return methods.CompleteResult(matches=(), start=0, end=0)

    bench.special["kernel.complete"] = complete
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.send("kernel.complete", number=1000)
        assert code_of(await caller.call("kernel.interrupt")) == ""
        release.set()
        assert code_of(await caller.answer(1000)) == ""
