"""Clients that stall, flood or send garbage: told or dropped; the other clients of the same daemon notice nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from fumehood.client import blocking
from fumehood.core import limits
from fumehood.core.paths import Paths
from fumehood.testing.hostile import BINARY, TEXT, HostileClient
from fumehood.testing.notebooks import printed, write_notebook
from tests.badinput.background import Background
from tests.badinput.house import Bystander, fingerprint

FLOOD = "for n in range(40_000): print(n, 'x' * 1000)"
FLOODED = "".join(f"{n} {'x' * 1000}\n" for n in range(40_000))


@pytest.fixture
def hostile(client: blocking.Client) -> HostileClient:
    found = HostileClient(Paths.of_user().control_socket, timeout=30).upgrade()
    assert "result" in found.hello()
    return found


def test_a_client_that_stops_reading_in_a_flood_is_dropped_and_nobody_waits_for_it(
    client: blocking.Client, hostile: HostileClient, shared_bystander: Bystander, tmp_path: Path
) -> None:
    path = write_notebook(tmp_path / "n.ipynb", FLOOD)
    with client.open(path) as opened, hostile:
        answer = hostile.call("room.open", {"path": str(path)})
        assert answer["result"]["room"] == opened.id
        daemon = psutil.Process(client.status().pid)
        before = daemon.memory_info().rss
        running = Background(lambda: opened.execute("c0", timeout=55))  # from here on `hostile` reads nothing
        shared_bystander.works()
        result = running.result(55)
        assert (result.status, result.stdout) == ("ok", FLOODED)
        assert daemon.memory_info().rss - before < 4 * limits.PEER_BACKLOG
        opened.save()
        assert printed(path, "c0") == FLOODED
        opened.close()


def test_thousands_of_requests_are_each_answered_or_told_to_wait(
    client: blocking.Client, hostile: HostileClient, shared_bystander: Bystander
) -> None:
    with hostile:
        count = 5_000

        def flood() -> None:
            for number in range(1, count + 1):
                hostile.send_text(json.dumps({"jsonrpc": "2.0", "id": number, "method": "daemon.status", "params": {}}))

        sending = Background(flood)
        answered: set[int] = set()
        codes: set[str] = set()
        while len(answered) < count:
            opcode, data = hostile.receive()
            assert opcode == TEXT
            found = json.loads(data)
            if "method" not in found:
                answered.add(found["id"])
                codes.add(found.get("error", {}).get("data", {}).get("code", ""))
            if len(answered) % 1000 == 0:
                shared_bystander.works()
        sending.result()
        assert answered == set(range(1, count + 1))
        assert codes <= {"", "limit.busy"}


GARBAGE: dict[str, Callable[[HostileClient, str], None]] = {
    "no JSON": lambda h, _: h.send_text("hello?"),
    "invalid UTF-8": lambda h, _: h.send_text(b'{"jsonrpc": "\xff\xfe"}'),
    "JSON that is no request": lambda h, _: h.send_text("[1, 2, 3]"),
    "a method that is none": lambda h, _: h.send_text('{"jsonrpc":"2.0","id":1,"method":"os.system","params":{}}'),
    "parameters of the wrong type": lambda h, _: h.send_text(
        '{"jsonrpc":"2.0","id":1,"method":"room.open","params":{"path":[1]}}'
    ),
    "a parameter too many": lambda h, _: h.send_text(
        '{"jsonrpc":"2.0","id":1,"method":"room.open","params":{"path":"/x","exec":"touch y"}}'
    ),
    "lists without end": lambda h, _: h.send_text("[" * 1_000_000),
    "depth in the parameters": lambda h, _: h.send_text(
        '{"jsonrpc":"2.0","id":1,"method":"room.open","params":' + '{"a":' * 5000 + "1" + "}" * 5001
    ),
    "a room that is not there": lambda h, _: h.send_text(
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "room.save", "params": {"room": "0" * 32}})
    ),
    "an empty binary frame": lambda h, _: h.send_binary(b""),
    "random bytes": lambda h, _: h.send_binary(os.urandom(5000)),
    "an edit of a room that it has not opened": lambda h, room: h.send_binary(bytes.fromhex(room) + b"\0\2" + b"x"),
    "an edit of a room that is not there": lambda h, _: h.send_binary(bytes(16) + b"\0\2" + b"x"),
    "a document that is none": lambda h, room: h.send_binary(bytes.fromhex(room) + b"\7\2" + b"x"),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_answered_with_a_code_and_changes_nothing(
    client: blocking.Client, hostile: HostileClient, tmp_path: Path, name: str
) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "1 + 1")
    before = fingerprint(path)
    with client.open(path) as opened, hostile:
        GARBAGE[name](hostile, opened.id)
        error = hostile.answer(1 if name in _NUMBERED else None)["error"]
        assert error["data"]["code"].count(".") == 1
        assert error["message"]
        # And the next request on the same connection is served.
        assert "result" in hostile.call("daemon.status")
        assert [one.source for one in opened.cells] == ["1 + 1"]
    assert fingerprint(path) == before


_NUMBERED = {
    "a method that is none",
    "parameters of the wrong type",
    "a parameter too many",
    "a room that is not there",
}


@pytest.mark.parametrize("payload", [b"", b"\0", b"\xff" * 1000, os.urandom(2000), b"\x01" * 70])
def test_an_update_that_is_garbage_is_refused_whole(
    client: blocking.Client, hostile: HostileClient, tmp_path: Path, payload: bytes
) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "1 + 1")
    with client.open(path) as opened, hostile:
        assert "result" in hostile.call("room.open", {"path": str(path)})
        hostile.send_binary(bytes.fromhex(opened.id) + b"\0\2" + payload)
        assert "result" in hostile.call("daemon.status")
        opened.edit("c0", "2 + 2")
        opened.save()
        assert [one.source for one in opened.cells] == ["2 + 2"]
        assert json.loads(path.read_text())["cells"][0]["source"] in ("2 + 2", ["2 + 2"])


BROKEN: dict[str, Callable[[HostileClient], None]] = {
    "a frame that says it has an exabyte": lambda h: h.send_frame(BINARY, b"x", length=1 << 60),
    "a frame without a mask": lambda h: h.send_frame(TEXT, b"{}", masked=False),
    "an opcode that is none": lambda h: h.send_frame(5, b"x"),
    "reserved bits": lambda h: h.send_frame(TEXT, b"{}", reserved=7),
    "bytes that are no WebSocket": lambda h: h.socket.sendall(os.urandom(100_000)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_who_breaks_the_websocket_itself_is_cut_off(client: blocking.Client, hostile: HostileClient, name: str) -> None:
    with hostile:
        try:
            BROKEN[name](hostile)
        except (BrokenPipeError, ConnectionError):
            pass
        if name != "a frame without a mask":
            assert hostile.ended()
    assert client.status().clients >= 1
