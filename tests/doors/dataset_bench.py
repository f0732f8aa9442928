"""A real dataset server over a small table, and a client that says exactly the bytes that a test wants said."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from fumehood.core.errors import BadQuestion, DatasetUnreadable
from fumehood.datasets.compressing import Bodies
from fumehood.datasets.resource import BYTES, GZIP, JSON, Resource
from fumehood.doors.datasets.access import Viewer
from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.page import Asset, Page
from fumehood.doors.datasets.server import DatasetServer
from fumehood.doors.datasets.shown import Shown
from fumehood.protocol import viewer as protocol
from fumehood.protocol.viewer import EVENT_TYPE, VIEWER_HEADER, Ask, ViewerEvent, frame
from tests.doors.blob_bench import Answer, parse

PAGE = Page(b"<!doctype html><title>page</title>", {"p.js": Asset(b"0", "text/javascript; charset=utf-8", '"p"')})
TEXT = b'{"words": "' + b"to and fro " * 1000 + b'"}'
POINTS = bytes(range(256)) * 4096


class Table:
    id = "tiny"
    name = "A tiny one"
    n_cells = 3
    n_genes = 2

    def __init__(self) -> None:
        self.bodies = Bodies()
        self.open = threading.Event()
        """Until it is set, the slow gene is being read."""
        self.reads: list[str] = []

    def find(self, path: str) -> Resource | None:
        makers: dict[str, tuple[str, Callable[[], bytes]]] = {
            "overview.json": (JSON, lambda: TEXT),
            "points_2d.bin": (BYTES, lambda: POINTS),
            "gene/0": (BYTES, self._slow),
            "var/HLA/A.values.f32": (BYTES, lambda: b"slash"),
            "broken": (BYTES, self._broken),
        }
        if path == "packed.bin.gz":
            return Resource(path, GZIP, '"packed"', 5, lambda: b"bytes", None, lambda: io.BytesIO(b"bytes"))
        if path not in makers:
            return None
        content_type, make = makers[path]
        size = len(POINTS) if path == "points_2d.bin" else None

        def counted() -> bytes:
            self.reads.append(path)
            return make()

        return Resource(path, content_type, f'"{path.split("/")[0]}"', size, counted, self.bodies)

    def close(self) -> None:
        self.bodies.close()

    def answer(self, *_asked: Any, **_more: Any) -> Any:
        raise BadQuestion("This table is too small for questions.")

    def _slow(self) -> bytes:
        self.open.wait(20)
        return b"slow"

    def _broken(self) -> bytes:
        raise DatasetUnreadable("/secret/place/atlas.h5ad is broken")


class Heard:
    """Hooks that keep what they are told."""

    def __init__(self) -> None:
        self.events: list[tuple[ViewerEvent, list[bytes]]] = []
        self.legacy_events: list[Mapping[str, object]] = []
        self.bundles: list[tuple[str, bytes]] = []
        self.answers: list[tuple[Ask, protocol.Answer]] = []

    def deliver(self, event: ViewerEvent, buffers: Sequence[memoryview]) -> None:
        self.events.append((event, [bytes(one) for one in buffers]))

    def answer(self, ask: Ask, answer: protocol.Answer) -> None:
        self.answers.append((ask, answer))

    def legacy(self, event: Mapping[str, object]) -> None:
        self.legacy_events.append(event)

    def bundle(self, request: str, file: BinaryIO) -> None:
        with file:
            self.bundles.append((request, file.read()))


class Bench(NamedTuple):
    server: DatasetServer
    table: Any
    """A `Table`, or another one that a test gave."""
    hooks: Heard
    viewer: Viewer
    bearer: str
    """Of the viewer's page."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    @property
    def proof(self) -> tuple[str, str]:
        return f"Authorization: Bearer {self.bearer}", f"{VIEWER_HEADER}: {self.viewer.token}"

    def ask(self, target: str, *headers: str, method: str = "GET", body: bytes = b"", host: str = "") -> Answer:
        """As a program would that holds nothing."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or self.host}", *headers, "Connection: close"]
        if body and not any(line.lower().startswith("content-length") for line in headers):
            lines.append(f"Content-Length: {len(body)}")
        return parse(say(self.server.port, "\r\n".join([*lines, "", ""]).encode("latin-1") + body), method)

    def get(self, target: str, *headers: str, method: str = "GET") -> Answer:
        """As the page does."""
        return self.ask(target, self.proof[0], *headers, method=method)

    def post(self, event: ViewerEvent, *headers: str, buffers: Sequence[bytes] = ()) -> Answer:
        """As the page does."""
        return self.ask(
            "/_fumehood/events",
            *(headers or self.proof),
            f"Content-Type: {EVENT_TYPE}",
            method="POST",
            body=frame(event, buffers),
        )


def say(port: int, data: bytes, patience: float = 20) -> bytes:
    """Everything that the server answers until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as sock:
        try:
            sock.sendall(data)
        except ConnectionError:
            pass  # it has answered and closed already
        answer = b""
        try:
            while more := sock.recv(1 << 20):
                answer += more
        except ConnectionError:
            pass
        return answer


def started(table: Any = None, **options: Any) -> Bench:
    shown: Any = Table() if table is None else table
    server = DatasetServer([Shown(shown, "anndata", "h5ad")], Options(**options), PAGE).start()
    hooks = Heard()
    viewer = server.add_viewer(hooks)
    return Bench(server, shown, hooks, viewer, server.bearer(viewer.id))


def exchanged(bench: Bench, code: str) -> Answer:
    body = json.dumps({"code": code}).encode()
    return bench.ask(
        "/_fumehood/session",
        f"Origin: http://{bench.host}",
        "Content-Type: application/json",
        method="POST",
        body=body,
    )
