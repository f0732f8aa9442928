"""Which requests of a browser may be what: `Sec-Fetch-*` by table, and the origin that a page of ours has.

The headers are the browser's own word for who asks and for what; no script can set them. They come on top: programs
that are no browsers send none and are stopped by what they do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from fumehood.doors.guards import Refusal, Route

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy


class Fetch(NamedTuple):
    sites: tuple[str, ...]
    modes: tuple[str, ...]
    dests: tuple[str, ...]


class Entry(NamedTuple):
    """A line of the door's table: the route, and from whom a browser may bring a request for it."""

    route: Route
    fetch: Fetch
    ours: bool
    """There must be an `Origin`, and it must be ours."""


_SAME: Final = ("same-origin",)
ARRIVAL: Final = Fetch(("none", "same-origin", "same-site", "cross-site"), ("navigate",), ("document",))
"""A window comes from anywhere: the link is in a file of the user's. Never a frame, never a part of another page."""
PART: Final = Fetch(_SAME, ("cors", "no-cors", "same-origin"), ("script", "worker", "style", "font", "image", "empty"))
"""Dedicated workers of this build too; no service worker, which would stay."""
CALL: Final = Fetch(_SAME, ("cors", "same-origin"), ("empty",))
SOCKET: Final = Fetch(_SAME, ("websocket",), ("websocket", "empty"))
"""Firefox calls a WebSocket's destination `empty`."""

ENTRIES: Final = (
    Entry(Route("/", ("GET",), "nothing: constant bytes without data"), ARRIVAL, False),
    Entry(Route("/assets/{name}", ("GET",), "nothing: constant bytes without data"), PART, False),
    Entry(Route("/session", ("POST",), "a one-time code, which gives a bearer"), CALL, True),
    Entry(Route("/code", ("POST",), "the ticket of a page that is connected, which gives a one-time code"), CALL, True),
    Entry(Route("/ws", ("GET",), "a proof of the bearer, after the gateway's own"), SOCKET, True),
)

_NAMES: Final = ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")


def refuse_fetch(headers: CIMultiDictProxy[str], allowed: Fetch) -> Refusal | None:
    if "Sec-Purpose" in headers or "Purpose" in headers or "X-Moz" in headers:
        # A page that the browser loads before anybody asked for it would use up the link.
        return Refusal(403, "This page is not loaded in advance.")
    given = [headers.getall(name, []) for name in _NAMES]
    if not any(given):
        return None
    for values, good in zip(given, allowed, strict=True):
        if len(values) != 1 or values[0] not in good:
            return Refusal(403, "A browser may not ask for this from there.")
    return None
