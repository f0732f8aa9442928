"""What both ends of the control and agent sockets agree on before the first message: the upgrade request.

The Host is a constant: nothing is named by it, and a request with another one did not come from a client of ours. A
refusal names its error in headers, because a WebSocket client does not see the body of a failed upgrade.
"""

from __future__ import annotations

from typing import Final

HOST: Final = "localhost"
PATH: Final = "/ws"
ERROR_HEADER: Final = "Fumehood-Error"
"""A code of `core.errors`."""
MESSAGE_HEADER: Final = "Fumehood-Message"
"""The error's sentence, ASCII."""
