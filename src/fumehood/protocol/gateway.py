"""What a page says to its gateway before the control protocol begins, and why a gateway closes its WebSocket.

`POST /session` exchanges a one-time code, `POST /code` gives another one for a new window of the page's own. The first
message of the WebSocket is the bearer behind `BEARER`; all after it is the control protocol.
"""

from __future__ import annotations

from typing import Final

from fumehood.protocol.base import Message

BEARER: Final = "Bearer "

DAEMON_GONE: Final = 4001
"""The daemon ended; connecting again starts another one."""
DAEMON_UNREACHABLE: Final = 4002
"""It could not be reached; the reason says why."""
BEARER_REFUSED: Final = 4003


class CodeMessage(Message, frozen=True):
    """What is said to `/session`, and what `/code` answers."""

    code: str


class SessionResult(Message, frozen=True):
    bearer: str
