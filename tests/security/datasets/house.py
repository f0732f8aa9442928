"""Who is attacked: cellucid 0.0.9's real servers, ours as it is, and ours with `--legacy`; and what an attacker says.

Attackers know what a web page, or a program of another user, can know: the port, and for the rows that need it the
viewer's id, which stands in saved notebooks. They have no bearer and no token.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fumehood.doors.datasets.server import DatasetServer
from tests.doors.cellucid import said
from tests.doors.dataset_bench import Heard

EVIL = "evil.example"

VICTIM = """
import json, sys, threading, time
from cellucid import _server_base
from cellucid.anndata_server import AnnDataServer
heard = []
def hook(event):
    if event.get("type") == "sleep":
        time.sleep(2)
    heard.append({k: v if not isinstance(v, str) else v[:40] for k, v in event.items()})
_server_base.register_event_callback("0123456789abcdef", hook)
server = AnnDataServer(sys.argv[1], port=int(sys.argv[2]), quiet=True)
server.start_background()
print(json.dumps({"url": server.url}))
for line in sys.stdin:
    print(json.dumps({"heard": heard}))
    heard.clear()
"""
EXPORTED_VICTIM = """
import json, sys
from cellucid import _server_base
from cellucid.server import CellucidServer
_server_base.CELLUCID_WEB_URL = sys.argv[3]
server = CellucidServer(sys.argv[1], port=int(sys.argv[2]), quiet=True)
server.start_background()
print(json.dumps({"url": server.url}))
sys.stdin.read()
"""


class Target(NamedTuple):
    name: str
    port: int
    viewer: str
    heard: Callable[[], list[Any]]
    """What the hooks were told since it was asked last."""
    entitled: tuple[str, ...] = ()
    """Headers of a page of the user's own: for what not even it may see."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


def peer(process: subprocess.Popen[str], port: int) -> Target:
    def heard() -> list[Any]:
        assert process.stdin is not None
        process.stdin.write("heard\n")
        process.stdin.flush()
        found: list[Any] = said(process)["heard"]
        return found

    return Target("0.0.9", port, "0123456789abcdef", heard)


def own(server: DatasetServer, name: str) -> Target:
    hooks = Heard()
    viewer = server.add_viewer(hooks)

    def heard() -> list[Any]:
        found: list[Any] = [*hooks.events, *hooks.legacy_events]
        hooks.events.clear()
        hooks.legacy_events.clear()
        return found

    bearer = server.bearer(viewer.id)
    return Target(name, server.port, viewer.id, heard, (f"Authorization: Bearer {bearer}",))


class Reply(NamedTuple):
    status: int
    """0: none came in time."""
    head: str
    body: bytes


def request(method: str, target: str, host: str, headers: Sequence[str] = (), body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *headers, "Connection: close"]
    if body and not any(line.lower().startswith("content-length") for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def say(
    target: Target,
    method: str,
    path: str,
    *headers: str,
    body: bytes = b"",
    host: str = "",
    patience: float = 10.0,
    end: bool = False,
) -> Reply:
    """`end`: what is said ends there, which a server that waits for more is told."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=patience) as sock:
        answer = b""
        try:
            sock.sendall(request(method, path, host or target.host, headers, body))
            if end:
                sock.shutdown(socket.SHUT_WR)
            while more := sock.recv(1 << 20):
                answer += more
        except OSError:  # it was answered, closed or not answered at all
            pass
    head, _, rest = answer.partition(b"\r\n\r\n")
    return Reply(int(head.split(b" ")[1]) if head else 0, head.decode("latin-1"), rest)


def event(target: Target, *headers: str, host: str = "", kind: str = "selection", **more: Any) -> list[Any]:
    """What the hooks heard of a forged event, said in cellucid's way and in ours."""
    body = json.dumps({"type": kind, "viewerId": target.viewer, "cells": [1, 2], "sequence": 1, **more}).encode()
    json_type = () if any(line.startswith("Content-Type") for line in headers) else ("Content-Type: application/json",)
    say(target, "POST", "/_cellucid/events", *headers, *json_type, body=body, host=host)
    framed = json.dumps({"type": "hover", "viewer": target.viewer, "page": "evil", "sequence": 1, "cell": 1}).encode()
    say(
        target,
        "POST",
        "/_fumehood/events",
        *(line for line in headers if not line.startswith("Content-Type")),
        "Content-Type: application/vnd.fumehood.viewer",
        body=len(framed).to_bytes(4, "little") + framed,
        host=host,
    )
    return target.heard()


def alive(target: Target, patience: float = 1.0) -> bool:
    """Whether it still answers: anything that is an answer."""
    return say(target, "GET", "/_cellucid/health", *target.entitled, patience=patience).status in (200, 401)


def exported(folder: Path) -> Path:
    """As little as a folder needs to be taken for an export, and beside it what is nobody's business."""
    folder.mkdir()
    (folder / "dataset_identity.json").write_text('{"version": 2, "id": "one", "name": "One"}')
    (folder / "obs_manifest.json").write_text("{}")
    (folder / "points_2d.bin").write_bytes(bytes(80))
    (folder / "obs").mkdir()
    (folder / "obs" / "a.values.f32").write_bytes(bytes(40))
    return folder


@contextlib.contextmanager
def viewed(*words: str, **more: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """`hood view --json` as a program starts it: what it says, and the process, which is ended with SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "fumehood.cli.main", "view", "--json", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **more},
    )
    try:
        yield said(process), process
    finally:
        process.terminate()
        process.communicate(timeout=30)
