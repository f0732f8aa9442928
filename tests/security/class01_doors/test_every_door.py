"""Class 1, a door without a lock: everything that the running daemon answers to, called by those who may not.

marimo CVE-2026-39987 (a terminal's WebSocket before any authentication), jupyter-server-proxy CVE-2024-28179 (the
upgrade path alone was open), jupyter-mcp-server#213: each time one route among many had no lock. So nothing here
lists routes by hand: methods come from the table that the daemon dispatches by, verbs and paths from the doors'
tables, and the sockets from the process itself.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from fumehood.core.paths import Paths
from fumehood.daemon.composing import compose
from fumehood.doors.blobs import BlobDoor
from fumehood.doors.control import ControlDoor
from fumehood.protocol.methods import METHODS
from tests.daemon.notebook import ask
from tests.daemon.programs import Program
from tests.doors.bench import EXAMPLES, Bench, admit_all, code_of, connected, example, greeted, http, opened, status_of
from tests.doors.conftest import folder as folder
from tests.security.class01_doors.attacks import attack

NOBODY = 65534
REQUESTS = [
    json.dumps({"jsonrpc": "2.0", "id": 2, "method": method, "params": example(method)}) for method in sorted(METHODS)
]
UNUSABLE: list[Any] = [[None], 7, "x", [], {"room": None}, {"room": "\0" * 32}, {"room": "0" * 33}, {"\ud7ff": 1}]
VERBS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND")


# -- what there is


def test_the_daemon_listens_nowhere_else(target: Program, places: Paths) -> None:
    process = psutil.Process(target.pid)
    unix = {one.laddr for one in process.net_connections("unix") if one.laddr and one.type == socket.SOCK_STREAM}
    assert {path for path in unix if "@" not in path} <= _cradles(places)
    (listening,) = (one for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN)
    assert listening.laddr.ip == "127.0.0.1"
    assert list(process.net_connections("udp")) == []


def _cradles(places: Paths) -> set[str]:
    """The names by which sockets were bound before they were moved to their places: in folders of their own."""
    found = {one.laddr for one in psutil.net_connections("unix") if str(places.run) in one.laddr}
    assert all(Path(name).parent.parent == places.run and Path(name).name == "s" for name in found)
    assert len(found) == 2
    return found


async def test_the_composed_daemon_has_a_handler_for_each_method_and_no_other(home: Path) -> None:
    places = Paths.of_user()
    places.create()
    places.lock.write_text("{}")
    composed = await compose(places)
    try:
        own = {"daemon.hello", "daemon.status", "daemon.stop"}
        assert set(composed.operations.handlers) == set(METHODS) - own
    finally:
        await composed.close(kill=True)


def test_every_method_says_who_may_call_it_and_has_an_example() -> None:
    for name, method in METHODS.items():
        assert "person" in method.roles, f"{name}: who may call it?"
    assert set(EXAMPLES) <= set(METHODS)


# -- methods, by those who may not


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"daemon.hello"}))
async def test_before_hello_no_method_is_answered(target: Program, places: Paths, method: str) -> None:
    for path in (places.control_socket, places.agent_socket):
        async with connected(path) as caller:
            assert code_of(await caller.call(method)) == "protocol.bad_message"
            assert await caller.receive() is None


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"daemon.hello", "daemon.stop"}))
async def test_garbage_in_any_method_is_an_error_and_not_a_defect(target: Program, places: Paths, method: str) -> None:
    async with greeted(places.control_socket) as caller:
        for garbage in UNUSABLE:
            assert code_of(await caller.call(method, garbage)) == "protocol.bad_message", garbage


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_agents_reach_what_the_table_gives_them(target: Program, places: Paths, method: str) -> None:
    async with greeted(places.agent_socket) as agent:
        forbidden = code_of(await agent.call(method)) == "protocol.forbidden"
    assert forbidden == ("agent" not in METHODS[method].roles)


@pytest.mark.parametrize("mode", ["direct", "exec", "child", "double-forked", "killed-runtime"])
async def test_no_method_is_reached_by_a_process_that_carries_the_mark(
    target: Program, places: Paths, folder: Path, mode: str
) -> None:
    for path in (places.control_socket, places.agent_socket):
        assert set((await attack(mode, path, requests=REQUESTS)).values()) == {403}
    # The same process at doors that place nobody: every method of the person's socket is its own.
    async with opened(folder, Bench(), admit_all):
        found = await attack(mode, folder / "control.sock", requests=REQUESTS)
    assert {method for method, got in found.items() if got == "done"} == set(METHODS) - {"daemon.hello"}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
async def test_no_method_is_reached_by_another_user(target: Program, places: Paths, folder: Path) -> None:
    home = places.run.parent
    paths = (places.control_socket, places.agent_socket)
    for path in paths:
        assert set((await attack("unmarked-direct", path, uid=NOBODY, requests=REQUESTS)).values()) == {0}
    # Even where somebody has opened every folder and both sockets to all.
    modes = {place: place.stat().st_mode for place in (home, places.run, *paths)}
    try:
        for place in modes:
            place.chmod(0o777)
        for path in paths:
            assert set((await attack("unmarked-direct", path, uid=NOBODY, requests=REQUESTS)).values()) == {0}
    finally:
        for place, mode in modes.items():
            place.chmod(mode & 0o7777)
    async with opened(folder, Bench(), admit_all):
        folder.chmod(0o777)
        (folder / "control.sock").chmod(0o777)
        found = await attack("unmarked-direct", folder / "control.sock", uid=NOBODY, requests=REQUESTS)
    assert "done" in found.values(), "the attack works where nobody looks at the uid"


async def test_after_all_this_the_person_is_served(target: Program, places: Paths) -> None:
    async with greeted(places.control_socket) as person:
        assert (await ask(person, "daemon.status", {}))["pid"] == target.pid


# -- routes and verbs


@pytest.mark.parametrize("verb", VERBS)
async def test_the_sockets_take_one_verb_at_one_path(target: Program, places: Paths, verb: str) -> None:
    assert [(route.path, route.methods) for route in ControlDoor.routes()] == [("/ws", ("GET",))]
    for path in (places.control_socket, places.agent_socket):
        for target_ in ("/ws", "/", "/blob/" + "0" * 64, "/plugins/x", "/ws/../ws", "*"):
            status = await status_of(path, http(verb, target_))
            assert (status == 101) == (verb == "GET" and target_ == "/ws"), (verb, target_, status)


@pytest.mark.parametrize("verb", VERBS)
async def test_the_blob_server_takes_two_verbs_at_two_paths(target: Program, places: Paths, verb: str) -> None:
    assert {route.path for route in BlobDoor.routes()} == {"/blob/{sha256}", "/plugins/{name}"}
    assert {verb for route in BlobDoor.routes() for verb in route.methods} == {"GET", "HEAD"}
    async with greeted(places.control_socket) as person:
        url = (await ask(person, "daemon.status", {}))["blobs"]
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/ws", "/blob/", "/blob/" + "0" * 64, "/blob/" + "0" * 63, "/plugins/x", "/plugins/../x"):
            if verb == "CONNECT":
                continue  # aiohttp's client has no such request; the next test sends it raw
            async with session.request(verb, url + path) as answer:
                assert answer.status in ((404,) if verb in ("GET", "HEAD") else (405,)), (verb, path)


@pytest.mark.parametrize("line", ["CONNECT 127.0.0.1:80", "get /blob/x", "FOO /blob/x", "GET http://a.example/x"])
async def test_the_blob_server_answers_no_odd_request(target: Program, places: Paths, line: str) -> None:
    async with greeted(places.control_socket) as person:
        url = (await ask(person, "daemon.status", {}))["blobs"]
    host = url.removeprefix("http://")
    with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), 10) as sock:
        sock.sendall(f"{line} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        status = int(sock.recv(100).split()[1])
    assert 400 <= status < 500
