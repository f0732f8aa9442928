"""Who is measured, behind one small interface.

A peer is a system that can run a cell. `start` brings its server up where it has one, `session` makes a notebook with a
kernel that is ready. A session runs code as a user's client of that system would, and says when the output was visible
at the client and when the run was done.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec


class Seen(msgspec.Struct):
    """One run as the client saw it. Times in seconds since the request."""

    output: float = 0.0
    """When the first output was there; for a reference to bytes, when the bytes were."""
    done: float = 0.0
    messages: int = 0
    """Messages or events that reached the client."""
    chars: int = 0
    """Of text output."""
    largest: int = 0
    """Bytes (or characters, where they came as base64) of the largest output that is not text."""


class Session(Protocol):
    async def run(self, code: str, *, seconds: float = 120.0) -> Seen: ...

    async def close(self) -> None: ...


class Peer(Protocol):
    name: str

    async def start(self, folder: Path) -> None: ...

    async def session(self) -> Session: ...

    def pids(self) -> list[int]:
        """The processes whose families count as this peer's, without the benchmark itself."""
        ...

    async def stop(self) -> None: ...
