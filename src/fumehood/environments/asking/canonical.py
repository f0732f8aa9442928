"""The one form of what is asked, and its digest: what an approval binds.

In it is what decides what would be installed: requirements, indexes, channels, the Python constraint, pre-releases. A
requirement has its place nowhere in particular, so their order does not count; that of indexes and channels does. Not
in it: who asked and in which line, offers that nobody took up, what cells would install, complaints.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Final

from fumehood.protocol.trust import Asked

_VERSION: Final = "fumehood asked 1"


def canonical(asked: Asked) -> bytes:
    """JSON with sorted keys, no white space and no numbers, in NFC and UTF-8."""
    value = {
        "channels": list(asked.channels),
        "indexes": [[one.url, one.role, "foreign" if one.foreign else "own"] for one in asked.indexes],
        "prerelease": asked.prerelease,
        "python": asked.python,
        "requirements": sorted({(one.ecosystem, one.kind, one.name, one.text) for one in asked.requirements}),
        "version": _VERSION,
    }
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")


def digest(asked: Asked) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(canonical(asked)).hexdigest()
