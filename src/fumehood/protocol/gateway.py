"""What a page says to its gateway before the control protocol begins, and why a gateway closes its WebSocket.

`POST /session` exchanges a one-time code for a bearer, and this is the one time that a bearer is said. A WebSocket
begins with four texts, by which both prove that they have it, the gateway first:

    page     Page NAME ASKED        SHA-256 of the bearer, and 32 random bytes of the page's
    gateway  Gateway ANSWERED PROOF
    page     Proof PROOF
    gateway  Welcome TICKET

All after them is the control protocol. A proof is HMAC-SHA256, with the bearer as the key, over five lines: `fumehood`,
who says it (`gateway` or `page`), the gateway's `127.0.0.1:PORT`, ASKED, ANSWERED. Everything is hexadecimal.
`POST /code` gives a code for a new window of the page's own; it takes the ticket, which ends with its WebSocket. Where
it names a notebook, the code is for a window that shows outputs of it and can say little (`doors/gateway/narrow.py`).
"""

from __future__ import annotations

from typing import Final

from fumehood.protocol.base import Message

PAGE: Final = "Page "
GATEWAY: Final = "Gateway "
PROOF: Final = "Proof "
WELCOME: Final = "Welcome "
TICKET: Final = "Ticket "
"""The scheme of `Authorization` at `/code`."""

DAEMON_GONE: Final = 4001
"""The daemon ended; connecting again starts another one."""
DAEMON_UNREACHABLE: Final = 4002
"""It could not be reached; the reason says why."""
BEARER_REFUSED: Final = 4003
PAGE_SILENT: Final = 4004
"""Its proof did not come in time, as where the machine was asleep: the page may come again."""


class CodeMessage(Message, frozen=True):
    """What is said to `/session`, and what `/code` answers."""

    code: str


class OutputsMessage(Message, frozen=True):
    """What may be said to `/code`."""

    outputs: str
    """Absolute path of the notebook."""


class SessionResult(Message, frozen=True):
    bearer: str
