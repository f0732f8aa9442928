"""By what a page and its gateway know each other: proofs of the bearer, which itself is said only once.

A port outlives who listened there. Who takes it after a gateway's end is asked by every page that was left open, and
must learn nothing by that, nor be taken for the gateway (decision 0014). Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

Side = Literal["gateway", "page"]


def proof(bearer: str, side: Side, host: str, asked: str, answered: str) -> str:
    """What `side` says once both have said their random bytes; no other side, host or moment has the same."""
    said = "\n".join(("fumehood", side, host, asked, answered))
    return hmac.new(bearer.encode(), said.encode(), hashlib.sha256).hexdigest()
