"""Real gateways as `hood open` starts them, over a page of a few bytes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import aiohttp
import msgspec

from fumehood.core.paths import Paths
from tests.doors.bench import Caller
from tests.doors.blob_bench import Answer, parse
from tests.doors.gateway_bench import answer as proven
from tests.doors.gateway_bench import named

PAGE = (
    '<!doctype html><meta charset="utf-8"><title>the page</title><script type="module" src="/assets/p-1.js"></script>'
)
HOOD = (sys.executable, "-P", "-m", "fumehood.cli.main")
FAST = (
    "import os, sys\n"
    "from fumehood.core import limits\n"
    "limits.GATEWAY_FIRST_SECONDS = limits.GATEWAY_LAST_SECONDS = {seconds}\n"
    "limits.GATEWAY_LOST_SECONDS = {lost}\n"
    "limits.CODE_SECONDS = {code}\n"
    "from fumehood.doors.gateway.main import run\n"
    "sys.exit(run(os.environ))\n"
)


class Opened(NamedTuple):
    url: str
    redirect: Path
    pid: int

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def code(self) -> str:
        found = re.search(r"code=([\w-]{43})", self.redirect.read_text())
        assert found
        return found[1]


def assets(folder: Path, script: str = "0") -> Path:
    """Built pages, as far as a gateway is concerned."""
    files = folder / "shell" / "assets"
    files.mkdir(parents=True)
    (folder / "shell" / "index.html").write_text(PAGE)
    (files / "p-1.js").write_text(script)
    return folder


@contextlib.contextmanager
def opened(pages: Path, *words: str, env: dict[str, str] | None = None) -> Iterator[Opened]:
    """`hood open` with these words; the gateway is killed at the end."""
    done = subprocess.run(
        [*HOOD, "open", "--json", *words],
        env={**os.environ, "FUMEHOOD_ASSETS": str(pages), **(env or {})},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[0])
    found = Opened(said["url"], Path(said["redirect"]), said["pid"])
    try:
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGKILL)


@contextlib.contextmanager
def fast(
    pages: Path, seconds: float, code: float = 60.0, lost: float | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Opened]]:
    """A gateway that has little patience, as a child of this process."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", FAST.format(seconds=seconds, code=code, lost=seconds if lost is None else lost)],
        env={**os.environ, "FUMEHOOD_ASSETS": str(pages)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        process.stdin.write(b'{"targets":[{}]}')
        process.stdin.close()
        said = json.loads(process.stdout.readline())
        try:
            yield process, Opened(said["url"], Path(said["redirects"][0]), process.pid)
        finally:
            process.kill()


def log_of(places: Paths, pid: int) -> list[dict[str, object]]:
    lines = [msgspec.json.decode(line) for line in places.gateway_log.read_bytes().splitlines()]
    return [line for line in lines if line.get("pid") == pid]


def runtimes(places: Paths) -> Sequence[Path]:
    return list(places.runtimes.iterdir()) if places.runtimes.exists() else []


def processes_of(home: Path) -> dict[int, tuple[bytes, bytes]]:
    """argv and environment of every process that there is, as far as they can be read; ours apart."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                found[int(folder.name)] = ((folder / "cmdline").read_bytes(), (folder / "environ").read_bytes())
    assert any(str(home).encode() in environ for _, environ in found.values())
    return found


def raw(opened_: Opened, lines: Sequence[str], body: bytes = b"") -> bytes:
    with socket.create_connection(("127.0.0.1", opened_.port), timeout=20) as sock:
        sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        data = b""
        try:
            while more := sock.recv(65536):
                data += more
        except ConnectionResetError:
            pass
        return data


def ask(opened_: Opened, method: str, target: str, *headers: str, body: bytes = b"") -> Answer:
    length = (f"Content-Length: {len(body)}",) if body else ()
    lines = [f"{method} {target} HTTP/1.1", f"Host: {opened_.host}", *headers, *length, "Connection: close"]
    return parse(raw(opened_, lines, body), method)


def exchange(opened_: Opened, code: str) -> Answer:
    body = json.dumps({"code": code}).encode()
    return ask(opened_, "POST", "/session", f"Origin: {opened_.url}", "Content-Type: application/json", body=body)


@contextlib.asynccontextmanager
async def page(opened_: Opened, bearer: str) -> AsyncIterator[Caller]:
    """A page of this gateway that has said hello."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.ws_connect(f"{opened_.url}/ws", headers={"Origin": opened_.url}, max_msg_size=0) as websocket,
    ):
        await websocket.send_str(named(bearer))
        await websocket.send_str(proven(bearer, opened_.host, await websocket.receive_str()))
        assert (await websocket.receive_str()).startswith("Welcome ")
        caller = Caller(websocket)
        answer = await caller.call("daemon.hello")
        assert answer.error is None, answer.error
        yield caller


def bearer_of(answer: Answer) -> str:
    assert answer.status == 200
    return str(json.loads(answer.body)["bearer"])
