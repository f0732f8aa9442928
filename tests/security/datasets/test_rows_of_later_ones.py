"""Each weakness that was shown of cellucid 0.9.5 (T1 to T14), which is not installed here: the attack succeeds on a
server without the defence (0.0.9 where it has none, else the plain one below), and not on ours, whose memory and
threads are measured in a process of its own."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import psutil
import pytest

from fumehood.core import limits
from fumehood.doors.datasets.access import Viewing
from fumehood.doors.datasets.server import DatasetServer
from fumehood.doors.datasets.sources import open_sources
from fumehood.protocol.viewer import EVENT_TYPE, Hover
from tests.doors import cellucid
from tests.doors.atlases import written, written_zarr
from tests.doors.dataset_bench import Bench, started
from tests.doors.dataset_bench import say as pour
from tests.security.datasets.house import EVIL, EXPORTED_VICTIM, Target, alive, request, say, viewed

MIB = 1 << 20


class _Plain(http.server.BaseHTTPRequestHandler):
    """Reads what is announced, and makes room for what is announced."""

    server: _PlainServer

    def do_POST(self) -> None:
        try:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            room = bytearray(int.from_bytes(data[:4], "little") >> 4)  # a sixteenth, for this machine's sake
            self.server.room = len(room)
        except (OverflowError, MemoryError):
            self.server.broke = True
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


class _PlainServer(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    room = 0
    broke = False


@pytest.fixture
def plain() -> Iterator[_PlainServer]:
    server = _PlainServer(("127.0.0.1", 0), _Plain)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, psutil.Process]]:
    with viewed(str(written(tmp_path_factory.mktemp("later")))) as (info, process):
        port = int(info["url"].rpartition(":")[2])
        entitled = (f"Authorization: Bearer {info['bearer']}",)
        yield Target("ours", port, "", list, entitled), psutil.Process(process.pid)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = started()
    yield made
    made.server.stop()


def poured(port: int, head: bytes, most: int) -> int:
    """How much of a body a server takes in before it closes."""
    sent, part = 0, bytes(256 * 1024)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        sock.sendall(head)
        try:
            while sent < most:
                sent += sock.send(part)
        except OSError:
            pass
    return sent


def test_no_other_name_reaches_the_data(running: tuple[Target, psutil.Process]) -> None:
    """T1; S5 shows that it is reached by any name where nobody looks."""
    target, _ = running
    for host in (EVIL, "127.0.0.1:1", f"127.0.0.1.nip.io:{target.port}", f"localhost.:{target.port}", "127.0.0.1", ""):
        words = ("GET", "/points_2d.bin", *target.entitled)
        assert say(target, *words, host=host or " ").status in (400, 421), host
    assert say(target, "GET", "/points_2d.bin", *target.entitled).status == 200
    both = request("GET", "/points_2d.bin", target.host, [f"Host: {EVIL}", *target.entitled])
    with socket.create_connection(("127.0.0.1", target.port)) as sock:
        sock.sendall(both)
        assert b" 400 " in sock.recv(4096)[:20]


def test_no_other_origin_speaks_for_a_viewer_even_with_its_token(bench: Bench) -> None:
    """T2 and T3; S2 shows that any does where nobody looks. The page that is connected stays."""
    lines = ["GET /_fumehood/commands HTTP/1.1", f"Host: {bench.host}", *bench.proof, "", ""]
    with socket.create_connection(("127.0.0.1", bench.server.port), timeout=20) as page:
        page.sendall("\r\n".join(lines).encode())
        assert page.recv(4096).startswith(b"HTTP/1.1 200")
        local = ("http://localhost:9999", "http://evil.localhost", f"http://localhost:{bench.server.port}")
        for number, origin in enumerate(("null", f"https://{EVIL}", "https://www.cellucid.com", *local)):
            words = (*bench.proof, f"Origin: {origin}")
            hover = Hover(viewer=bench.viewer.id, page="x", sequence=number)
            assert bench.post(hover, *words).status == 403, origin
            assert bench.ask("/_fumehood/commands", *words).status == 403
        assert bench.server.connected(bench.viewer.id)
        bench.server.send(bench.viewer.id, b'{"still":1}')
        said = b""
        while b"still" not in said:
            said += page.recv(4096)
    assert bench.hooks.events == []


def test_an_event_of_no_known_form_reaches_no_hook_even_with_the_token(bench: Bench) -> None:
    """T4; S4 shows that it does where nobody looks."""

    def post(message: bytes, kind: str = EVENT_TYPE) -> int:
        body = len(message).to_bytes(4, "little") + message
        words = (*bench.proof, f"Content-Type: {kind}")
        return bench.ask("/_fumehood/events", *words, method="POST", body=body).status

    head = {"viewer": bench.viewer.id, "page": "t4", "sequence": 1}
    assert post(json.dumps({**head, "type": "totally_custom"}).encode()) == 400
    assert post(json.dumps({**head, "type": "hover", "extra": 1}).encode()) == 400
    assert post(json.dumps({**head, "type": "hover"}).encode(), "text/plain") == 400
    assert post(b"[" * 100_000) in (400, 413)
    assert bench.hooks.events == []


def test_connections_that_say_nothing_cost_no_threads(
    running: tuple[Target, psutil.Process], plain: _PlainServer
) -> None:
    """T5 and T6."""
    target, process = running

    def held(port: int, count: int) -> list[socket.socket]:
        return [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(count)]

    own = psutil.Process()
    before = own.num_threads()
    idle = held(plain.server_port, 60)
    until = time.monotonic() + 20
    while own.num_threads() < before + 60 and time.monotonic() < until:
        time.sleep(0.01)
    assert own.num_threads() >= before + 60
    for sock in idle:
        sock.close()

    assert alive(target)
    before = process.num_threads()
    # More than it takes: the oldest make room.
    idle = held(target.port, limits.VIEW_CONNECTIONS + 50)
    assert alive(target, patience=10)
    assert process.num_threads() <= before + 2
    assert len(process.net_connections()) <= limits.VIEW_CONNECTIONS + 2
    for sock in idle:
        sock.close()


def test_what_a_stranger_pours_in_is_not_drained(running: tuple[Target, psutil.Process], plain: _PlainServer) -> None:
    """T7."""
    target, process = running
    body = 64 * MIB
    head = [f"Content-Length: {body}", f"Content-Type: {EVENT_TYPE}"]
    assert poured(plain.server_port, request("POST", "/", "x", head), body) == body
    before = process.memory_info().rss
    assert poured(target.port, request("POST", "/_fumehood/events", target.host, head), body) < body // 4
    assert process.memory_info().rss < before + 8 * MIB
    assert alive(target)


def test_a_length_that_is_claimed_makes_no_room(bench: Bench, plain: _PlainServer) -> None:
    """T8 and T9."""
    claim = (0xFFFFFFF0).to_bytes(4, "little") + b"{}"
    port = plain.server_port
    assert say(Target("plain", port, "", list), "POST", "/", body=claim).status == 200
    assert plain.room == 0xFFFFFFF0 >> 4
    say(Target("plain", port, "", list), "POST", "/", f"Content-Length: {1 << 62}", body=claim, patience=0.5, end=True)
    assert plain.broke

    process = psutil.Process()
    before = process.memory_info().rss
    words = (*bench.proof, f"Content-Type: {EVENT_TYPE}")
    assert bench.ask("/_fumehood/events", *words, method="POST", body=claim).status == 400
    huge = bench.ask("/_fumehood/events", *words, f"Content-Length: {1 << 62}", method="POST", body=claim)
    assert huge.status == 413
    assert process.memory_info().rss < before + 16 * MIB


def test_a_client_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """T10, the door's half: its answers are not kept for it."""
    monkeypatch.setattr(limits, "VIEW_STALL_SECONDS", 0.3)
    bench = started()
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", bench.server.port))
        head = ["GET /points_2d.bin HTTP/1.1", f"Host: {bench.host}", bench.proof[0], "", ""]
        sock.sendall(("\r\n".join(head) * 40).encode())
        sock.settimeout(20)
        time.sleep(0.5)
        got = 0
        try:
            while more := sock.recv(1 << 20):
                got += len(more)
        except ConnectionError:
            pass
        assert got < 40 * MIB
    assert bench.get("/_cellucid/health").status == 200
    bench.server.stop()


def test_a_head_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """S8, of one who has begun to speak."""
    monkeypatch.setattr(limits, "VIEW_IDLE_SECONDS", 0.1)
    bench = started()
    for begun in (b"", b"GET /points", f"GET / HTTP/1.1\r\nHost: {bench.host}\r\nSlow: ".encode()):
        assert pour(bench.server.port, begun) == b""
    bench.server.stop()


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """S9, of one who has the token."""
    monkeypatch.setattr(limits, "VIEW_STALL_SECONDS", 0.2)
    bench = started()
    words = (*bench.proof, f"Content-Type: {EVENT_TYPE}", "Content-Length: 1000000")
    assert bench.ask("/_fumehood/events", *words, method="POST", body=b"x").status == 400
    bench.server.stop()


def test_of_a_zarr_folder_no_hidden_file_and_no_member_is_a_path(tmp_path: Path) -> None:
    """T13: its chunks are files, and so may be secrets beside them."""
    store = written_zarr(tmp_path, cells=50, genes=5)
    (store / ".env").write_text("SECRET=1")
    asked = ("/.env", "/obsm/X_pca/.zarray", "/obs/", "/.zattrs", "/X/../.env")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(store))
    with _PlainServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert say(Target("plain", server.server_port, "", list), "GET", "/.env").body == b"SECRET=1"
        server.shutdown()
    opened = open_sources(store)
    with DatasetServer(opened.shown) as ours:
        words = (f"Authorization: Bearer {ours.bearer()}",)
        target = Target("ours", ours.port, "", list)
        assert [say(target, "GET", path, *words).status for path in asked] == [404] * len(asked)
        assert say(target, "GET", "/points_2d.bin", *words).status == 200
    opened.close()


def test_who_guesses_bearers_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer to a wrong one is held back; meanwhile its place may be another's."""
    monkeypatch.setattr(limits, "GATEWAY_WRONG_SECONDS", 20.0)
    bench = started()
    viewing, heard = bench.server._access.viewing, threading.Semaphore(0)

    def counted(authorization: Sequence[str]) -> Viewing | None:
        heard.release()
        return viewing(authorization)

    monkeypatch.setattr(bench.server._access, "viewing", counted)

    def asking(count: int, *headers: str) -> list[socket.socket]:
        sockets = [socket.create_connection(("127.0.0.1", bench.server.port), timeout=20) for _ in range(count)]
        for sock in sockets:
            sock.sendall(request("GET", "/points_2d.bin", bench.host, headers))
        return sockets

    guessing = asking(limits.VIEW_CONNECTIONS, "Authorization: Bearer wrong")
    assert all(heard.acquire(timeout=20) for _ in guessing)
    pages = asking(30, bench.proof[0])
    assert {sock.recv(16)[:12] for sock in pages} == {b"HTTP/1.1 200"}
    for sock in (*guessing, *pages):
        sock.close()
    bench.server.stop()


def test_only_what_a_dataset_declares_is_served(tmp_path: Path) -> None:
    """S11, S12, S13 and T13: listings, hidden files, links, on 0.0.9's server and on ours over the same folder."""
    root = tmp_path / "root"
    cellucid.run(cellucid.WRITER, str(root))
    one = root / "f32"
    (root / ".env").write_text("SECRET=1")
    (tmp_path / "outside").write_text("SECRET=2")
    (one / "link").symlink_to(tmp_path / "outside")
    asked = ("/f32/obs/", "/.env", "/f32/link")
    port = cellucid.free_port()
    with cellucid.running(EXPORTED_VICTIM, str(root), str(port), "http://127.0.0.1:9"):
        theirs = Target("0.0.9", port, "", list)
        assert [say(theirs, "GET", path).status for path in asked] == [200, 200, 200]
    opened = open_sources(root)
    with DatasetServer(opened.shown) as server:
        words = (f"Authorization: Bearer {server.bearer()}",)
        ours = Target("ours", server.port, "", list)
        assert [say(ours, "GET", path, *words).status for path in asked] == [404, 404, 404]
    opened.close()
