"""What every HTTP door asks of a request before it looks at anything else, as pure functions.

A door knows its own address, its table of routes and whose pages may call it; everything here compares exactly, with
parsed values and never with patterns on a whole URL. Capabilities (hashes, tokens) are the lock; this is the wall
around it: DNS rebinding, other ports of this machine, other sites' pages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

LOOPBACK: Final = "127.0.0.1"

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SEAL_BREAKERS: Final = ("allow-same-origin", "allow-top-navigation", "allow-popups", "allow-modals")


class Route(NamedTuple):
    """One line of a door's table. What is not in the table does not exist."""

    path: str
    """As in the documentation: `/blob/{sha256}`."""
    methods: tuple[str, ...]
    capability: str
    """What a caller must hold."""


class Refusal(NamedTuple):
    status: int
    reason: str
    """For a person; says nothing that the caller did not send."""
    allow: tuple[str, ...] = ()
    """With 405: the methods that there are."""


class Origin(NamedTuple):
    scheme: str
    host: str
    port: int


def refuse_host(values: Sequence[str], expected: str) -> Refusal | None:
    """Exactly one `Host`, and it is `expected` (`127.0.0.1:PORT`) to the letter: any other name may be rebound."""
    if len(values) != 1:
        return Refusal(400, "There must be one Host header.")
    if values[0] != expected:
        return Refusal(403, "This server does not have that name.")
    return None


def refuse_method(method: str, allowed: Sequence[str]) -> Refusal | None:
    if method not in allowed:
        return Refusal(405, "That method does not exist here.", tuple(allowed))
    return None


def refuse_target(target: str) -> Refusal | None:
    """Only `/path`: an absolute target would name a second host beside the header's."""
    if not target.startswith("/") or target.startswith("//"):
        return Refusal(400, "The request must name a path.")
    return None


def refuse_origin(values: Sequence[str], allowed: Collection[Origin], *, opaque: bool, local: bool) -> Refusal | None:
    """A request with no `Origin` passes (no script of another page can read the answer); of pages, those that we know.

    `opaque`: pages without an origin (sealed frames) may call. `local`: pages of any port of 127.0.0.1 may.
    """
    if not values:
        return None
    if len(values) > 1:
        return Refusal(400, "There must be one Origin header.")
    if values[0] == "null":
        return None if opaque else Refusal(403, "A page without an origin may not call this.")
    origin = parse_origin(values[0])
    if origin is not None and (origin in allowed or (local and origin.scheme == "http" and origin.host == LOOPBACK)):
        return None
    return Refusal(403, "A page of another site may not call this.")


def require_origin(values: Sequence[str], expected: str) -> Refusal | None:
    """Exactly one `Origin`, and it is `expected` (`http://127.0.0.1:PORT`) to the letter."""
    if len(values) != 1:
        return Refusal(403, "There must be one Origin header.")
    if values[0] != expected:
        return Refusal(403, "A page of another site may not call this.")
    return None


def parse_origin(text: str) -> Origin | None:
    """`scheme://host[:port]` in the form in which browsers send it; None for everything else."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    if not parts.scheme or not host or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        return None
    written = f"{parts.scheme}://{host if ':' not in host else f'[{host}]'}{'' if port is None else f':{port}'}"
    if written != text:
        return None
    if port is None:
        port = _DEFAULT_PORTS.get(parts.scheme, 0)
    return Origin(parts.scheme, host, port)


def is_sealed(policy: str) -> bool:
    """Whether a Content-Security-Policy makes whatever it comes with opaque: no origin, no way out of its frame."""
    for directive in policy.split(";"):
        words = directive.lower().split()
        if words and words[0] == "sandbox":
            return not any(word.startswith(_SEAL_BREAKERS) for word in words[1:])
    return False
