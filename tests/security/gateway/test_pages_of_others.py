"""Pages of other sites, other ports and other names against the gateway, and what stops each of them.

IPython CVE-2014-3429 (a WebSocket without an origin check ran code), JupyterHub CVE-2026-40864 (`no-cors` taken for
same-origin), jupyter-server CVE-2026-40110 (an origin that only began right), and every local server that was reached
by a name that somebody pointed at 127.0.0.1. Each attack holds what the one defence that is tried does not look at (a
stolen bearer, a code), and is made twice: it must fail, and succeed where that defence alone is switched off.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from fumehood.core.errors import PassRefused
from fumehood.doors.gateway import door
from fumehood.doors.passes import Greeting, Passes
from tests.doors.gateway_bench import HELLO, Gate, Page, admits, named

Attack = Callable[[Gate], Awaitable[bool]]
"""Whether it got what it wanted."""


async def person(gate: Gate, bearer: str | None = None, **headers: str) -> bool:
    """Whether a WebSocket with these headers becomes a person's."""
    try:
        async with gate.welcomed(gate.bearer() if bearer is None else bearer, **headers) as page:
            await page.text(HELLO)
            said = await page.receive()
    except (aiohttp.WSServerHandshakeError, AssertionError):
        return False
    return isinstance(said, bytes) and json.loads(said)["result"]["role"] == "person"


def off(monkeypatch: pytest.MonkeyPatch, *defences: str) -> None:
    for defence in defences:
        monkeypatch.setattr(door, defence, lambda *_args, **_more: None)


async def fails_and_would_succeed(gate: Gate, attack: Attack, monkeypatch: pytest.MonkeyPatch, *defences: str) -> None:
    assert not await attack(gate)
    off(monkeypatch, *defences)
    assert await attack(gate), "where nobody looks the attack works"


# -- the host


def names(gate: Gate) -> list[str]:
    port = gate.port
    return [
        f"evil.test:{port}", f"127.0.0.1.evil.test:{port}", f"localhost:{port}", "127.0.0.1", f"127.0.0.1:{port}0",
        f"127.0.0.1:{port - 1}", f"[::1]:{port}", f"0.0.0.0:{port}", f"127.1:{port}", f"2130706433:{port}",
        f"127.0.0.1:{port}.", f" 127.0.0.1:{port}x", f"127.0.0.1:{port},evil.test", f"user@127.0.0.1:{port}", "",
        f"127.0.0.1.:{port}", f"0127.0.0.1:{port}", f"127.0.0.1:0{port}", f"rebind.test:{port}",
    ]  # fmt: skip


async def test_a_name_that_was_pointed_here_reads_nothing(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: for the browser the other site's page and we are one origin, so `Sec-Fetch-*` has no complaint."""

    def reading(name: str) -> Attack:
        async def attack(gate: Gate) -> bool:
            fetch = ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: script")
            return (await gate.ask("GET", "/assets/a-1.js", *fetch, host=name)).status == 200

        return attack

    attacks = [reading(name) for name in names(gate)]
    for attack in attacks:
        assert not await attack(gate)
    off(monkeypatch, "refuse_host")
    for attack in attacks:
        assert await attack(gate)


async def test_every_route_and_verb_asks_for_the_host_first(gate: Gate) -> None:
    for path in ("/", "/assets/a-1.js", "/session", "/code", "/ws", "/nothing"):
        for verb in ("GET", "POST", "PUT", "OPTIONS", "HEAD"):
            for host in ("evil.test", f"localhost:{gate.port}"):
                assert (await gate.ask(verb, path, f"Origin: {gate.url}", host=host)).status == 403
    two = f"GET / HTTP/1.1\r\nHost: {gate.host}\r\nHost: {gate.host}\r\nConnection: close\r\n\r\n"
    assert b" 400 " in (await gate.say(two.encode())).split(b"\r\n")[0]
    none = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
    assert b" 400 " in (await gate.say(none)).split(b"\r\n")[0]


async def test_a_target_that_names_another_host_is_refused(gate: Gate) -> None:
    for target in ("http://evil.test/", f"http://{gate.host}/", "//evil.test/", "*", f"{gate.host}"):
        assert (await gate.ask("GET", target)).status in (400, 403)


# -- the origin


def foreign(gate: Gate) -> list[str]:
    port = gate.port
    return [
        "http://evil.test", f"http://evil.test:{port}", "https://evil.test", "null", "", "file://", "about:blank",
        f"http://127.0.0.1:{port - 1}", "http://127.0.0.1", f"https://127.0.0.1:{port}", f"http://localhost:{port}",
        f"http://[::1]:{port}", f"http://127.0.0.1:{port}.evil.test", f"http://127.0.0.1:{port}@evil.test",
        f"http://evil.test#{gate.url}", f"{gate.url}/", f"{gate.url}0", gate.url.upper(), f"{gate.url} ,{gate.url}",
        f"ws://127.0.0.1:{port}", f"http://127.0.0.1.:{port}", f"http://user@127.0.0.1:{port}",
        f"http://127.0.0.1:0{port}", f"http://127.1:{port}", "moz-extension://x", "chrome-extension://x",
    ]  # fmt: skip


async def test_a_websocket_of_another_page_is_refused_though_it_has_the_bearer(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = foreign(gate)
    for origin in origins:
        assert not await person(gate, Origin=origin), origin
    assert gate.operations.calls == []
    off(monkeypatch, "require_origin")
    for origin in origins:
        assert await person(gate, Origin=origin), origin


async def test_another_page_exchanges_no_code_and_gets_none(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def exchange(gate: Gate, origin: str) -> bool:
        return (await gate.exchange(gate.passes.code(), origin=origin)).status == 200

    async def another(page: Page, origin: str) -> bool:
        return (await gate.code(page, origin=origin)).status == 200

    origins = [origin for origin in foreign(gate) if origin]
    async with gate.page() as page:
        for origin in origins:
            assert not await exchange(gate, origin)
            assert not await another(page, origin)
        off(monkeypatch, "require_origin")
        for origin in origins:
            assert await exchange(gate, origin)
            assert await another(page, origin)


async def test_without_an_origin_nothing_is_done(gate: Gate) -> None:
    body = json.dumps({"code": gate.passes.code()}).encode()
    kind = "Content-Type: application/json"
    assert (await gate.ask("POST", "/session", kind, body=body)).status == 403
    assert (await gate.ask("POST", "/session", kind, f"Origin: {gate.url}", "Origin: null", body=body)).status == 403
    async with gate.page() as page:
        assert (await gate.ask("POST", "/code", f"Authorization: Ticket {page.ticket}")).status == 403
    assert (await gate.ask("GET", "/ws", "Upgrade: websocket", "Connection: Upgrade")).status == 403
    assert (await gate.post("/session", kind, body=body)).status == 400, "two types are none"
    assert (await gate.post("/session", body=body)).status == 200, "nothing of it was used up"


async def test_another_page_does_not_even_fetch_the_constant_bytes(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def attack(gate: Gate) -> bool:
        found = [await gate.ask("GET", path, "Origin: http://evil.test") for path in ("/", "/assets/a-1.js")]
        return any(one.status == 200 for one in found)

    await fails_and_would_succeed(gate, attack, monkeypatch, "refuse_origin")


# -- what browsers say of a request

SHAPES = {
    "a script": ("cross-site", "no-cors", "script"),
    "an image": ("cross-site", "no-cors", "image"),
    "a style": ("same-site", "no-cors", "style"),
    "a font": ("same-site", "cors", "font"),
    "a frame": ("cross-site", "navigate", "iframe"),
    "a frame of its own kind": ("same-origin", "navigate", "iframe"),
    "an old frame": ("same-site", "navigate", "frame"),
    "an object": ("cross-site", "navigate", "object"),
    "an embed": ("cross-site", "no-cors", "embed"),
    "a fetch without reading": ("cross-site", "no-cors", "empty"),
    "a fetch": ("cross-site", "cors", "empty"),
    "a fetch of another port": ("same-site", "cors", "empty"),
    "a beacon": ("cross-site", "no-cors", "empty"),
    "a worker": ("same-site", "same-origin", "worker"),
    "a form": ("cross-site", "navigate", "document"),
    "a form of another port": ("same-site", "navigate", "document"),
    "a shared worker": ("same-origin", "same-origin", "sharedworker"),
    "a service worker": ("same-origin", "same-origin", "serviceworker"),
    "a video": ("cross-site", "no-cors", "video"),
    "a manifest": ("cross-site", "cors", "manifest"),
    "a WebSocket of another port": ("same-site", "websocket", "websocket"),
    "what was typed": ("none", "navigate", "document"),
    "nonsense": ("same-origin", "same-origin", ""),
    "two words": ("same-origin, cross-site", "cors", "empty"),
}


def marked(shape: tuple[str, str, str]) -> tuple[str, ...]:
    return tuple(f"Sec-Fetch-{name}: {value}" for name, value in zip(("Site", "Mode", "Dest"), shape, strict=True))


@pytest.mark.parametrize("name", SHAPES)
async def test_no_part_of_another_page_is_one_of_ours(gate: Gate, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an origin that passes, so that only `Sec-Fetch-*` is in the way: the page itself is for windows alone."""
    headers = marked(SHAPES[name])
    window = SHAPES[name][1:] == ("navigate", "document")

    async def get(gate: Gate) -> bool:
        paths = ("/assets/a-1.js",) if window else ("/", "/assets/a-1.js")
        return any([(await gate.ask("GET", path, *headers)).status == 200 for path in paths])

    async def call(gate: Gate) -> bool:
        exchanged = await gate.exchange(gate.passes.code(), *headers)
        async with gate.page() as page:
            given = await gate.code(page, *headers)
        return exchanged.status == 200 or given.status == 200

    async def socket(gate: Gate) -> bool:
        site, mode, dest = SHAPES[name]
        return await person(gate, Sec_Fetch_Site=site, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=dest)

    for attack in (get, call, socket):
        assert not await attack(gate)
    off(monkeypatch, "refuse_fetch")
    for attack in (get, call, socket):
        assert await attack(gate)


@pytest.mark.parametrize("missing", ["Site", "Mode", "Dest"])
async def test_a_browser_says_all_three(gate: Gate, missing: str) -> None:
    headers = [one for one in marked(("same-origin", "cors", "script")) if missing not in one]
    assert (await gate.ask("GET", "/assets/a-1.js", *headers)).status == 403


@pytest.mark.parametrize("header", ["Sec-Purpose: prefetch;prerender", "Purpose: prefetch", "X-Moz: prefetch"])
async def test_nothing_is_loaded_in_advance(gate: Gate, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that tries an address from its history would use up a code, and end what it had opened."""

    async def attack(gate: Gate) -> bool:
        return (await gate.ask("GET", "/", header)).status == 200

    await fails_and_would_succeed(gate, attack, monkeypatch, "refuse_fetch")


async def test_our_own_page_passes_in_every_engine(gate: Gate) -> None:
    """As Chromium, Firefox and WebKit say it of the page's own requests."""
    for site in ("none", "cross-site", "same-origin"):
        assert (await gate.ask("GET", "/", *marked((site, "navigate", "document")))).status == 200
    parts = (
        ("cors", "script"),
        ("same-origin", "worker"),
        ("no-cors", "style"),
        ("cors", "font"),
        ("no-cors", "image"),
    )
    for mode, dest in parts:
        answer = await gate.ask("GET", "/assets/a-1.js", f"Origin: {gate.url}", *marked(("same-origin", mode, dest)))
        assert answer.status == 200
    for mode in ("cors", "same-origin"):
        assert (await gate.exchange(gate.passes.code(), *marked(("same-origin", mode, "empty")))).status == 200
    for dest in ("websocket", "empty"):
        fetch = {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "websocket", "Sec_Fetch_Dest": dest}
        assert await person(gate, None, **fetch)
    assert await person(gate), "an engine that says nothing"


# -- forms


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_form_cannot_send_a_code(gate: Gate, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`enctype="text/plain"` can send any JSON. With every header right but the type, which a form cannot choose."""

    async def attack(gate: Gate) -> bool:
        body = json.dumps({"code": gate.passes.code()}).encode()
        answer = await gate.ask("POST", "/session", f"Origin: {gate.url}", f"Content-Type: {kind}", body=body)
        return answer.status == 200

    assert not await attack(gate)

    async def any_kind(request: Any) -> bytes:
        return bytes(await request.read())

    monkeypatch.setattr(door, "_body", any_kind)
    assert await attack(gate)


# -- the passes


async def test_without_the_bearer_nobody_is_a_person(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def attack(gate: Gate) -> bool:
        async with gate.socket(named(gate.bearer()).encode()) as page:
            await page.receive()
            await page.text(b"Proof " + b"0" * 64)
            welcome = await page.receive()
        return isinstance(welcome, bytes)

    assert not await attack(gate)
    monkeypatch.setattr(Greeting, "accepts", lambda _self, _proof: True)
    assert await attack(gate)


async def test_without_the_ticket_of_a_page_that_is_here_nobody_gets_a_code(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def attack(gate: Gate) -> bool:
        return (await gate.post("/code", "Authorization: Ticket " + "A" * 43)).status == 200

    async with gate.page():
        assert not await attack(gate)
        monkeypatch.setattr("fumehood.doors.gateway.door.hmac.compare_digest", lambda _one, _other: True)
        assert await attack(gate)


async def test_a_stolen_code_that_the_user_used_first_is_worth_nothing(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def attack(gate: Gate) -> bool:
        code = gate.passes.code()
        assert (await gate.exchange(code)).status == 200
        return (await gate.exchange(code)).status == 200

    assert not await attack(gate)
    again = Passes.exchange

    def forgetful(self: Passes, code: str) -> Any:
        exchanged = again(self, code)
        self._codes[exchanged.code] = self._codes[exchanged.code]._replace(bearer=None)
        return exchanged

    monkeypatch.setattr(Passes, "exchange", forgetful)
    assert await attack(gate)


async def test_a_thief_who_was_first_is_out_when_the_user_comes(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def attack(gate: Gate) -> bool:
        code = gate.passes.code()
        bearer = json.loads((await gate.exchange(code)).body)["bearer"]
        async with gate.welcomed(bearer) as thief:
            await thief.text(HELLO)
            await thief.receive()
            assert (await gate.exchange(code)).status == 403
            await thief.text(b'{"jsonrpc":"2.0","id":2,"method":"daemon.status","params":{}}')
            said = await thief.receive()
        return isinstance(said, bytes) or await person(gate, bearer)

    assert not await attack(gate)
    monkeypatch.setattr(Passes, "_end", lambda _self, _bearer: None)
    assert await attack(gate)


async def test_a_thief_who_asked_for_another_code_is_out_too(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def attack(gate: Gate) -> bool:
        code = gate.passes.code()
        bearer = json.loads((await gate.exchange(code)).body)["bearer"]
        async with gate.welcomed(bearer) as thief:
            more = json.loads((await gate.code(thief)).body)["code"]
        second = json.loads((await gate.exchange(more)).body)["bearer"]
        assert (await gate.exchange(code)).status == 403
        return await person(gate, second)

    assert not await attack(gate)
    give = Passes.code
    monkeypatch.setattr(Passes, "code", lambda self, _giver=None, only=None: give(self, None, only))
    assert await attack(gate)


async def test_a_code_that_is_too_old_is_worth_nothing(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def attack(gate: Gate) -> bool:
        code = gate.passes.code()
        gate.clock.now += 60.0
        return (await gate.exchange(code)).status == 200

    assert not await attack(gate)
    monkeypatch.setattr(gate.passes, "_seconds", 1e9)
    assert await attack(gate)


async def test_guesses_are_refused_however_many(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fumehood.core.limits.GATEWAY_WRONG_SECONDS", 0.0)
    code = gate.passes.code()
    for number in range(200):
        assert (await gate.exchange(code[:-2] + f"{number % 100:02}" if number % 2 else str(number))).status == 403
    with pytest.raises(PassRefused):
        admits(gate.passes, code)
    assert (await gate.exchange(code)).status == 200, "guessing locks nobody out"
