"""A real blob server and a client that says exactly the bytes that a test wants said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from fumehood.doors.blobs import BlobDoor, Plugin
from fumehood.store.blobs import BlobStore

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
BIG = bytes(range(256)) * 4096 * 5


class Bench(NamedTuple):
    door: BlobDoor
    store: BlobStore
    plugins: dict[str, Plugin]
    host: str

    @property
    def port(self) -> int:
        return int(self.host.rsplit(":", 1)[1])

    def put(self, data: bytes) -> str:
        return f"/blob/{self.store.put(data).blob}"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    """Names in lower case; a repeated one is a failure."""
    body: bytes


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Bench]:
    store = BlobStore(tmp_path / "blobs")
    plugins: dict[str, Plugin] = {}
    door = BlobDoor(store, plugins)
    await door.start()
    yield Bench(door, store, plugins, door.url.removeprefix("http://"))
    await door.close()


def parse(data: bytes, method: str = "GET") -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        assert name.lower() not in headers, f"{name} twice"
        headers[name.lower()] = value
    status = int(lines[0].split(" ")[1])
    if method != "HEAD" and status != 304 and "content-length" in headers:
        assert len(body) == int(headers["content-length"])
    return Answer(status, headers, body)


async def say(bench: Bench, data: bytes) -> bytes:
    """Everything that the server answers until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.port)
    writer.write(data)
    try:
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


async def get(bench: Bench, target: str, *headers: str, method: str = "GET", host: str | None = None) -> Answer:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {bench.host if host is None else host}", *headers]
    head = "\r\n".join([*lines, "Connection: close", "", ""])
    return parse(await say(bench, head.encode("latin-1")), method)
