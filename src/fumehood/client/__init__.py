"""How programs talk to fumehood: open notebooks, read and edit cells, run them, watch.

    import fumehood.client

    async with fumehood.client.connect() as client, client.open("analysis.ipynb") as notebook:
        result = await notebook.execute("cell-id")
        print(result.raise_for_error().text)

`fumehood.client.blocking` is the same for programs without an event loop. docs/guide/python-client.md is the guide.
Importing this package loads nothing else; aiohttp and the document model come with the first connection.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fumehood.client.asking import Question
    from fumehood.client.client import Client, Connecting
    from fumehood.client.notebook import Edit, Notebook
    from fumehood.client.results import CellError, Result
    from fumehood.client.runs import Run
    from fumehood.client.watching import EventStream, Missed
    from fumehood.document.widgets import Model

__all__ = [
    "CellError",
    "Client",
    "Edit",
    "EventStream",
    "Missed",
    "Model",
    "Notebook",
    "Question",
    "Result",
    "Run",
    "connect",
]

_HOMES = {
    "CellError": "client.results",
    "Client": "client.client",
    "Edit": "client.notebook",
    "EventStream": "client.watching",
    "Missed": "client.watching",
    "Model": "document.widgets",
    "Notebook": "client.notebook",
    "Question": "client.asking",
    "Result": "client.results",
    "Run": "client.runs",
}


def connect(
    name: str = "python", *, home: str | os.PathLike[str] | None = None, start: bool = True, agent: bool = False
) -> Connecting:
    """A connection to this user's daemon, which is started if none runs (unless `start` is false).

    `await` it, or use it with `async with`. `name` is what others see as the author of edits and runs. `home` is
    another installation's folder, as in `FUMEHOOD_HOME`. `agent` uses the agents' socket: less power, and only
    `Client.call`. Raises `DaemonUnreachable`, `DaemonForeign`, `VersionMismatch`, and `PeerRefused` inside a kernel.
    """
    from fumehood.client.client import Client, Connecting, paths_of

    return Connecting(Client(paths_of(home), name, agent=agent, start=start))


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"fumehood.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
