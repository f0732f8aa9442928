"""What the gateway answers: constant bytes with their headers, passes, and the control protocol, unchanged."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from fumehood.core import limits
from fumehood.core.errors import DaemonUnreachable, PassRefused
from fumehood.doors.gateway.fetch import ENTRIES
from fumehood.doors.gateway.pages import PERMISSIONS
from fumehood.doors.peer import Peer
from fumehood.protocol import gateway as wire
from fumehood.protocol.frames import Document, Frame, Kind, encode_frame
from fumehood.protocol.methods import Empty
from tests.doors.bench import ROOM, until
from tests.doors.gateway_bench import ASSETS, BLOBS, HELLO, Gate, admits, answer, named

# -- constant bytes

EVERY_ANSWER = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "server": "fumehood",
}
CHANGING = {"date", "connection", "content-length", "content-type"}


async def test_the_page_comes_with_all_its_headers_and_no_others(gate: Gate) -> None:
    answer = await gate.ask("GET", "/")
    assert (answer.status, answer.body) == (200, ASSETS.page)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert {name: value for name, value in answer.headers.items() if name not in CHANGING} == {
        **EVERY_ANSWER,
        "cache-control": "no-store",
        "permissions-policy": PERMISSIONS,
        "content-security-policy": policy,
    }
    assert dict(part.split(" ", 1) for part in policy.split("; ")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' blob: data: {BLOBS}",
        "font-src": "'self'",
        "connect-src": f"'self' ws://{gate.host} {BLOBS}",
        "frame-src": BLOBS,
        "require-trusted-types-for": "'script'",
        "trusted-types": "fumehood-templates",
        "base-uri": "'none'",
        "form-action": "'none'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
    }


async def test_files_are_kept_by_the_browser_and_can_do_nothing_on_their_own(gate: Gate) -> None:
    answer = await gate.ask("GET", "/assets/a-1.js")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"0", "text/javascript")
    assert {name: value for name, value in answer.headers.items() if name not in CHANGING} == {
        **EVERY_ANSWER,
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": (
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
        ),
    }


@pytest.mark.parametrize(
    "target",
    ["/assets/", "/assets/b.js", "/assets/../index.html", "/assets/%61-1.js", "/index.html", "/assets/a-1.js?x",
     "/assets/a-1.js/", "/?x", "//", "/./", "/favicon.ico", "/assets/a-1.js%00"],
)  # fmt: skip
async def test_there_is_nothing_else(gate: Gate, target: str) -> None:
    assert (await gate.ask("GET", target)).status in (400, 404)


async def test_refusals_are_sealed_and_not_kept(gate: Gate) -> None:
    for said in (
        await gate.ask("GET", "/nothing"),
        await gate.ask("PUT", "/"),
        await gate.ask("GET", "/", host="evil.test"),
        await gate.post("/session", body=b"{}"),
        await gate.ask("GET", "/ws", f"Origin: {gate.url}"),
        await gate.ask("GET", "/", "X-Long: " + "x" * 20_000),
        await gate.ask("get", "/"),
    ):
        assert said.status >= 400
        assert EVERY_ANSWER.items() <= said.headers.items()
        assert said.headers["cache-control"] == "no-store"
        assert "sandbox" in said.headers["content-security-policy"]
        assert said.headers["content-type"].startswith("text/plain")


async def test_no_answer_sets_a_cookie_redirects_or_lets_another_origin_read(gate: Gate) -> None:
    for entry in ENTRIES:
        for method in ("GET", "POST", "OPTIONS", "HEAD"):
            target = entry.route.path.replace("{name}", "a-1.js")
            answer = await gate.ask(method, target, f"Origin: {gate.url}", "Access-Control-Request-Method: POST")
            assert not {"set-cookie", "location", "refresh"} & answer.headers.keys()
            assert not [name for name in answer.headers if name.startswith("access-control-")]
            assert not 300 <= answer.status < 400


async def test_without_a_daemon_the_page_says_so(gate: Gate) -> None:
    gate.daemon.problem = DaemonUnreachable("a sentence with /a/path in it")
    answer = await gate.ask("GET", "/")
    assert answer.status == 503
    assert b"hood daemon status" in answer.body
    assert b"/a/path" not in answer.body


# -- passes


async def test_a_code_is_exchanged_for_a_bearer(gate: Gate) -> None:
    code = gate.passes.code()
    answer = await gate.exchange(code)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    bearer = json.loads(answer.body)["bearer"]
    admits(gate.passes, bearer)
    assert len(gate.notes.codes) == 1


async def test_a_page_gets_a_code_for_another_window_while_it_is_connected(gate: Gate) -> None:
    async with gate.page() as page:
        answer = await gate.code(page)
        assert answer.status == 200
        assert (await gate.exchange(json.loads(answer.body)["code"])).status == 200
    await until(lambda: gate.notes.said[-1] == "left")
    assert (await gate.code(page)).status == 403


@pytest.mark.parametrize("authorization", [None, "Ticket ", "Ticket x", "Basic {}", "ticket {}", "Ticket {} ", "{}"])
async def test_without_the_ticket_there_is_no_code(gate: Gate, authorization: str | None) -> None:
    async with gate.page() as page:
        headers = () if authorization is None else (f"Authorization: {authorization.format(page.ticket)}x",)
        assert (await gate.post("/code", *headers)).status == 403
        assert (
            await gate.post("/code", f"Authorization: Ticket {page.ticket}", f"Authorization: Ticket {page.ticket}")
        ).status == 403


async def test_a_bearer_that_ended_gives_no_code(gate: Gate) -> None:
    code = gate.passes.code()
    bearer = gate.passes.exchange(code).bearer
    async with gate.welcomed(bearer) as page:
        with pytest.raises(PassRefused):
            gate.passes.exchange(code)
        assert (await gate.code(page)).status == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'{"code":1}', b'{"code":"x","more":1}', b'{"code":null}', b"\xff", b"[" * 4000,
     b'{"code":"' + b"x" * limits.GATEWAY_BODY + b'"}'],
)  # fmt: skip
async def test_what_is_no_code_is_refused(gate: Gate, body: bytes) -> None:
    assert (await gate.post("/session", body=body)).status == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "a/b"])
async def test_a_code_comes_as_json_and_not_as_what_a_form_sends(gate: Gate, kind: str) -> None:
    body = json.dumps({"code": gate.passes.code()}).encode()
    for headers in ((f"Content-Type: {kind}",), (), (f"Content-Type: {kind}", "Content-Type: application/json")):
        answer = await gate.ask("POST", "/session", f"Origin: {gate.url}", *headers, body=body)
        assert answer.status == 400


# -- the control protocol


async def test_messages_pass_unchanged_both_ways(gate: Gate) -> None:
    frame = Frame(ROOM, Document.NOTEBOOK, Kind.UPDATE, bytes(range(128)) * 1000)
    seen: list[Peer] = []

    async def echo(peer: Peer, _params: Any) -> Empty:
        seen.append(peer)
        peer.send_frame(encode_frame(frame))
        return Empty()

    gate.operations.special["daemon.status"] = echo

    async def on_frame(_peer: Peer, got: Frame) -> None:
        assert got == frame

    gate.operations.on_frame = on_frame
    async with gate.page() as page:
        await page.binary(encode_frame(frame))
        await page.text(b'{"jsonrpc": "2.0",  "id": 7, "method": "daemon.status", "params": {}}')
        assert await page.receive() == encode_frame(frame)
        assert await page.receive() == b'{"jsonrpc":"2.0","id":7,"result":{}}'
        assert [got for _, got in gate.operations.frames] == [frame]
        assert seen[0].client == "a page"


async def test_garbage_is_the_daemons_to_refuse(gate: Gate) -> None:
    async with gate.page() as page:
        await page.text(b"\xff{")
        said = await page.receive()
        assert isinstance(said, bytes)
        assert json.loads(said)["error"]["data"]["code"] == "protocol.bad_message"


async def test_pages_do_not_see_each_other(gate: Gate) -> None:
    async with gate.page() as one, gate.page() as other:
        await one.call("daemon.status")
        await other.call("daemon.status")
        assert len({peer.number for _, peer, _ in gate.operations.calls}) == 2


async def test_whoever_does_not_read_stops_the_other_from_being_read(gate: Gate) -> None:
    """A page that floods a daemon that is busy: what waits in the gateway stays small."""
    busy = asyncio.Event()

    async def hold(_peer: Peer, _frame: Frame) -> None:
        await busy.wait()

    gate.operations.on_frame = hold
    frame = encode_frame(Frame(ROOM, Document.NOTEBOOK, Kind.UPDATE, b"x" * limits.MIB))
    async with gate.page() as page:
        sent = 0
        try:
            async with asyncio.timeout(3):
                while sent < 200:
                    await page.binary(frame)
                    sent += 1
        except TimeoutError:
            pass
        assert sent < 100, "the page was never held up"
        busy.set()
        gate.operations.on_frame = None
        await page.call("daemon.status")


async def test_when_the_page_goes_the_daemon_is_told(gate: Gate) -> None:
    async with gate.page():
        pass
    await until(lambda: gate.operations.left and gate.notes.said[-1] == "left")
    assert gate.notes.said[-2:] == ["came", "left"]


async def test_what_a_page_said_last_still_arrives(gate: Gate) -> None:
    frame = encode_frame(Frame(ROOM, Document.NOTEBOOK, Kind.UPDATE, b"the last word"))
    for _ in range(20):
        async with gate.page() as page:
            await page.binary(frame)
    await until(lambda: len(gate.operations.frames) == 20)


# -- how it ends


async def test_a_daemon_that_cannot_be_reached_is_a_sentence(gate: Gate) -> None:
    gate.daemon.problem = DaemonUnreachable("The daemon did not come up: ä" + "…" * 200)
    async with gate.welcomed(gate.bearer()) as page:
        said = await page.receive()
    assert isinstance(said, tuple)
    assert said[0] == wire.DAEMON_UNREACHABLE
    assert said[1].startswith("The daemon did not come up: ä…")
    assert len(said[1].encode()) <= limits.CLOSE_REASON
    assert gate.notes.said[-1] == "lost"


async def test_a_page_that_was_asleep_may_come_again(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.1)
    async with gate.socket() as page:
        said = await page.receive()
    assert said == (wire.PAGE_SILENT, "The first message did not come.")


WRONG = "0a" * 32


@pytest.mark.parametrize(
    "first",
    [HELLO, b"", b"Page ", b"Page x y", f"Page {WRONG} {WRONG}".encode(), f"Proof {WRONG}".encode(), b"\xff",
     b"Bearer " + b"A" * 43, b"x" * 9000],
)  # fmt: skip
async def test_without_the_bearer_nothing_is_passed_on(gate: Gate, first: bytes) -> None:
    async with gate.socket(first, HELLO) as page:
        said = await page.receive()
    assert isinstance(said, tuple)
    assert said[0] == wire.BEARER_REFUSED
    assert gate.operations.calls == []
    assert "came" not in gate.notes.said


async def test_a_binary_greeting_is_none(gate: Gate) -> None:
    async with gate.socket() as page:
        await page.binary(named(gate.bearer()).encode())
        said = await page.receive()
    assert isinstance(said, tuple)
    assert said[0] == wire.BEARER_REFUSED


@pytest.mark.parametrize("second", [HELLO, b"", b"Proof ", f"Proof {WRONG}".encode(), b"\xff", b"Bearer x"])
async def test_who_names_a_bearer_and_cannot_prove_it_is_told_nothing(gate: Gate, second: bytes) -> None:
    async with gate.socket(named(gate.bearer()).encode()) as page:
        assert str(await page.receive()).startswith("b'Gateway ")
        await page.text(second)
        await page.text(HELLO)
        said = await page.receive()
    assert isinstance(said, tuple)
    assert said[0] == wire.BEARER_REFUSED
    assert gate.operations.calls == []
    assert "came" not in gate.notes.said


async def test_a_proof_that_was_overheard_is_worth_nothing(gate: Gate) -> None:
    bearer = gate.bearer()
    async with gate.socket(named(bearer).encode()) as page:
        greeting = await page.receive()
        assert isinstance(greeting, bytes)
        heard = answer(bearer, gate.host, greeting.decode())
    async with gate.socket(named(bearer).encode()) as page:
        await page.receive()
        await page.text(heard.encode())
        said = await page.receive()
    assert isinstance(said, tuple)
    assert said[0] == wire.BEARER_REFUSED


async def test_a_bearer_that_ends_while_it_is_proven_does_not_come_in(gate: Gate) -> None:
    code = gate.passes.code()
    bearer = gate.passes.exchange(code).bearer
    async with gate.socket(named(bearer).encode()) as page:
        greeting = await page.receive()
        assert isinstance(greeting, bytes)
        with pytest.raises(PassRefused):
            gate.passes.exchange(code)
        await page.text(answer(bearer, gate.host, greeting.decode()).encode())
        said = await page.receive()
    assert isinstance(said, tuple)
    assert said[0] == wire.BEARER_REFUSED


async def test_a_bearer_that_ends_takes_its_pages_with_it(gate: Gate) -> None:
    code = gate.passes.code()
    bearer = gate.passes.exchange(code).bearer
    async with gate.welcomed(bearer) as page, gate.page() as other:
        assert (await gate.exchange(code)).status == 403
        said = await page.receive()
        assert isinstance(said, tuple)
        assert said[0] == wire.BEARER_REFUSED
        await other.call("daemon.status")


async def test_when_the_gateway_ends_its_pages_hear_it(gate: Gate) -> None:
    async with gate.page() as page:
        closing = asyncio.create_task(gate.door.close())
        assert await page.receive() == (1001, "The gateway ends.")
        await closing


# -- bounds


async def test_who_never_says_the_bearer_is_dropped(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELLO_SECONDS", 0.2)
    async with gate.socket() as page:
        said = await page.receive()
    assert isinstance(said, tuple)
    assert said[0] == wire.PAGE_SILENT


async def test_before_the_bearer_little_is_taken(gate: Gate) -> None:
    async with gate.socket() as page:
        try:
            await page.text(b"x" * (2 * limits.GATEWAY_UNKNOWN_BYTES))
        except ConnectionError:
            pass
        said = await page.receive()
    assert isinstance(said, tuple)
    assert gate.operations.calls == []


async def test_a_body_that_does_not_come_is_not_waited_for(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GATEWAY_STALL_SECONDS", 0.2)
    said = await gate.say(
        f"POST /session HTTP/1.1\r\nHost: {gate.host}\r\nOrigin: {gate.url}\r\n"
        "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{".encode()
    )
    assert said.startswith(b"HTTP/1.1 400 ")


async def test_a_head_that_does_not_come_is_not_waited_for(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GATEWAY_IDLE_SECONDS", 0.2)
    assert await gate.say(b"GET / HTTP/1.1\r\nHost: ") == b""


async def test_connections_are_bounded_and_pages_stay(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GATEWAY_CONNECTIONS", 3)
    async with gate.page() as page:
        idle = [await asyncio.open_connection("127.0.0.1", gate.port) for _ in range(20)]
        assert (await gate.ask("GET", "/")).status == 200
        await page.call("daemon.status")
        async with gate.page(), gate.page():
            assert re.match(rb"HTTP/1.1 503 ", await gate.say(b""))
        for _, writer in idle:
            writer.close()


@pytest.mark.parametrize("way", ["socket", "body"])
async def test_whoever_says_nothing_makes_room_for_a_page(
    gate: Gate, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GATEWAY_CONNECTIONS", 4)
    common = f"Host: {gate.host}\r\nOrigin: {gate.url}\r\n"
    upgrade = (
        f"GET /ws HTTP/1.1\r\n{common}Connection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    slow = f"POST /session HTTP/1.1\r\n{common}Content-Type: application/json\r\nContent-Length: 90\r\n\r\n{{"
    silent = []
    for _ in range(8):
        reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
        writer.write((upgrade if way == "socket" else slow).encode())
        if way == "socket":
            assert b" 101 " in await reader.readline()
        else:
            await asyncio.sleep(0.02)
        silent.append(writer)
    async with gate.page() as page:
        await page.call("daemon.status")
    for writer in silent:
        writer.close()


async def test_a_guess_is_held_back_and_a_right_one_is_not(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        held.append(seconds)
        await sleep(0)

    monkeypatch.setattr("fumehood.doors.gateway.door.asyncio.sleep", note)
    await gate.exchange("wrong")
    await gate.post("/code", "Authorization: Ticket wrong")
    async with gate.socket(b"Page wrong") as page:
        await page.receive()
    assert held.count(limits.GATEWAY_WRONG_SECONDS) == 3
    held.clear()
    assert (await gate.exchange(gate.passes.code())).status == 200
    assert limits.GATEWAY_WRONG_SECONDS not in held


async def test_the_log_of_refusals_is_bounded_and_holds_no_secret(
    gate: Gate, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GATEWAY_REFUSALS", 5)
    caplog.set_level("INFO")
    code, bearer = gate.passes.code(), gate.bearer()
    for _ in range(10):
        await gate.ask("PUT", f"/{code}", f"Authorization: Ticket {bearer}")
    assert sum(record.message == "request.refused" for record in caplog.records) == 5
    said = "".join(str(vars(record)) for record in caplog.records)
    assert code not in said
    assert bearer not in said
