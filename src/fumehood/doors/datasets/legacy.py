"""What `--legacy` gives cellucid 0.0.9's clients beside its wire, which every mode speaks: reads and events without a
bearer, its answers to events that are not delivered, and answers that its web app's pages may read. Pure.

What this gives up is told in docs/guide/viewing.md and held by tests: any program of this machine reads the data and
speaks for a viewer whose id it knows. The checks of host, origin and `Sec-Fetch-*` stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from fumehood.core.errors import BadMessage

WEB_APP: Final = ("https://www.cellucid.com", "https://cellucid.com")

_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Range",
}
_READ: Final = {"Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag"}


def cross_origin(origins: Sequence[str]) -> dict[str, str]:
    """Headers of an answer to a page of the web app; `Vary` names Origin for all."""
    headers = {"Vary": "Accept-Encoding, Origin"}
    if len(origins) == 1 and origins[0] in WEB_APP:
        headers |= {"Access-Control-Allow-Origin": origins[0], **_READ}
    return headers


def preflight(origins: Sequence[str], private: bool) -> dict[str, str]:
    headers = {**cross_origin(origins), **_PREFLIGHT}
    if private and "Access-Control-Allow-Origin" in headers:
        headers["Access-Control-Allow-Private-Network"] = "true"
    return headers


def read_event(body: bytes) -> dict[str, object] | str:
    """The event, or what cellucid says where there is none. Raises `BadMessage` for what made it fail."""
    try:
        event = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return "Invalid JSON"
    if not isinstance(event, dict):
        raise BadMessage("An event is an object.")
    viewer = event.get("viewerId")
    if not viewer:
        return "Missing viewerId"
    if not isinstance(viewer, str):
        raise BadMessage("A viewer's id is a text.")
    return event
