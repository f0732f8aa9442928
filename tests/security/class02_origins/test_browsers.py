"""Class 2, cross-origin requests and WebSockets: no browser speaks to the Unix sockets, whatever page it shows.

IPython CVE-2014-3429 (a WebSocket without an origin check ran code), JupyterHub CVE-2026-40864 (`no-cors` taken for
same-origin), jupyter-server CVE-2026-40110 (an origin that only began right). There is no allow-list to get wrong:
any `Origin` and any `Sec-Fetch-*` header is refused.
"""

from __future__ import annotations

import pytest

from fumehood.core.paths import Paths
from tests.daemon.programs import Program
from tests.doors.bench import http, status_of

ORIGINS = (
    "http://localhost", "http://127.0.0.1", "https://localhost", "null", "", "file://", "http://localhost.evil.test",
    "https://evil.test", "http://localhost:80", "http://user@localhost", "vscode-webview://x", "fumehood://window",
)  # fmt: skip
FETCH = {
    "Sec-Fetch-Mode": ("websocket", "no-cors", "cors", "navigate", "same-origin"),
    "Sec-Fetch-Site": ("same-origin", "cross-site", "none", "same-site"),
    "Sec-Fetch-Dest": ("websocket", "empty", "document"),
    "sec-fetch-user": ("?1",),
    "Sec-Fetch-Storage-Access": ("active",),
}


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a_request_with_an_origin_is_refused(target: Program, places: Paths, origin: str) -> None:
    for path in (places.control_socket, places.agent_socket):
        for name in ("Origin", "origin", "ORIGIN"):
            assert await status_of(path, http(extra=f"{name}: {origin}\r\n")) == 403


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in FETCH.items() for value in values])
async def test_a_request_that_a_browser_marked_is_refused(
    target: Program, places: Paths, name: str, value: str
) -> None:
    for path in (places.control_socket, places.agent_socket):
        assert await status_of(path, http(extra=f"{name}: {value}\r\n")) == 403


async def test_without_them_the_same_request_passes(target: Program, places: Paths) -> None:
    for path in (places.control_socket, places.agent_socket):
        assert await status_of(path, http()) == 101
