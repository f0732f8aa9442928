"""The dataset server over a small table: what it answers to a page of ours."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator

import brotli
import numpy as np
import pytest
import zstandard

from fumehood.core import limits
from fumehood.core.errors import Busy, PortTaken
from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.server import DatasetServer
from fumehood.doors.datasets.shown import Shown
from fumehood.doors.datasets.table import BUNDLE_TYPE, REQUEST
from fumehood.protocol.viewer import VIEWER_HEADER, Cells, Hover, Selection
from tests.doors.dataset_bench import PAGE, POINTS, TEXT, Bench, Table, exchanged, say, started

_DECODE = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 20),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = started()
    yield made
    made.table.open.set()
    made.server.stop()


def hover(bench: Bench, number: int, page: str = "p") -> Hover:
    return Hover(viewer=bench.viewer.id, page=page, sequence=number, cell=1)


# -- a resource


def test_the_client_chooses_the_encoding_by_its_weights(bench: Bench) -> None:
    for said, wanted in (
        ("gzip, br, zstd", "zstd"),
        ("gzip", "gzip"),
        ("gzip;q=0.2, br;q=0.8", "br"),
        ("gzip;q=0, br", "br"),
        ("*", "zstd"),
        ("gzip;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("deflate", None),
        ("xgzip", None),
    ):
        answer = bench.get("/overview.json", f"Accept-Encoding: {said}")
        assert answer.headers.get("content-encoding") == wanted, said
        assert (_DECODE[wanted](answer.body) if wanted else answer.body) == TEXT
        assert answer.headers["vary"] == "Accept-Encoding"
    assert bench.table.reads.count("overview.json") == 1, "read once, and compressed once for each encoding"
    assert bench.table.bodies.compressed == 3
    assert bench.get("/points_2d.bin", "Accept-Encoding: identity;q=0, deflate").status == 406


def test_each_encoding_has_a_tag_of_its_own_and_any_of_them_is_known_again(bench: Bench) -> None:
    tags = {
        bench.get("/overview.json", f"Accept-Encoding: {one}").headers["etag"] for one in ("gzip", "br", "identity")
    }
    assert len(tags) == 3
    for tag in tags:
        answer = bench.get("/overview.json", f'If-None-Match: "other", W/{tag}', "Accept-Encoding: gzip")
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == tag
    assert bench.get("/overview.json", 'If-None-Match: "other"').status == 200


def test_parts_are_of_the_plain_bytes(bench: Bench) -> None:
    whole = bench.get("/points_2d.bin")
    assert (whole.status, whole.body, whole.headers["accept-ranges"]) == (200, POINTS, "bytes")
    tag, size = whole.headers["etag"], len(POINTS)
    part = bench.get("/points_2d.bin", "Range: bytes=10-300", "Accept-Encoding: gzip", f"If-Range: {tag}")
    assert (part.status, part.body) == (206, POINTS[10:301])
    assert part.headers["content-range"] == f"bytes 10-300/{size}"
    assert "content-encoding" not in part.headers
    assert bench.get("/points_2d.bin", "Range: bytes=-4").body == POINTS[-4:]
    beyond = bench.get("/points_2d.bin", f"Range: bytes={size}-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert bench.get("/points_2d.bin", "Range: bytes=0-1", 'If-Range: "older"').status == 200
    assert bench.get("/points_2d.bin", "Range: bytes=0-1,5-6").status == 200
    kept = bench.get("/packed.bin.gz", "Range: bytes=1-2", "Accept-Encoding: gzip")
    assert (kept.status, kept.body, kept.headers["content-type"]) == (206, b"yt", "application/gzip")


def test_a_head_says_what_a_get_would(bench: Bench) -> None:
    for target in ("/points_2d.bin", "/packed.bin.gz", "/overview.json", "/_cellucid/health", "/"):
        head, get = bench.get(target, method="HEAD"), bench.get(target)
        assert (head.status, head.body) == (200, b"")
        for name in ("content-length", "content-type", "etag"):
            assert head.headers.get(name) == get.headers.get(name), (target, name)


def test_a_name_may_hold_a_slash_a_query_is_ignored_and_an_id_may_stand_before(bench: Bench) -> None:
    assert bench.get("/var/HLA%2FA.values.f32").body == b"slash"
    assert bench.get("/tiny/points_2d.bin?x=1").body == POINTS
    for wrong in ("/%ff", "/a%00b", "/" + "x" * limits.VIEW_TARGET, "/_fumehood/nothing", "/assets/../x", "/obs/"):
        assert bench.get(wrong).status == 404


def test_a_slow_gene_keeps_nobody_waiting(bench: Bench) -> None:
    waiting = [threading.Thread(target=bench.get, args=("/gene/0",)) for _ in range(3 * limits.VIEW_READERS)]
    for one in waiting:
        one.start()
    assert bench.get("/points_2d.bin").status == 200
    assert bench.get("/_cellucid/health").status == 200
    assert bench.post(hover(bench, 1, "slow")).status == 200
    assert any(one.is_alive() for one in waiting)
    bench.table.open.set()
    for one in waiting:
        one.join(20)


def test_what_cannot_be_read_is_said_without_saying_where_it_lies(bench: Bench) -> None:
    answer = bench.get("/broken")
    assert (answer.status, answer.body) == (500, b"The data cannot be read.\n")


# -- a viewing


def test_a_code_gives_one_bearer_and_its_second_use_ends_that(bench: Bench) -> None:
    code = bench.server.code(bench.viewer.id)
    answer = exchanged(bench, code)
    said = json.loads(answer.body)
    assert (said["viewer"], said["token"]) == (bench.viewer.id, bench.viewer.token)
    assert "set-cookie" not in answer.headers
    assert bench.ask("/_cellucid/info", f"Authorization: Bearer {said['bearer']}").status == 200
    assert exchanged(bench, code).status == 403
    assert bench.ask("/_cellucid/info", f"Authorization: Bearer {said['bearer']}").status == 401


def test_a_viewing_without_python_has_data_and_no_viewer(bench: Bench) -> None:
    said = json.loads(exchanged(bench, bench.server.code()).body)
    assert set(said) == {"bearer"}
    bearer = f"Authorization: Bearer {said['bearer']}"
    assert bench.ask("/points_2d.bin", bearer).status == 200
    assert bench.ask("/_fumehood/commands", bearer, f"{VIEWER_HEADER}: {bench.viewer.token}").status == 403


def test_the_page_comes_with_a_policy_that_lets_it_reach_this_server_alone(bench: Bench) -> None:
    answer = bench.ask("/")
    policy = answer.headers["content-security-policy"]
    assert answer.body == PAGE.start
    assert "default-src 'none'" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    part = bench.ask("/assets/p.js")
    assert (part.body, part.headers["cache-control"]) == (b"0", "private, max-age=31536000, immutable")
    assert bench.ask("/assets/p.js", f"If-None-Match: {part.headers['etag']}").status == 304
    framed = DatasetServer([Shown(Table(), "anndata")], Options(ancestors=("http://localhost:8888",)), PAGE)
    with framed:
        answer = bench._replace(server=framed).ask("/")
        assert "frame-ancestors http://localhost:8888" in answer.headers["content-security-policy"]
        assert "x-frame-options" not in answer.headers


# -- events, commands, sessions


def test_an_event_arrives_once_with_its_buffers(bench: Bench) -> None:
    cells = (5).to_bytes(4, "little") * 3
    selection = Selection(viewer=bench.viewer.id, page="q", sequence=7, cells=Cells("list", 3), source="lasso")
    before = len(bench.hooks.events)
    assert bench.post(selection, buffers=[cells]).status == 200
    assert bench.hooks.events[before:] == [(selection, [cells])]
    assert bench.post(selection, buffers=[cells]).status == 409
    # One that was overtaken is taken, one of another page counts for itself.
    assert [bench.post(hover(bench, number, "q")).status for number in (6, 8, 6)] == [200, 200, 409]
    assert bench.post(hover(bench, 7, "r")).status == 200
    assert bench.post(Hover(viewer="0" * 16, page="q", sequence=9)).status == 409
    assert len(bench.hooks.events) == before + 4


def test_an_event_whose_words_are_long_is_refused_before_they_are_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(bench.hooks.events)
    assert bench.post(hover(bench, 1, "p" * (limits.VIEWER_TEXT + 1))).status == 400
    assert len(bench.hooks.events) == before
    monkeypatch.setattr(limits, "VIEWER_WORDS", 100)
    read: list[object] = []
    monkeypatch.setattr("fumehood.protocol.viewer.decode_json", lambda *said: read.append(said))
    assert bench.post(hover(bench, 2, "p" * 100)).status == 413
    assert not read and len(bench.hooks.events) == before


def test_commands_come_as_lines_and_their_buffers_once(bench: Bench) -> None:
    bench.server.send(bench.viewer.id, b'{"first":1}', {"b1": b"bytes"})
    lines = "\r\n".join(
        ["GET /_fumehood/commands HTTP/1.1", f"Host: {bench.host}", *bench.proof, "Connection: close", "", ""]
    )
    with socket.create_connection(("127.0.0.1", bench.server.port), timeout=20) as sock:
        sock.sendall(lines.encode())
        said = b""
        while b'{"first":1}\n' not in said:
            said += sock.recv(4096)
        assert bench.server.connected(bench.viewer.id)
        bench.server.send(bench.viewer.id, b'{"second":2}')
        while b'{"second":2}\n' not in said:
            said += sock.recv(4096)
        # Another window takes over.
        with socket.create_connection(("127.0.0.1", bench.server.port), timeout=20) as newer:
            newer.sendall(lines.encode())
            while b'{"ended":"newer"}' not in said:
                said += sock.recv(4096)
    assert bench.ask("/_fumehood/buffers/b1", *bench.proof).body == b"bytes"
    assert bench.ask("/_fumehood/buffers/b1", *bench.proof).status == 404


def test_who_sends_to_a_page_that_does_not_read_is_told_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = bench.server.add_viewer(bench.hooks)
    monkeypatch.setattr(limits, "VIEW_OUTBOX", 100)
    bench.server.send(viewer.id, b"{}", {"x": bytes(60)})
    with pytest.raises(Busy):
        bench.server.send(viewer.id, b"{}", {"y": bytes(60)})


def test_what_pages_leave_behind_does_not_fill_the_room_for_good(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """T10: a page that takes lines and fetches nothing, loaded anew again and again."""
    monkeypatch.setattr(limits, "VIEW_OUTBOX", 1_000)
    bench = started()
    lines = "\r\n".join(["GET /_fumehood/commands HTTP/1.1", f"Host: {bench.host}", *bench.proof, "", ""])
    for number in range(8):
        with socket.create_connection(("127.0.0.1", bench.server.port), timeout=20) as page:
            page.sendall(lines.encode())
            said = b""
            while not said.partition(b"\r\n\r\n")[2]:  # the head alone says nothing of whose turn it is
                said += page.recv(4096)
            bench.server.send(bench.viewer.id, f'{{"n":{number}}}'.encode(), {f"b{number}": bytes(400)})
            while b'{"n":%d}' % number not in said:
                said += page.recv(4096)
    assert bench.ask("/_fumehood/buffers/b7", *bench.proof).body == bytes(400)
    assert bench.ask("/_fumehood/buffers/b3", *bench.proof).status == 404
    bench.server.stop()


def test_python_is_never_held_up_by_a_page_that_does_not_read() -> None:
    """T10, Python's half: twenty million cells, said to a page that takes nothing of them."""
    from fumehood.viewer.cells import pack

    bench = started()
    packed, data = pack(np.arange(20_000_000, dtype=np.uint32), 20_000_000)
    assert packed.count == 20_000_000
    lines = "\r\n".join(["GET /_fumehood/commands HTTP/1.1", f"Host: {bench.host}", *bench.proof, "", ""])
    with socket.create_connection(("127.0.0.1", bench.server.port), timeout=20) as page:
        page.sendall(lines.encode())
        while not bench.server.connected(bench.viewer.id):
            time.sleep(0.01)
        began = time.monotonic()
        with pytest.raises(Busy):
            for number in range(1 + limits.VIEW_OUTBOX // len(data)):
                bench.server.send(bench.viewer.id, b"{}", {str(number): data})
        assert time.monotonic() - began < 10
        assert bench.get("/_cellucid/health").status == 200
    bench.server.stop()


def test_a_session_is_taken_once_where_it_was_asked_for(bench: Bench) -> None:
    bundle = b"CELLUCID_SESSION\n" + bytes(300_000)

    def post(*headers: str, body: bytes = bundle) -> int:
        words = (*bench.proof, f"Content-Type: {BUNDLE_TYPE}", *headers)
        return bench.ask("/_cellucid/session_bundle", *words, method="POST", body=body).status

    assert post(f"{REQUEST}: one") == 404
    bench.server.expect(bench.viewer.id, "one")
    assert post(f"{REQUEST}: one", body=b"PK" * 100) == 400
    assert post(f"{REQUEST}: one", "Content-Length: 600000000000") == 413
    assert post(f"{REQUEST}: one") == 200
    assert post(f"{REQUEST}: one") == 404
    assert bench.hooks.bundles == [("one", bundle)]


# -- its life


def test_it_frees_its_port_and_takes_a_named_one() -> None:
    first = started()
    port = first.server.port
    with pytest.raises(PortTaken):
        started(port=port)
    first.server.stop()
    with pytest.raises(ConnectionRefusedError):
        say(port, b"")
    again = started(port=port)
    assert again.server.url == f"http://127.0.0.1:{port}"
    again.server.stop()
    again.server.stop()


# -- for clients of cellucid 0.0.9


def test_legacy_speaks_to_cellucids_pages_and_to_no_others() -> None:
    bench = started(legacy=True)
    app, evil = "Origin: https://www.cellucid.com", "Origin: https://evil.cellucid.com"
    marks = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")
    read = bench.ask("/points_2d.bin", app, *marks)
    assert (read.status, read.body) == (200, POINTS)
    assert read.headers["access-control-allow-origin"] == "https://www.cellucid.com"
    assert read.headers["vary"] == "Accept-Encoding, Origin"
    asking = bench.ask("/_cellucid/events", app, "Access-Control-Request-Private-Network: true", method="OPTIONS")
    assert (asking.status, asking.headers["access-control-allow-private-network"]) == (204, "true")
    for target in ("/points_2d.bin", "/_cellucid/datasets"):
        for method in ("GET", "OPTIONS"):
            refused = bench.ask(target, evil, method=method)
            assert refused.status == 403
            assert "access-control-allow-origin" not in refused.headers
    # What is ours alone stays locked, also for that page.
    for target in ("/_fumehood/commands", "/_fumehood/buffers/b1"):
        assert bench.ask(target, app).status == 403
        assert bench.ask(target).status == 401
    bench.server.expect(bench.viewer.id, "r")
    query = f"/_cellucid/session_bundle?viewerId={bench.viewer.id}&requestId=r"
    bundle = b"CELLUCID_SESSION\n1234"
    assert bench.ask(query, method="POST", body=bundle).status == 200
    assert bench.ask(query, method="POST", body=bundle).status == 404
    assert bench.hooks.bundles == [("r", bundle)]
    bench.server.stop()
