"""Which encodings of an answer a client takes: `Accept-Encoding` with its weights (RFC 9110, section 12.5.3). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

ENCODINGS: Final = ("zstd", "br", "gzip")

_PART: Final = re.compile(
    r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,40})(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?\Z", re.ASCII
)
_MOST: Final = 32


class Accepted(NamedTuple):
    encodings: tuple[str, ...]
    """Those that are liked best, all alike, and no less than the plain bytes."""
    plain: bool
    """Whether the plain bytes will do."""


NOTHING_SAID: Final = Accepted((), True)


def accepted(headers: Sequence[str]) -> Accepted:
    """What cannot be read counts as not said."""
    weights: dict[str, float] = {}
    for part in ",".join(headers).split(",")[:_MOST]:
        if found := _PART.match(part.strip()):
            weights[found[1].lower()] = float(found[2] or 1)
    rest = weights.get("*", 0.0)
    plain = weights.get("identity", weights.get("*"))
    named = {encoding: weights.get(encoding, rest) for encoding in ENCODINGS}
    most = max(named.values())
    if most <= 0 or (plain is not None and plain > most):
        return Accepted((), plain is None or plain > 0)
    return Accepted(tuple(name for name, weight in named.items() if weight == most), plain is None or plain > 0)
