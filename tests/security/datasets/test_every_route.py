"""Class 1, a door without a lock: everything that the dataset server answers to, called by those who may not.

Nothing here lists routes by hand: they come from the table that the running door dispatches by.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import psutil
import pytest

from fumehood.doors.datasets.door import DatasetDoor
from fumehood.doors.datasets.table import ENTRIES, Caller, Entry
from fumehood.protocol.viewer import VIEWER_HEADER
from tests.doors.dataset_bench import Bench, started

VERBS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND")
PARTS = {"{name}": "p.js", "{id}": "b1", "{resource}": "points_2d.bin", "{dataset}": "tiny"}
LOCKED = [entry for entry in ENTRIES if entry.caller in (Caller.BEARER, Caller.VIEWER)]
FETCH = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = started()
    yield made
    made.server.stop()


def target(entry: Entry) -> str:
    path = entry.route.path
    for part, example in PARTS.items():
        path = path.replace(part, example)
    return path


def test_the_table_of_the_running_door_is_the_one_that_is_tested(bench: Bench) -> None:
    door = bench.server._door
    assert door is not None
    assert door.routes() == DatasetDoor.routes() == tuple(entry.route for entry in ENTRIES)
    assert {entry.name for entry in ENTRIES} == set(door._operations.handlers)
    assert {entry.name for entry in ENTRIES if entry.caller is Caller.ANYBODY} == {"page", "asset", "icon"}
    assert {entry.name for entry in ENTRIES if entry.caller is Caller.CODE} == {"session"}


def test_it_listens_at_one_address_of_this_machine_alone(bench: Bench) -> None:
    listening = [one for one in psutil.Process().net_connections() if one.status == psutil.CONN_LISTEN]
    assert [one.laddr.ip for one in listening if one.laddr.port == bench.server.port] == ["127.0.0.1"]
    for address in ("127.0.0.2", "127.1.2.3"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, bench.server.port), timeout=5)


@pytest.mark.parametrize("entry", LOCKED, ids=lambda entry: entry.route.path)
def test_without_what_it_demands_it_answers_nothing(
    bench: Bench, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fumehood.core.limits.GATEWAY_WRONG_SECONDS", 0.0)
    bearer, token = bench.proof
    other = bench.server.bearer(bench.server.add_viewer(bench.hooks).id)
    strangers = [
        (),
        (token,),
        ("Authorization: Bearer",),
        ("Authorization: Bearer x",),
        (bearer.replace("Bearer", "Basic"),),
        (bearer.lower(),),
        (bearer, bearer),
        (f"Cookie: {bearer.replace(': ', '=')}",),
    ]
    if entry.caller is Caller.VIEWER:
        strangers += [
            (bearer,),
            (bearer, f"{VIEWER_HEADER}: wrong"),
            (bearer, f"{VIEWER_HEADER}: {bench.viewer.id}"),
            (bearer, token, token),
            (f"Authorization: Bearer {other}", token),
        ]
    for method in entry.route.methods:
        for headers in strangers:
            answer = bench.ask(target(entry), *headers, method=method)
            assert answer.status in (401, 403), headers
        query = f"?bearer={bench.bearer}&token={bench.viewer.token}&Authorization=Bearer%20{bench.bearer}"
        assert bench.ask(target(entry) + query, method=method).status == 401
        # And with it, from where no page of ours asks.
        for headers in (("Origin: http://localhost:1",), ("Origin: null",), FETCH):
            assert bench.ask(target(entry), *bench.proof, *headers, method=method).status == 403
        evil = f"evil.example:{bench.server.port}"
        assert bench.ask(target(entry), *bench.proof, method=method, host=evil).status == 421
    assert not bench.hooks.events
    assert not bench.hooks.legacy_events
    assert not bench.hooks.answers


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.route.path)
def test_a_verb_that_is_not_in_the_table_does_nothing(bench: Bench, entry: Entry) -> None:
    for verb in VERBS:
        if verb not in entry.route.methods:
            answer = bench.ask(target(entry), *bench.proof, method=verb)
            assert (answer.status, answer.headers["allow"]) == (405, ", ".join(entry.route.methods)), verb


def test_every_answer_is_sealed_and_says_nothing_of_the_question(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("fumehood.core.limits.GATEWAY_WRONG_SECONDS", 0.0)
    caplog.set_level("DEBUG")
    mark = "zq9"
    for entry in ENTRIES:
        for method in (*entry.route.methods, mark.upper()):
            proof = () if entry.name == "commands" else bench.proof  # its answer has no end
            for headers in ((), proof, (f"Authorization: Bearer {mark}",), (f"Origin: http://{mark}",)):
                answer = bench.ask(f"{target(entry)}?{mark}", f"X-Nonsense: {mark}", *headers, method=method)
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["cross-origin-resource-policy"] == "same-origin"
                assert "default-src 'none'" in answer.headers["content-security-policy"]
                assert not {"set-cookie", "location", "access-control-allow-origin"} & answer.headers.keys()
                assert mark not in str(answer.headers) + str(answer.body)
    for secret in (bench.bearer, bench.viewer.token):
        assert secret not in caplog.text
