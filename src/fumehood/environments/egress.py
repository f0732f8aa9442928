"""The one way out for an installer: a proxy on 127.0.0.1 that leads to the hosts it was given, and nowhere else.

An index answers with addresses of files on whatever host it likes, a package's metadata with addresses of others; so
what `uv` is told is no bound on whom it contacts. It gets this proxy as its only way out, and each connection is
decided here, by host and port. Who uses it proves itself with a password that is made for one run. May assume that the
program honours `HTTPS_PROXY`; must never resolve, log or pass on anything for a host that is not on the list. Is no
server of ours in the sense of `doors`: nothing is served, and it lives as long as one run of `uv`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping
from types import TracebackType
from typing import Final, NamedTuple, Self
from urllib.parse import unquote, urlsplit

from fumehood.core import limits
from fumehood.core.errors import BadSetting
from fumehood.environments.asking import addresses

_PORTS: Final = {"http": 80, "https": 443}
_CHUNK: Final = 256 * limits.KIB


class _Proxy(NamedTuple):
    host: str
    port: int
    authorization: str


def place_of(url: str) -> str:
    """The host that an address leads to, as `addresses.place` names it; empty for a file."""
    parts = urlsplit(url)
    return addresses.place(parts.scheme, parts.hostname, parts.port) if parts.hostname else ""


class Gate:
    def __init__(
        self,
        allowed: Collection[str],
        environ: Mapping[str, str],
        received: Callable[[int], None] = lambda _count: None,
    ) -> None:
        """`allowed`: as `place_of` names them. `environ`: the user's, for a proxy of theirs. Raises BadSetting."""
        self._allowed = frozenset(allowed)
        self._upstream = {scheme: _proxy(scheme, environ) for scheme in _PORTS}
        self._direct = _direct(environ)
        self._received = received
        self._password = secrets.token_urlsafe(24)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.contacted: set[str] = set()
        self.refused: set[str] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._arrived, "127.0.0.1", 0, limit=limits.EGRESS_HEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return f"http://fumehood:{self._password}@127.0.0.1:{port}"

    def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._one(reader, writer)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError, TimeoutError, UnicodeError):
            pass  # a connection that broke, or that said nothing we know
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(limits.EGRESS_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")[:-2]
        method, target, _version = first.split(" ")
        if not self._knows(fields):
            return await _refuse(writer, 407)
        scheme = "https" if method == "CONNECT" else "http"
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        host, port = parts.hostname, parts.port or _PORTS[scheme]
        if not host or method not in ("CONNECT", "GET", "HEAD") or (method != "CONNECT" and parts.scheme != "http"):
            return await _refuse(writer, 405)
        place = addresses.place(scheme, host, port)
        if place not in self._allowed:
            self.refused.add(place)
            return await _refuse(writer, 403)
        self.contacted.add(place)
        try:
            async with asyncio.timeout(limits.EGRESS_SECONDS):
                there = await self._reach(scheme, host, port)
        except (OSError, TimeoutError, EOFError, ValueError):
            return await _refuse(writer, 502)
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                there[1].write(self._head(method, target, parts.path, parts.query, fields))
            ways = {
                asyncio.create_task(_pipe(there[0], writer, self._received)),
                asyncio.create_task(_pipe(reader, there[1] if method == "CONNECT" else None)),
            }
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            there[1].close()

    def _knows(self, fields: list[str]) -> bool:
        wanted = "Basic " + base64.b64encode(f"fumehood:{self._password}".encode()).decode()
        for field in fields:
            name, _, value = field.partition(":")
            if name.lower() == "proxy-authorization":
                return hmac.compare_digest(value.strip().encode("latin-1"), wanted.encode())
        return False

    async def _reach(self, scheme: str, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        upstream = self._upstream[scheme]
        if upstream is None or self._direct(host):
            return await asyncio.open_connection(host, port)
        reader, writer = await asyncio.open_connection(upstream.host, upstream.port, limit=limits.EGRESS_HEAD)
        if scheme == "https":
            target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            wish = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{upstream.authorization}\r\n"
            writer.write(wish.encode("latin-1"))
            answer = await reader.readuntil(b"\r\n\r\n")
            if answer.split(b" ", 2)[1:2] != [b"200"]:
                writer.close()
                raise OSError("the proxy refused")
        return reader, writer

    def _head(self, method: str, target: str, path: str, query: str, fields: list[str]) -> bytes:
        """One request and no second on this connection: the next one may be meant for another host."""
        upstream = self._upstream["http"]
        host = urlsplit(target).hostname or ""
        proxied = upstream is not None and not self._direct(host)
        kept = [one for one in fields if not one.lower().startswith(("proxy-", "connection:", "keep-alive:"))]
        wanted = target if proxied else (path or "/") + (f"?{query}" if query else "")
        authorization = upstream.authorization if proxied and upstream is not None else ""
        lines = "".join(f"{one}\r\n" for one in kept)
        return f"{method} {wanted} HTTP/1.1\r\n{lines}{authorization}Connection: close\r\n\r\n".encode("latin-1")


async def _pipe(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None, count: Callable[[int], None] = lambda _n: None
) -> None:
    """`None`: what comes is not passed on."""
    while data := await reader.read(_CHUNK):
        if writer is not None:
            writer.write(data)
            await writer.drain()
            count(len(data))


async def _refuse(writer: asyncio.StreamWriter, status: int) -> None:
    writer.write(f"HTTP/1.1 {status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()


def _proxy(scheme: str, environ: Mapping[str, str]) -> _Proxy | None:
    """The user's own. Lower case wins, as it does for curl."""
    names = [f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"]
    text = next((environ[name] for name in names if environ.get(name)), "")
    if not text:
        return None
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if parts.scheme != "http" or not parts.hostname:
        raise BadSetting(
            f"A proxy of the kind {parts.scheme} is not supported.", hint="Name an http:// proxy in HTTPS_PROXY."
        )
    authorization = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"
    return _Proxy(parts.hostname, parts.port or 80, authorization)


def _direct(environ: Mapping[str, str]) -> Callable[[str], bool]:
    """Whether a host is reached without the user's proxy."""
    text = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    names = [one.strip().lstrip(".").lower() for one in text.split(",") if one.strip()]
    return lambda host: any(name in ("*", host.lower()) or host.lower().endswith(f".{name}") for name in names)
