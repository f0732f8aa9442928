"""What is said about a name."""

from __future__ import annotations

from typing import Literal

import msgspec

Verdict = Literal["ok", "warn", "stop", "block"]
"""`ok`: nothing was found in the name. `warn`: another one may be meant; say so beside it. `stop`: it is likely not
what was meant, or nobody knows it; ask for this name by itself. `block`: no index can have a package of this name."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """As it was given, shortened if endless: text of a stranger."""
    verdict: Verdict
    score: float
    """0 to 1: how much it looks as if `target` was meant."""
    target: str | None = None
    """The name that it is taken for, in the form in which an index has it."""
    target_rank: int | None = None
    """1 is the most downloaded one; None beyond the list."""
    rank: int | None = None
    """Of the name itself."""
    known: bool = False
    """An index had this name on the day of the list. One unknown name in a million is taken for a known one."""
    reasons: tuple[str, ...] = ()
    """Plain words, the weightiest first; parts of the name in them are printable ASCII."""
