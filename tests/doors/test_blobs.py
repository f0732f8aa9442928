"""The blob server over raw sockets: what a browser, a page of another site and an attacker get from it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import time

import pytest

from fumehood.core import limits
from fumehood.core.errors import Internal
from fumehood.core.ids import BlobHash, blob_hash
from fumehood.doors.blobs import ROUTES, BlobDoor, Plugin
from fumehood.store.blobs import BlobStore
from tests.doors.blob_bench import BIG, PNG, Bench, get, parse, say

# -- what is served


async def test_a_blob_comes_by_its_hash(served: Bench) -> None:
    answer = await get(served, served.put(b"some text"))
    assert (answer.status, answer.body) == (200, b"some text")


async def test_a_blob_comes_with_all_its_headers_and_no_others(served: Bench) -> None:
    target = served.put(b"<script>alert(1)</script>")
    answer = await get(served, target)
    assert {name: value for name, value in answer.headers.items() if name != "date"} == {
        "content-type": "application/octet-stream",
        "content-length": "25",
        "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "private, max-age=31536000, immutable",
        "etag": f'"{target.removeprefix("/blob/")}"',
        "accept-ranges": "bytes",
        "server": "fumehood",
        "connection": "close",
    }


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89arest", "image/gif"),
        (b"GIF87arest", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "application/octet-stream"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "application/octet-stream"),
        (b"<!doctype html><script>1</script>", "application/octet-stream"),
        (b"%PDF-1.7", "application/octet-stream"),
        (b"\x89PNG", "application/octet-stream"),
        (b" \x89PNG\r\n\x1a\n", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("large", [False, True])
async def test_only_rasters_have_a_type(served: Bench, data: bytes, kind: str, large: bool) -> None:
    answer = await get(served, served.put(data + bytes(limits.BLOB_READ_WHOLE + 1) if large else data))
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-security-policy"].startswith("sandbox;")


async def test_a_caller_cannot_choose_a_type(served: Bench) -> None:
    target = served.put(b"<script>")
    answer = await get(served, target, "Accept: text/html", "Content-Type: text/html")
    assert answer.headers["content-type"] == "application/octet-stream"
    for end in ("?type=text/html", ".html", "/", "/x.html", "%00.html", ";.html", "#x"):
        assert (await get(served, target + end)).status in (400, 404)


async def test_a_large_blob_goes_from_the_page_cache_to_the_socket(
    served: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = 0
    real = os.sendfile

    def counting(*arguments: int) -> int:
        nonlocal sent
        count = real(*arguments)
        sent += count
        return count

    monkeypatch.setattr(os, "sendfile", counting)
    answer = await get(served, served.put(BIG))
    assert answer.body == BIG
    assert sent == len(BIG)


@pytest.mark.parametrize("data", [b"small" * 10, BIG], ids=["small", "large"])
async def test_head_is_get_without_the_bytes(served: Bench, data: bytes) -> None:
    target = served.put(data)
    head, whole = await get(served, target, method="HEAD"), await get(served, target)
    assert head.body == b""
    assert head.status == 200
    assert head.headers.keys() == whole.headers.keys()
    assert head.headers["content-length"] == str(len(data))


@pytest.mark.parametrize("data", [bytes(range(100)), BIG], ids=["small", "large"])
async def test_a_range_is_that_part_of_the_bytes(served: Bench, data: bytes) -> None:
    target = served.put(data)
    size = len(data)
    for header, start, end in [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=90-", 90, size),
        ("bytes=-7", size - 7, size),
    ]:
        answer = await get(served, target, f"Range: {header}")
        assert answer.status == 206
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.body == data[start:end]
    answer = await get(served, target, f"Range: bytes={size}-")
    assert (answer.status, answer.body, answer.headers["content-range"]) == (416, b"", f"bytes */{size}")
    for header in ("bytes=0-1,5-6", "bytes=x", "lines=1-2"):
        answer = await get(served, target, f"Range: {header}")
        assert (answer.status, answer.body) == (200, data)
    answer = await get(served, target, "Range: bytes=0-1", 'If-Range: "another"')
    assert (answer.status, answer.body) == (200, data)
    answer = await get(served, target, "Range: bytes=0-1", method="HEAD")
    assert (answer.status, answer.headers["content-length"]) == (200, str(size))


@pytest.mark.parametrize("data", [b"small", BIG], ids=["small", "large"])
async def test_what_the_browser_has_is_not_sent_again(served: Bench, data: bytes) -> None:
    target = served.put(data)
    tag = (await get(served, target)).headers["etag"]
    for method in ("GET", "HEAD"):
        answer = await get(served, target, f"If-None-Match: {tag}", method=method)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == tag
        assert "immutable" in answer.headers["cache-control"]
    assert (await get(served, target, 'If-None-Match: "other"')).status == 200


async def test_a_blob_of_an_earlier_daemon_is_served_and_a_damaged_one_is_not(served: Bench) -> None:
    whole, damaged = served.put(b"whole"), served.put(b"damaged")
    place = served.store.path(BlobHash(damaged.removeprefix("/blob/")))
    assert place is not None
    place.write_bytes(bytes(7))
    door = BlobDoor(BlobStore(served.store.folder), {})
    await door.start()
    later = Bench(door, served.store, {}, door.url.removeprefix("http://"))
    assert (await get(later, whole)).body == b"whole"
    assert (await get(later, damaged)).status == 404
    await door.close()


async def test_a_swept_blob_is_missing(served: Bench) -> None:
    for data in (b"x", BIG):
        target = served.put(data)
        served.store.sync()
        served.store.sweep(lambda _: False, 0, time.time() + 10)
        answer = await get(served, target)
        assert answer.status == 404
        assert answer.headers["cache-control"] == "no-store"


async def test_an_ephemeral_blob_is_there_until_its_kernel_goes(served: Bench) -> None:
    name = blob_hash(PNG)
    served.store.put_ephemeral("0badcafe", name, PNG)
    answer = await get(served, f"/blob/{name}", "Range: bytes=1-3")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (206, b"PNG", "image/png")
    served.store.drop_ephemeral("0badcafe")
    assert (await get(served, f"/blob/{name}")).status == 404


async def test_many_requests_share_a_connection(served: Bench) -> None:
    targets = [served.put(b"one"), served.put(BIG), served.put(b"three"), "/blob/" + "0" * 64, served.put(b"last")]
    heads = [f"GET {target} HTTP/1.1\r\nHost: {served.host}\r\n" for target in targets]
    data = await say(served, ("\r\n".join(heads) + "Connection: close\r\n\r\n").encode())
    assert [data.count(status) for status in (b"HTTP/1.1 200", b"HTTP/1.1 404")] == [4, 1]
    assert data.endswith(b"last")
    assert BIG in data


# -- plugins


async def test_a_plugin_is_served_by_its_name_with_its_policy(served: Bench) -> None:
    policy = "sandbox allow-scripts; default-src 'none'"
    served.plugins["guest-0123.html"] = Plugin(b"<p>", "text/html", policy, {"Permissions-Policy": "camera=()"})
    answer = await get(served, "/plugins/guest-0123.html")
    assert (answer.status, answer.body) == (200, b"<p>")
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["content-security-policy"] == policy
    assert answer.headers["permissions-policy"] == "camera=()"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert (await get(served, "/plugins/guest-0123.html", f"If-None-Match: {answer.headers['etag']}")).status == 304


async def test_a_plugin_cannot_loosen_what_the_door_says(served: Bench) -> None:
    loose = {"X-Content-Type-Options": "none", "Content-Security-Policy": "", "Referrer-Policy": "unsafe-url"}
    served.plugins["a.js"] = Plugin(b"1", "text/javascript", headers=loose)
    answer = await get(served, "/plugins/a.js")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.parametrize("policy", ["", "default-src 'none'", "sandbox allow-same-origin"])
def test_a_plugin_that_is_not_sealed_does_not_exist(policy: str) -> None:
    with pytest.raises(Internal):
        Plugin(b"", "text/html", policy)


def test_a_plugin_cannot_write_a_second_header_line() -> None:
    with pytest.raises(Internal):
        Plugin(b"", "text/html\r\nSet-Cookie: a=b")
    with pytest.raises(Internal):
        Plugin(b"", "text/html", headers={"X-A": "b\nSet-Cookie: a=b"})


@pytest.mark.parametrize(
    "name", ["", "unknown.js", "a.js/", "a.js?x", "%61.js", "../a.js", "./a.js", "A.js", "a.js%00"]
)
async def test_only_the_exact_name_of_a_plugin_finds_it(served: Bench, name: str) -> None:
    served.plugins["a.js"] = Plugin(b"1", "text/javascript")
    assert (await get(served, f"/plugins/{name}")).status == 404


# -- what is refused

NAME = "0123456789abcdef" * 4
VERBS = [
    *["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO", "PROPFIND", "MKCOL", "M-SEARCH", "PURGE"],
    *["get", "Get", "gET", "head", "GETS", "GE", "X" * 200],
]


def targets(served: Bench) -> list[str]:
    served.plugins["a.js"] = Plugin(b"1", "text/javascript")
    known = {"/blob/{sha256}": served.put(PNG), "/plugins/{name}": "/plugins/a.js"}
    assert known.keys() == {route.path for route in ROUTES}, "a new route needs its tests"
    return list(known.values())


@pytest.mark.parametrize("verb", VERBS)
async def test_every_other_verb_is_405_on_every_route(served: Bench, verb: str) -> None:
    for target in (*targets(served), "/blob/" + NAME, "/", "/anything"):
        answer = await get(served, target, method=verb)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert "access-control-allow-origin" not in answer.headers


async def test_a_preflight_is_refused_so_that_no_header_of_another_page_arrives(served: Bench) -> None:
    for target in targets(served):
        asking = ("Origin: https://evil.test", "Access-Control-Request-Method: GET")
        answer = await get(served, target, *asking, "Access-Control-Request-Private-Network: true", method="OPTIONS")
        assert answer.status == 405
        assert not [name for name in answer.headers if name.startswith("access-control")]


HOSTS = [
    "127.0.0.1",
    "127.0.0.1:1",
    "localhost",
    "localhost:{port}",
    "LOCALHOST:{port}",
    "[::1]:{port}",
    "0.0.0.0:{port}",
    "127.0.0.2:{port}",
    "127.1:{port}",
    "127.0.0.1:0{port}",
    "127.0.0.1.evil.test:{port}",
    "evil.test",
    "evil.test:{port}",
    "user@127.0.0.1:{port}",
    "127.0.0.1:{port}@evil.test",
    "127.0.0.1:{port}/",
    "127.0.0.1:{port}?x",
    "127.0.0.1:{port}#x",
    "127.0.0.1:{port},evil.test",
    "",
]


@pytest.mark.parametrize("host", HOSTS)
async def test_another_host_is_refused_on_every_route(served: Bench, host: str) -> None:
    for target in targets(served):
        answer = await get(served, target, host=host.format(port=served.port))
        assert answer.status in (400, 403)
        assert b"PNG" not in answer.body
        assert "access-control-allow-origin" not in answer.headers


async def test_no_host_and_two_hosts_are_refused(served: Bench) -> None:
    target = served.put(PNG)
    for hosts in ([], [served.host, served.host], [served.host, "evil.test"], ["evil.test", served.host]):
        for version in ("1.0", "1.1"):
            lines = [f"GET {target} HTTP/{version}", *[f"Host: {host}" for host in hosts], "Connection: close", "", ""]
            data = await say(served, "\r\n".join(lines).encode())
            assert parse(data).status == 400
            assert b"PNG" not in data


async def test_a_target_with_a_host_of_its_own_is_refused(served: Bench) -> None:
    target = served.put(PNG)
    for start in (f"http://{served.host}", "http://evil.test", "https://x", f"//{served.host}", "//evil.test"):
        assert (await get(served, start + target)).status == 400


@pytest.mark.parametrize(
    "target",
    [
        *["/", "/blob", "/blob/", "/blob//", "/plugins", "/plugins/", "/health", "/favicon.ico", "/robots.txt"],
        "/blob/" + NAME[:63],
        "/blob/" + NAME + "0",
        "/blob/" + "g" * 64,
        "/blob/{upper}",
        "/blob/{known}?",
        "/blob/{known}/..",
        "/blob/../blob/{known}",
        "/./blob/{known}",
        "//blob/{known}",
        "/blob/%2e%2e/{known}",
        "/blob/..%2f..%2f..%2fetc%2fpasswd",
        "/blob/../../../../etc/passwd",
        "/BLOB/{known}",
        "/plugins/../blob/{known}",
        "/plugins/..",
        "/plugins/....//",
        "/blob/{known}\\",
    ],
)
async def test_nothing_else_is_there(served: Bench, target: str) -> None:
    known = served.put(PNG).removeprefix("/blob/")
    answer = await get(served, target.format(known=known, upper=known.upper()))
    assert answer.status in (400, 404)
    assert b"PNG" not in answer.body
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("null", 200),
        ("http://127.0.0.1:8000", 200),
        ("https://evil.test", 403),
        ("http://127.0.0.1.evil.test", 403),
        ("http://localhost:8000", 403),
        ("https://127.0.0.1:8000", 403),
        ("file://", 403),
        ("chrome-extension://abc", 403),
        ("", 403),
    ],
)
async def test_a_page_of_another_site_is_refused(served: Bench, origin: str | None, status: int) -> None:
    for target in targets(served):
        answer = await get(served, target, *([] if origin is None else [f"Origin: {origin}"]))
        assert answer.status == status
        assert answer.headers.get("access-control-allow-origin") == ("*" if status == 200 else None)


async def test_a_request_with_a_body_is_refused(served: Bench) -> None:
    target = served.put(PNG)
    for extra in ("Content-Length: 5", "Transfer-Encoding: chunked"):
        assert (await get(served, target, extra)).status == 400


async def test_an_upgrade_is_not_made(served: Bench) -> None:
    upgrade = ("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    head = f"GET {served.put(PNG)} HTTP/1.1\r\nHost: {served.host}\r\n" + "\r\n".join(upgrade)
    for connection in ("Upgrade", "Upgrade, close"):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(f"{head}\r\nConnection: {connection}\r\n\r\n".encode())
        first = await asyncio.wait_for(reader.readline(), 10)
        assert first == b"HTTP/1.1 200 OK\r\n"
        writer.close()


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"GET /\r\n\r\n",  # HTTP/0.9
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\0" * 100 + b"\r\n\r\n",
        b"GET /blob/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\0c\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"H%d: x\r\n" % n for n in range(200)) + b"\r\n",
        b"GET / HTTP/1.1\r\nBig: " + b"a" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_refused_and_the_connection_ends(
    served: Bench, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = parse(await say(served, data))
    assert answer.status in (400, 405)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert b"aiohttp" not in answer.body
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_no_answer_sets_a_cookie_redirects_or_names_the_software(served: Bench) -> None:
    for target, method in itertools.product([*targets(served), "/", "/blob/x"], ["GET", "HEAD", "POST", "FOO"]):
        answer = await get(served, target, method=method)
        assert answer.headers.keys().isdisjoint({"set-cookie", "location", "refresh"})
        assert answer.headers["server"] == "fumehood"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox;")
