"""Addresses of packages and indexes: whom they would contact, and never a user name, password or token.

An address may come from the user's own configuration and be shown, signed and logged, so what opens a door is taken
out when it is read. May assume nothing of the text; must never look a name up.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

_PORTS: Final = {"http": 80, "https": 443, "ssh": 22, "ftp": 21, "git": 9418}
_SECRET: Final = re.compile(r"tok|key|sig|secret|pass|pwd|auth|cred|jwt|session", re.IGNORECASE)
_CONDA_TOKEN: Final = re.compile(r"^/t/[^/]+(?=/|$)")
_SCP: Final = re.compile(r"^(?:[\w.+-]+@)?([\w.-]+):(?!//)(.+)$")
_VCS: Final = frozenset(("git", "hg", "svn", "bzr"))
_NAMED: Final = re.compile(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?(?:\s+@|@\s|@[A-Za-z+.-]+://|@file:|@[./~])")
"""`name @ address`, which PEP 508 also allows without the spaces."""
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Address(NamedTuple):
    url: str
    """Without what opens a door."""
    host: str
    """As `place` names it; empty for a file."""
    kind: str
    """`url`, `vcs` or `path`."""
    stripped: bool
    """Whether something was taken out."""


def read(text: str) -> Address | None:
    """None: no address that anything could fetch."""
    if _UNSEEN.search(text):
        return None
    if "://" not in text and (scp := _SCP.match(text)) and not text.startswith("file:"):
        user, at, rest = text.partition("@") if "@" in text.split(":", 1)[0] else ("", "", text)
        stripped = bool(at) and user != "git"
        return Address(rest if stripped else text, scp[1].lower(), "vcs", stripped)
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host(parts.hostname or "")
    except (ValueError, UnicodeError):
        return None
    vcs, plus, transport = parts.scheme.partition("+")
    scheme = transport if plus else vcs
    if not parts.scheme or scheme == "file":
        return Address(text, "", "vcs" if plus and vcs in _VCS else "path", False)
    if not host:
        return None
    kind = "vcs" if vcs in _VCS else "url"
    return _bare(parts, place(scheme, host, port), kind, ssh=scheme == "ssh")


def place(scheme: str, host: str, port: int | None) -> str:
    """Whom an address leads to, as it is shown, accepted and let through: the host, and its port unless that is the
    scheme's own. Plain HTTP always has its port: whoever accepted a host did not accept that anybody on the way may
    read what it is told and change what it says. Raises UnicodeError."""
    host = _host(host)
    shown = f"[{host}]" if ":" in host else host
    if scheme == "http":
        return f"{shown}:{_PORTS[scheme] if port is None else port}"
    return shown if port in (None, _PORTS.get(scheme)) else f"{shown}:{port}"


def _bare(parts: SplitResult, place: str, kind: str, *, ssh: bool) -> Address:
    path = _CONDA_TOKEN.sub("", parts.path)
    query = parts.query
    if _SECRET.search(query):
        query = urlencode([(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not _SECRET.search(k)])
    # `git@` is what every such server calls everybody.
    user = parts.username if ssh and parts.username == "git" else None
    stripped = (parts.username or "") != (user or "") or bool(parts.password)
    stripped = stripped or path != parts.path or query != parts.query
    bare = place.removesuffix(":80") if parts.scheme.endswith("http") else place
    where = f"{user}@{bare}" if user else bare
    return Address(urlunsplit((parts.scheme, where, path, query, parts.fragment)), place, kind, stripped)


def _host(name: str) -> str:
    """Letters of other alphabets as DNS has them, so that they look like nothing else. Raises UnicodeError."""
    name = name.rstrip(".").lower()
    return name if name.isascii() else name.encode("idna").decode("ascii")


def is_address(text: str) -> bool:
    """Whether a requirement is an address and no name: a URL, a path, a file of a package."""
    if _NAMED.match(text):
        return False
    return bool(
        re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|\.{0,2}/)", text)
        or text.startswith((".", "/", "~", "\\", "file:"))
        or re.match(r"[\w.+-]+@[\w.-]+:", text)
        or text.lower().endswith((".whl", ".tar.gz", ".zip", ".tar.bz2", ".conda"))
        or (("/" in text or "\\" in text) and "@" not in text and ";" not in text.split("/")[0])
    )
