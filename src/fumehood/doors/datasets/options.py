"""How a dataset server listens, and to whom. A value; `server` refuses one that would let others in unasked."""

from __future__ import annotations

from dataclasses import dataclass

from fumehood.doors.datasets.exposure import Exposure


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a dataset server listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: the system chooses."""
    public: tuple[int, ...] = ()
    """Ports by which tunnels reach it."""
    names: tuple[str, ...] = ()
    """Of a proxy of the user's in front."""
    ancestors: tuple[str, ...] = ()
    """Origins of pages that may hold the viewer in a frame."""
    legacy: bool = False
    exposure: Exposure | None = None
    """What the user gave and said before other machines are let in; without it, only 127.0.0.1 is listened at."""
