"""Everything that the dataset server answers: path, verbs, what a caller must hold. What is not here does not exist.

Pure. docs/reference/dataset-server.md is made from it, and the security tests call each line of it without
credentials.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from fumehood.core import limits
from fumehood.doors.gateway.fetch import CALL, PART, Fetch
from fumehood.doors.guards import Route


class Caller(Enum):
    """What a caller must hold. In order: each includes the ones before it."""

    ANYBODY = "nothing: constant bytes without data"
    CODE = "a one-time code, which gives a bearer"
    BEARER = "the bearer of a viewing"
    VIEWER = "the bearer of a viewing, and the viewer's token"


class Entry(NamedTuple):
    name: str
    """Of the operation that answers it."""
    route: Route
    caller: Caller
    fetch: Fetch
    what: str
    """For the reference."""


REQUEST: Final = "X-Fumehood-Request"
"""Names the bundle that was asked for."""
BUNDLE_TYPE: Final = "application/vnd.cellucid.session"
"""No form and no simple request of another page can send it."""

READ: Final = ("GET", "HEAD")
PAGE: Final = Fetch(("none", "same-origin", "same-site", "cross-site"), ("navigate",), ("document", "iframe"))
"""A window or a frame comes from anywhere; where frames may stand is said by the page's policy."""


def _entry(name: str, path: str, methods: tuple[str, ...], caller: Caller, what: str, fetch: Fetch = CALL) -> Entry:
    return Entry(name, Route(path, methods, caller.value), caller, fetch, what)


ENTRIES: Final = (
    _entry("page", "/", READ, Caller.ANYBODY, "the viewer's page", PAGE),
    _entry("asset", "/assets/{name}", READ, Caller.ANYBODY, "a part of the page", PART),
    _entry("icon", "/favicon.ico", READ, Caller.ANYBODY, "nothing: browsers ask for it by themselves", PART),
    _entry("session", "/_fumehood/session", ("POST",), Caller.CODE, "exchanges the code for a bearer"),
    _entry("events", "/_fumehood/events", ("POST",), Caller.VIEWER, "an event of the page with its buffers"),
    _entry("commands", "/_fumehood/commands", ("GET",), Caller.VIEWER, "commands of Python, one JSON object a line"),
    _entry("buffer", "/_fumehood/buffers/{id}", ("GET",), Caller.VIEWER, "the bytes of a command, once"),
    _entry("ask", "/_fumehood/ask", ("POST",), Caller.BEARER, "a question of the whole dataset, in lines"),
    _entry("health", "/_cellucid/health", READ, Caller.BEARER, "that it serves, and what"),
    _entry("info", "/_cellucid/info", READ, Caller.BEARER, "version, address, size of the data"),
    _entry("datasets", "/_cellucid/datasets", READ, Caller.BEARER, "the datasets, with the path of each"),
    _entry("cellucid_events", "/_cellucid/events", ("POST",), Caller.VIEWER, "an event as cellucid has it, as JSON"),
    _entry(
        "session_bundle", "/_cellucid/session_bundle", ("POST",), Caller.VIEWER, "a session, where one was asked for"
    ),
    _entry("resource", "/{resource}", READ, Caller.BEARER, "a resource of the (first) dataset"),
    _entry("resource", "/{dataset}/{resource}", READ, Caller.BEARER, "a resource of one of several datasets"),
)

_BY_PATH: Final = {entry.route.path: entry for entry in ENTRIES}
_ASSET: Final = re.compile(r"/assets/([A-Za-z0-9._-]{1,200})\Z", re.ASCII)
_BUFFER: Final = re.compile(r"/_fumehood/buffers/([A-Za-z0-9_-]{1,64})\Z", re.ASCII)
_OURS: Final = ("_fumehood", "_cellucid", "assets")


class Asked(NamedTuple):
    entry: Entry
    name: str
    """Of the asset, the buffer or the resource, decoded; empty where the path says all."""


def look_up(path: str) -> Asked | None:
    """What a request's path (as sent, without its query) names."""
    entry = _BY_PATH.get(path)
    if entry is not None and "{" not in path:
        return Asked(entry, "")
    if found := _ASSET.match(path):
        return Asked(_BY_PATH["/assets/{name}"], found[1])
    if found := _BUFFER.match(path):
        return Asked(_BY_PATH["/_fumehood/buffers/{id}"], found[1])
    name = _decoded(path)
    if name is None or name.split("/", 1)[0] in _OURS:
        return None
    return Asked(_BY_PATH["/{resource}"], name)


def _decoded(path: str) -> str | None:
    """The name behind the first slash, percent-encoding undone once; `None` where it can be no name of ours."""
    if len(path) > limits.VIEW_TARGET or not path.isascii():
        return None
    try:
        name = unquote_to_bytes(path[1:]).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not name or any(ord(sign) < 32 for sign in name):
        return None
    return name
