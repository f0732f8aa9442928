"""Class 3, DNS rebinding and Host confusion: one name, to the letter, once.

MCP SDKs CVE-2025-66414 and others (no Host check on localhost servers), Starlette CVE-2026-48710 (a path built from
the Host). Policy here reads the request line and the header as they were sent, never a URL made of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import fumehood
from fumehood.core.paths import Paths
from tests.daemon.programs import Program
from tests.doors.bench import UPGRADE, http, status_of

WRONG = (
    "", "evil.test", "localhost.", "LOCALHOST", "localhost:80", "localhost.evil.test", "127.0.0.1", "[::1]", "0.0.0.0",
    "localhost/ws", "localhost?x", "localhost#x", "user@localhost", "localhost, evil.test", "loc\u0430lhost",
)  # fmt: skip


@pytest.mark.parametrize("host", WRONG)
async def test_another_host_is_refused(target: Program, places: Paths, host: str) -> None:
    request = http(headers={**UPGRADE, "Host": "HOST"}).replace(b"HOST", host.encode())
    for path in (places.control_socket, places.agent_socket):
        assert await status_of(path, request) in (400, 403)


async def test_no_host_and_two_hosts_are_refused(target: Program, places: Paths) -> None:
    without = {name: value for name, value in UPGRADE.items() if name != "Host"}
    for path in (places.control_socket, places.agent_socket):
        assert await status_of(path, http(headers=without)) == 400
        assert await status_of(path, http(extra="Host: localhost\r\n")) == 400
        assert await status_of(path, http(extra="Host: evil.test\r\n")) == 400


@pytest.mark.parametrize("target_", ["http://localhost/ws", "http://evil.test/ws", "//evil.test/ws", "ws", "*", "@/ws"])
async def test_a_target_that_names_a_host_is_refused(target: Program, places: Paths, target_: str) -> None:
    for path in (places.control_socket, places.agent_socket):
        assert await status_of(path, http(target=target_)) in (400, 403, 404)


def test_no_door_reads_a_url_that_was_put_together() -> None:
    for source in (Path(fumehood.__file__).parent / "doors").glob("*.py"):
        text = source.read_text()
        for wrong in ("request.url", "request.host", "request.path", "request.rel_url", "request.query"):
            assert wrong not in text, f"{source.name}: {wrong}"
