"""The bounds of the control and agent sockets, garbage on them, and how their connections end."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fumehood.client.wire import Wire
from fumehood.core import limits
from fumehood.core.errors import HoodError, PeerRefused, StaleSource, UpdateRefused
from fumehood.doors import dispatch
from fumehood.doors.peer import Peer, Place
from fumehood.protocol import jsonrpc, methods
from fumehood.protocol.base import encode_json
from fumehood.protocol.frames import Frame, Kind
from fumehood.protocol.methods import METHODS
from tests.doors.bench import (
    ROOM,
    Bench,
    code_of,
    greeted,
    http,
    opened,
    status_of,
    until,
)

# -- bounds


async def test_more_requests_than_may_wait_are_refused_and_the_rest_is_answered(folder: Path, bench: Bench) -> None:
    release = asyncio.Event()

    async def wait(_peer: Peer, _params: Any) -> methods.Empty:
        await release.wait()
        return methods.Empty()

    bench.special["kernel.interrupt"] = wait
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        for n in range(limits.REQUESTS_IN_FLIGHT + 1):
            await caller.send("kernel.interrupt", number=1000 + n)
        assert code_of(await caller.answer(1000 + limits.REQUESTS_IN_FLIGHT)) == "limit.busy"
        release.set()
        await caller.answer(1000)
        await until(lambda: not caller.websocket.closed)
        assert code_of(await caller.call("kernel.specs")) == ""


async def test_more_peers_than_may_come_are_told_so(
    folder: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PEERS", 3)
    monkeypatch.setattr(limits, "AGENT_PEERS", 1)
    async with opened(folder, bench) as door, greeted(folder / "agent.sock"):
        assert await status_of(folder / "agent.sock", http()) == 503
        async with greeted(folder / "control.sock"), greeted(folder / "control.sock"):
            assert await status_of(folder / "control.sock", http()) == 503
        await until(lambda: door.peers == 1)
        assert await status_of(folder / "control.sock", http()) == 101


async def test_a_peer_that_does_not_read_is_dropped_and_others_are_not(
    folder: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PEER_BACKLOG", 1024 * 1024)
    async with (
        opened(folder, bench) as door,
        greeted(folder / "control.sock", client="stalled") as stalled,
        greeted(folder / "control.sock", client="awake") as awake,
    ):
        await stalled.call("kernel.specs")
        await awake.call("kernel.specs")
        peers = {peer.client: peer for _, peer, _ in bench.calls}
        transport = stalled.websocket._response.connection.transport  # type: ignore[union-attr]
        transport.pause_reading()  # type: ignore[union-attr]
        line = b'{"jsonrpc":"2.0","method":"room.events","params":{}}'.ljust(64 * 1024)
        for n in range(400):
            peers["stalled"].send_text(line)
            if n < 10:
                peers["awake"].send_text(line)
            await asyncio.sleep(0)
        await until(lambda: door.peers == 1)
        assert code_of(await awake.call("kernel.specs")) == ""
        assert len(awake.notes) == 10
        await until(lambda: [peer.client for peer in bench.left] == ["stalled"])


async def test_one_message_may_be_larger_than_the_backlog(
    folder: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.call("kernel.specs")
        peer = bench.calls[0][1]
        peer.send_frame(b"x" * (limits.PEER_BACKLOG + limits.MIB))
        peer.send_text(jsonrpc.notification("room.closed", {}))
        message = await caller.websocket.receive()
        assert len(message.data) == limits.PEER_BACKLOG + limits.MIB
        following = await caller.receive()
        assert following is not None
        assert following.method == "room.closed"


async def test_a_text_larger_than_allowed_is_refused_and_the_connection_stays(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.websocket.send_str(" " * (limits.RPC_MESSAGE + 1))
        assert code_of(await caller.answer(None)) == "limit.exceeded"
        assert code_of(await caller.call("kernel.specs")) == ""


async def test_a_binary_message_larger_than_allowed_ends_the_connection(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        with pytest.raises((ConnectionError, aiohttp.ClientError, AssertionError)):
            await caller.websocket.send_bytes(b"x" * (limits.SYNC_MESSAGE + 100))
            await caller.answer(None)
    assert bench.frames == []


async def test_an_awareness_message_has_its_own_bound(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.send_frame(b"x" * (limits.AWARENESS_MESSAGE + 1), Kind.AWARENESS)
        assert code_of(await caller.answer(None)) == "limit.exceeded"
    assert bench.frames == []


@pytest.mark.parametrize("depth", [limits.JSON_DEPTH - 2, 5_000, 200_000])
async def test_deep_nesting_is_refused(folder: Path, bench: Bench, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    params = f'{{"room":"{ROOM}","source":"1","metadata":{{"a":{nested}}}}}'
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.websocket.send_str(f'{{"jsonrpc":"2.0","method":"cell.insert","id":9,"params":{params}}}')
        shallow = depth < limits.JSON_DEPTH
        answer = await caller.receive()
        assert answer is not None
        assert code_of(answer) == ("" if shallow else "limit.exceeded")
        assert code_of(await caller.call("kernel.specs")) == ""


# -- garbage, defects, endings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '[{"jsonrpc":"2.0","method":"kernel.specs","id":1}]',
        '{"jsonrpc":"1.0","method":"kernel.specs","id":1}',
        '{"jsonrpc":"2.0","method":"kernel.specs","id":"1"}',
        '{"jsonrpc":"2.0","method":"kernel.specs","id":1,"more":1}',
        '{"jsonrpc":"2.0","method":7,"id":1}',
    ],
)
async def test_garbage_is_an_error_and_the_connection_stays(folder: Path, bench: Bench, text: str) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.websocket.send_str(text)
        assert code_of(await caller.answer(None)) == "protocol.bad_message"
        assert code_of(await caller.call("kernel.specs")) == ""
    assert len(bench.calls) == 1


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("room.save", {"room": "../../etc"}, "protocol.bad_message"),
        ("room.save", {"room": ROOM.upper()}, "protocol.bad_message"),
        ("room.save", {"room": 7}, "protocol.bad_message"),
        ("room.save", {}, "protocol.bad_message"),
        ("room.save", {"room": ROOM, "unknown": 1}, "protocol.bad_message"),
        ("room.save", [ROOM], "protocol.bad_message"),
        ("room.burn", {}, "protocol.method_missing"),
        ("__class__", {}, "protocol.method_missing"),
        ("", {}, "protocol.method_missing"),
    ],
)
async def test_a_wrong_request_names_its_error(folder: Path, bench: Bench, method: str, params: Any, code: str) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        assert code_of(await caller.call(method, params)) == code
    assert bench.calls == []


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_frame_of_random_bytes_is_a_defect(data: bytes) -> None:
    try:
        dispatch.admit_frame("person", data)
    except Exception as error:
        assert isinstance(error, HoodError)


@settings(max_examples=200, deadline=None)
@given(
    method=st.sampled_from(sorted(METHODS)),
    params=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    ),
    role=st.sampled_from(["person", "agent", "cell"]),
)
def test_no_request_of_random_params_is_a_defect(method: str, params: Any, role: Any) -> None:
    request = jsonrpc.parse_request(jsonrpc.request(method, params, 1))
    try:
        dispatch.admit_request(role, ROOM, request)
    except Exception as error:
        assert isinstance(error, HoodError)


async def test_errors_of_ours_keep_their_code_hint_and_data(folder: Path, bench: Bench) -> None:
    async def stale(_peer: Peer, _params: Any) -> methods.Empty:
        raise StaleSource("It changed.", cell="a")

    bench.special["cell.execute"] = stale
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        answer = await caller.call("cell.execute")
        assert answer.error is not None
        error = jsonrpc.to_error(answer.error)
    assert isinstance(error, StaleSource)
    assert error.data == {"cell": "a"}


async def test_a_defect_says_nothing_of_the_user_and_is_logged(
    folder: Path, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async def defect(_peer: Peer, _params: Any) -> methods.Empty:
        raise ValueError("hunter2")

    async def frame(_peer: Peer, _frame: Frame) -> None:
        raise KeyError("hunter2")

    bench.special["room.save"] = defect
    bench.on_frame = frame
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        answer = await caller.call("room.save")
        assert code_of(answer) == "internal"
        assert b"hunter2" not in encode_json(answer)
        await caller.send_frame(b"x")
        assert code_of(await caller.answer(None)) == "internal"
        assert code_of(await caller.call("kernel.specs")) == ""
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == ["request.failed", "frame.failed"]


async def test_a_refused_update_is_told_and_the_connection_stays(folder: Path, bench: Bench) -> None:
    async def frame(_peer: Peer, _frame: Frame) -> None:
        raise UpdateRefused("No.")

    bench.on_frame = frame
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.send_frame(b"x")
        assert code_of(await caller.answer(None)) == "document.update_refused"
        assert code_of(await caller.call("kernel.specs")) == ""


async def test_a_notification_is_carried_out_and_not_answered(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench), greeted(folder / "control.sock") as caller:
        await caller.send("kernel.interrupt")
        await caller.call("kernel.specs")
        assert caller.notes == []
    assert [name for name, _, _ in bench.calls] == ["kernel.interrupt", "kernel.specs"]


async def test_what_was_asked_for_is_finished_though_the_client_has_gone(folder: Path, bench: Bench) -> None:
    finished: list[str] = []
    release = asyncio.Event()

    async def save(_peer: Peer, _params: Any) -> methods.Empty:
        await release.wait()
        finished.append("saved")
        return methods.Empty()

    bench.special["room.save"] = save
    async with opened(folder, bench) as door:
        async with greeted(folder / "control.sock") as caller:
            await caller.send("room.save", number=5)
            await until(lambda: len(bench.calls) == 1)
            caller.websocket._response.connection.transport.abort()  # type: ignore[union-attr]
        await until(lambda: len(bench.left) == 1)
        assert door.peers == 0
        release.set()
        await until(lambda: finished == ["saved"])


async def test_a_closing_door_sends_what_waits_says_goodbye_and_takes_nothing_new(folder: Path, bench: Bench) -> None:
    async with opened(folder, bench) as door, greeted(folder / "control.sock") as caller:
        door.leave()
        door.broadcast("daemon.leaving", methods.DaemonLeaving(reason="user"))
        assert not (folder / "control.sock").exists()
        assert code_of(await caller.call("kernel.specs")) == "limit.busy"
        assert [note.method for note in caller.notes] == ["daemon.leaving"]
        closing = asyncio.create_task(door.close())
        message = await caller.websocket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE
        await closing
    assert bench.calls == []


async def test_whom_the_placing_refuses_is_told_why_and_never_parsed(folder: Path, bench: Bench) -> None:
    def refuse(_connected: socket.socket, _door: str) -> Place:
        raise PeerRefused("No kernels here.")

    async with (
        opened(folder, bench, refuse),
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(folder / "control.sock"))) as session,
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect("http://localhost/ws")
        assert caught.value.status == 403
        assert caught.value.headers is not None
        assert caught.value.headers["Fumehood-Error"] == "peer.refused"
        assert caught.value.headers["Fumehood-Message"] == "No kernels here."
        assert await status_of(folder / "control.sock", b"garbage\r\n\r\n") == 403


async def test_our_own_client_says_why_it_was_turned_away(folder: Path, bench: Bench) -> None:
    def refuse(_connected: socket.socket, _door: str) -> Place:
        raise PeerRefused("No kernels here.")

    async with opened(folder, bench, refuse):
        with pytest.raises(PeerRefused, match="No kernels here"):
            await Wire.connect(folder / "control.sock")


async def test_another_users_process_is_cut_off_without_a_word(folder: Path, bench: Bench) -> None:
    def refuse(_connected: socket.socket, _door: str) -> Place:
        raise PeerRefused("Another user.", foreign=True)

    async with opened(folder, bench, refuse):
        assert await status_of(folder / "control.sock", http()) == 0
