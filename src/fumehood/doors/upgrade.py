"""The HTTP side of the control and agent sockets: one path, one verb, and nothing that a browser could have sent.

Pure. `ROUTES` is the whole of it; the security tests read it and try everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fumehood.doors.guards import Route, refuse_host, refuse_method
from fumehood.protocol.upgrade import HOST, PATH

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

ROUTES: Final = (Route(PATH, ("GET",), "the permission to open the socket, and a place that the daemon can tell"),)


def verdict(method: str, target: str, headers: CIMultiDictProxy[str]) -> int:
    """The status of the answer: 101 where the upgrade may go on. `target` is the request's target as it was sent."""
    if refusal := refuse_host(headers.getall("Host", []), HOST):
        return refusal.status
    if any(name.lower() == "origin" or name.lower().startswith("sec-fetch-") for name in headers):
        return 403  # only browsers send these, and no browser has business here
    route = next((route for route in ROUTES if route.path == target), None)
    if route is None:
        return 404
    if refusal := refuse_method(method, route.methods):
        return refusal.status
    upgrade = headers.get("Upgrade", "").strip().lower()
    connection = {part.strip().lower() for part in headers.get("Connection", "").split(",")}
    if upgrade != "websocket" or "upgrade" not in connection or headers.get("Sec-WebSocket-Version") != "13":
        return 426
    return 101
