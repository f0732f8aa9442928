"""What a person set about the page: theme, fonts, whether it saves by itself.

It lives here because a page cannot keep it: each gateway has a port of its own, and a browser's storage ends with it.
The daemon bounds the text and understands none of it; the page checks what it reads.
"""

from __future__ import annotations

import asyncio
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.protocol.base import decode_json
from fumehood.store.journal import Journal
from fumehood.store.operations import PutValue

_KEY: Final = "page.preferences"
NOTHING: Final = "{}"


async def read(journal: Journal) -> str:
    """A JSON object. Raises StorageFailed."""
    kept = await asyncio.to_thread(journal.value, _KEY)
    return NOTHING if kept is None else kept.decode("utf-8", "replace")


async def write(journal: Journal, text: str) -> None:
    """Raises LimitExceeded, BadMessage, StorageFailed."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > limits.PREFERENCES:
        raise LimitExceeded(f"The page's settings may have {limits.PREFERENCES} bytes.")
    decode_json(data, dict[str, object])
    await journal.write(PutValue(key=_KEY, value=data))
