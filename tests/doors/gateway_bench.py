"""A real gateway door before small operations of a daemon, and clients that say exactly what a test wants said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from fumehood.client.wire import Wire
from fumehood.core.errors import HoodError, PassRefused
from fumehood.doors.gateway.door import GatewayDoor
from fumehood.doors.gateway.pages import Asset, Assets
from fumehood.doors.passes import Key, Passes, key
from fumehood.doors.proofs import proof
from tests.doors.bench import Bench, opened
from tests.doors.blob_bench import Answer, parse

HELLO = b'{"jsonrpc":"2.0","id":1,"method":"daemon.hello","params":{"version":1,"client":"a page"}}'
ASSETS = Assets(page=b"<!doctype html><title>the page</title>", files={"a-1.js": Asset(b"0", "text/javascript")})
BLOBS = "http://127.0.0.1:9"


ASKED = "5a" * 32
"""What a page here says as its random bytes."""


def answer(bearer: str, host: str, said: str, asked: str = ASKED) -> str:
    """What a page that has the bearer says to the gateway's proof."""
    word, answered, shown = said.split(" ")
    assert (word, shown) == ("Gateway", proof(bearer, "gateway", host, asked, answered))
    return f"Proof {proof(bearer, 'page', host, asked, answered)}"


def named(bearer: str, asked: str = ASKED) -> str:
    """A page's first message."""
    return f"Page {key(bearer).hex()} {asked}"


def admits(passes: Passes, bearer: str) -> Key:
    """The name of a bearer with which a page comes in. Raises `PassRefused`."""
    host = "127.0.0.1:1"
    greeting = passes.greet(key(bearer).hex(), ASKED, host)
    if not greeting.accepts(proof(bearer, "page", host, ASKED, greeting.answered)):
        raise PassRefused("The proof is wrong.")
    return greeting.bearer


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Nearby:
    """The daemon: a control door of the test's own process. `problem` is what reaching it gives instead."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self.problem: HoodError | None = None
        self.asked = 0

    async def wire(self) -> Wire:
        if self.problem is not None:
            raise self.problem
        return await Wire.connect(self._socket)

    async def blobs(self) -> str:
        self.asked += 1
        if self.problem is not None:
            raise self.problem
        return BLOBS


class Notes:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.codes: list[Key] = []
        self.fetched = 0

    def came(self) -> None:
        self.said.append("came")

    def left(self, lost: bool) -> None:
        self.said.append("lost" if lost else "left")

    def awaits(self) -> None:
        self.said.append("awaits")

    def asked(self) -> None:
        self.fetched += 1

    def used(self, code: Key) -> None:
        self.codes.append(code)


class Gate:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.notes = Notes()
        self.operations = Bench()
        self.daemon = Nearby(folder / "control.sock")
        self.passes = Passes(self.clock, revoked=lambda bearer: self.door.revoke(bearer))
        self.door = GatewayDoor(ASSETS, self.passes, self.daemon, self.notes)

    @property
    def url(self) -> str:
        return self.door.url

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def port(self) -> int:
        return int(self.host.rsplit(":", 1)[1])

    def bearer(self) -> str:
        return self.passes.exchange(self.passes.code()).bearer

    async def say(self, data: bytes) -> bytes:
        """Everything that is answered until the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        try:
            async with asyncio.timeout(20):
                return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()

    async def ask(
        self, method: str, target: str, *headers: str, body: bytes | None = None, host: str | None = None
    ) -> Answer:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host if host is None else host}", *headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([*lines, "Connection: close", "", ""])
        return parse(await self.say(head.encode("latin-1") + (body or b"")), method)

    async def post(self, target: str, *headers: str, body: bytes | None = None, origin: str | None = None) -> Answer:
        """As the page says it, unless told otherwise."""
        kind = () if body is None else ("Content-Type: application/json",)
        return await self.ask("POST", target, f"Origin: {origin or self.url}", *kind, *headers, body=body)

    async def exchange(self, code: str, *headers: str, origin: str | None = None) -> Answer:
        return await self.post("/session", *headers, body=json.dumps({"code": code}).encode(), origin=origin)

    @asynccontextmanager
    async def socket(self, *first: bytes, **headers: str) -> AsyncIterator[Page]:
        """A WebSocket from a page of ours, unless `headers` say otherwise; `first` is said at once."""
        given = {"Origin": self.url} | {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.ws_connect(f"ws://{self.host}/ws", headers=given, max_msg_size=0) as socket,
        ):
            page = Page(socket)
            for message in first:
                await page.text(message)
            yield page

    @asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        """One that was let in, and has said hello."""
        async with self.welcomed(self.bearer()) as page:
            await page.text(HELLO)
            hello = await page.receive()
            assert isinstance(hello, bytes)
            assert json.loads(hello)["result"]["role"] == "person"
            yield page

    @asynccontextmanager
    async def welcomed(self, bearer: str, **headers: str) -> AsyncIterator[Page]:
        """One that was let in and has said nothing yet."""
        async with self.socket(**headers) as page:
            await page.enter(bearer, self.host)
            yield page

    async def code(self, page: Page, *headers: str, origin: str | None = None) -> Answer:
        return await self.post("/code", f"Authorization: Ticket {page.ticket}", *headers, origin=origin)


class Page:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> None:
        self.socket = socket
        self.ticket = ""

    async def enter(self, bearer: str, host: str) -> None:
        """Raises AssertionError where it is not let in."""
        await self.text(named(bearer).encode())
        said = await self.receive()
        assert isinstance(said, bytes), said
        await self.text(answer(bearer, host, said.decode()).encode())
        welcome = await self.receive()
        assert isinstance(welcome, bytes), welcome
        word, self.ticket = welcome.decode().split(" ")
        assert word == "Welcome"

    async def text(self, data: bytes) -> None:
        await self.socket.send_frame(data, aiohttp.WSMsgType.TEXT)

    async def binary(self, data: bytes) -> None:
        await self.socket.send_bytes(data)

    async def receive(self) -> bytes | tuple[int, str]:
        """A message, or the close code and reason at the end."""
        message = await self.socket.receive(timeout=20)
        if message.type is aiohttp.WSMsgType.TEXT:
            return str(message.data).encode()
        if message.type is aiohttp.WSMsgType.BINARY:
            return bytes(message.data)
        return self.socket.close_code or 0, str(message.extra or "")

    async def call(self, method: str, params: Any = None, number: int = 2) -> Any:
        await self.text(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}).encode())
        said = await self.receive()
        assert isinstance(said, bytes), said
        return json.loads(said)


@asynccontextmanager
async def gateway(folder: Path) -> AsyncIterator[Gate]:
    made = Gate(folder)
    async with opened(folder, made.operations):
        await made.door.start()
        try:
            yield made
        finally:
            await made.door.close()
