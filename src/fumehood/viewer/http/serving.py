"""A viewer over HTTP: the server, the hooks that it gives events to, and the frame in a cell's output.

The frame's address carries a one-time code in its fragment; in a saved notebook it is used up or too old. Commands go
over a stream that the page holds open, so no output of a cell is needed for them.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Literal
from urllib.parse import urlsplit

from fumehood.core import limits
from fumehood.core.errors import ViewerUnplaced
from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.server import DatasetServer
from fumehood.doors.datasets.shown import Shown
from fumehood.protocol.base import encode_json
from fumehood.protocol.viewer import Answer, Ask, Command, Line, ViewerEvent, Welcome
from fumehood.viewer import places
from fumehood.viewer.transport import Answered, Finding, Hear

if TYPE_CHECKING:
    from fumehood.viewer.source import Source

_EMBEDDERS = ("http://127.0.0.1:*", "http://localhost:*", "'self'")
"""Pages that may hold the frame: a notebook server of this machine, or the page's own origin behind a proxy."""


class HttpTransport:
    name: Literal["http"] = "http"

    def __init__(
        self, source: Source, height: int, hear: Hear, *, port: int = 0, proxy: str = "", framed: bool = True
    ) -> None:
        """`proxy`: a Jupyter server's address whose jupyter-server-proxy the page is reached by."""
        self._hear = hear
        self.answered: Answered = lambda ask, answer: None
        self._height = height
        self._proxy = proxy or (places.jupyter_proxy() if framed else "")
        said = urlsplit(self._proxy)
        options = Options(
            port=port,
            ancestors=_EMBEDDERS if framed else (),
            public=(said.port,) if said.port else (),
            names=(said.hostname,) if said.hostname not in (None, "127.0.0.1", "localhost") and said.hostname else (),
        )
        kind = "exported" if source.kind == "exported" else "anndata"
        self._server = DatasetServer((Shown(source.table, kind, source.kind),), options).start()
        self._viewer = self._server.add_viewer(self)
        self._displays = 0

    @property
    def viewer(self) -> str:
        return self._viewer.id

    def link(self) -> str:
        """A new one-time address for a browser's window or a frame."""
        code = self._server.code(self._viewer.id)
        if self._proxy:
            return f"{self._proxy.rstrip('/')}/proxy/{self._server.port}/#code={code}"
        return f"{self._server.url}/#code={code}"

    def send(self, message: Command | Welcome, buffers: Sequence[bytes]) -> None:
        named = {secrets.token_hex(16): bytes(buffer) for buffer in buffers}
        self._server.send(self._viewer.id, encode_json(Line(message, tuple(named))), named)

    def display(self) -> None:
        shown = places.display()
        if shown is None:
            raise ViewerUnplaced("There is no notebook here to show a viewer in.", hint="Open `viewer.link()`.")
        shown(Frame(self.link(), self._height))
        self._displays += 1

    def beside(self) -> bool:
        return True

    def awaited(self) -> bool:
        return True

    def findings(self) -> list[Finding]:
        running = self._server.running
        found = [Finding("server", running, self._server.url if running else "stopped")]
        if self._proxy:
            found.append(Finding("proxy", None, self._proxy))
        taken = running and self._server.connected(self._viewer.id)
        return [*found, Finding("commands", taken, "the page takes them" if taken else "no page takes them")]

    def close(self) -> None:
        """The page is told that the server stops."""
        self._server.stop()

    # -- what the server calls, in its loop

    def deliver(self, event: ViewerEvent, buffers: Sequence[memoryview]) -> None:
        self._hear(event, buffers)

    def answer(self, ask: Ask, answer: Answer) -> None:
        self.answered(ask, answer)

    def legacy(self, event: Mapping[str, object]) -> None:
        """Only with `--legacy`, which viewers of Python never have."""

    def bundle(self, request: str, file: BinaryIO) -> None:
        file.close()


class Frame:
    """An output of a cell: the page in a frame."""

    def __init__(self, address: str, height: int) -> None:
        self._address = address
        self._height = min(height, limits.VIEWER_HIGHEST)

    def _repr_html_(self) -> str:
        address = html.escape(self._address, quote=True)
        return (
            f'<iframe src="{address}" title="fumehood viewer" width="100%" height="{self._height}" '
            'style="border: 0" referrerpolicy="no-referrer" allow="fullscreen"></iframe>'
        )

    def __repr__(self) -> str:
        return "Run this cell to see the viewer."
