"""The only way out of an installer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from fumehood.core.errors import BadSetting
from fumehood.environments.egress import Gate, place_of
from fumehood.testing.indexes import Index

PASSWORD = "Proxy-Authorization: Basic {}\r\n"


def authorization(gate: Gate) -> str:
    import base64

    parts = urlsplit(gate.url)
    return PASSWORD.format(base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode())


async def say(gate: Gate, text: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(gate.url).port)
    writer.write(text.encode())
    answer = await reader.read()
    writer.close()
    return answer


@asynccontextmanager
async def gate_to(*hosts: str, **environ: str) -> AsyncIterator[Gate]:
    async with Gate(hosts, environ) as gate:
        yield gate


async def test_only_who_has_the_password_gets_through(shop: Index) -> None:
    async with gate_to(shop.host) as gate:
        wish = f"GET {shop.url}/ipykernel/ HTTP/1.1\r\nHost: {shop.host}\r\n"
        assert b"407" in await say(gate, f"{wish}\r\n")
        assert b"407" in await say(gate, f"{wish}Proxy-Authorization: Basic QTpC\r\n\r\n")
        assert shop.requests == []
        assert b"200 OK" in await say(gate, f"{wish}{authorization(gate)}\r\n")
        assert gate.contacted == {shop.host} and gate.refused == set()


async def test_only_the_hosts_on_the_list_are_reached_by_any_verb(shop: Index, other: Index) -> None:
    async with gate_to(shop.host) as gate:
        known = authorization(gate)
        for wish in (
            f"GET http://{other.host}/ HTTP/1.1\r\n",
            f"CONNECT {other.host} HTTP/1.1\r\n",
            f"GET http://{shop.host}@{other.host}/ HTTP/1.1\r\n",
            f"GET http://LOCALHOST:{other.host.split(':')[1]}/ HTTP/1.1\r\n",
        ):
            assert b" 403 " in await say(gate, f"{wish}Host: {shop.host}\r\n{known}\r\n"), wish
        assert b" 405 " in await say(gate, f"POST http://{shop.host}/ HTTP/1.1\r\n{known}\r\n")
        assert other.requests == [] and shop.requests == []


async def test_a_second_request_does_not_ride_on_the_first(shop: Index, other: Index) -> None:
    async with gate_to(shop.host) as gate:
        known = authorization(gate)
        first = (
            f"GET http://{shop.host}/simple/a/ HTTP/1.1\r\nHost: {shop.host}\r\nConnection: keep-alive\r\n{known}\r\n"
        )
        await say(gate, f"{first}GET /simple/b/ HTTP/1.1\r\nHost: {other.host}\r\n\r\n")
        assert shop.requests == ["/simple/a/"] and other.requests == []


async def test_the_user_s_own_proxy_is_used_and_a_kind_that_we_do_not_speak_is_refused(
    shop: Index, other: Index
) -> None:
    async with gate_to("far.example:80", HTTP_PROXY=f"http://me:word@{other.host}", NO_PROXY="near.example") as gate:
        wish = f"GET http://far.example/simple/x/ HTTP/1.1\r\nHost: far.example\r\n{authorization(gate)}\r\n"
        await say(gate, wish)
        assert other.requests == ["http://far.example/simple/x/"]
    with pytest.raises(BadSetting):
        Gate((), {"ALL_PROXY": "socks5://127.0.0.1:1"})


def test_a_place_is_a_host_with_the_port_that_its_scheme_does_not_have() -> None:
    assert place_of("https://Index.example:443/simple") == "index.example"
    assert place_of("https://index.example:8443/") == "index.example:8443"
    assert place_of("http://user:word@[::1]/") == place_of("http://[::1]:80/") == "[::1]:80"
    assert place_of("http://index.example/") == "index.example:80", "who accepted a host did not accept to be overheard"
    assert place_of("https://пример.example./") == "xn--e1afmkfd.example"
    assert place_of("file:///x") == ""
