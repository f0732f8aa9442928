"""The widget: a loader of three kilobytes and three small values are all that a saved notebook keeps of it. Everything
else travels as messages of its own, which no notebook saves. Imports ipywidgets: only whoever shows one does.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import anywidget
import msgspec
import traitlets

from fumehood.core.errors import HoodError, ViewerUnplaced
from fumehood.protocol.viewer import (
    Ask,
    Cancel,
    Command,
    Credit,
    Fetch,
    FromPage,
    ToPage,
    Welcome,
)
from fumehood.viewer import places
from fumehood.viewer.built import Built
from fumehood.viewer.comm import beside
from fumehood.viewer.comm.feeding import Feeder
from fumehood.viewer.transport import Answered, Finding, Hear

if TYPE_CHECKING:
    from fumehood.datasets.resource import Table

log = logging.getLogger("fumehood.viewer")


class ViewerWidget(anywidget.AnyWidget):
    viewer = traitlets.Unicode().tag(sync=True)
    """Its id, which is no secret."""
    module = traitlets.Unicode().tag(sync=True)
    """Hash of the page's module: a window that has it loads it no second time."""
    height = traitlets.Int().tag(sync=True)

    def __init__(self, loader: str, **values: Any) -> None:
        self._esm = loader
        super().__init__(**values)


class CommTransport:
    name: Literal["comm"] = "comm"

    def __init__(self, table: Table, built: Built, height: int, hear: Hear) -> None:
        self.viewer = viewer = secrets.token_hex(8)
        self._hear = hear
        self.answered: Answered = lambda ask, answer: None
        self._feeder = Feeder(table, built.module, self._say, lambda ask, answer: self.answered(ask, answer))
        self._refused = 0
        self._thread = self._heard_in = threading.current_thread()
        self.widget = ViewerWidget(built.loader, viewer=viewer, module=built.digest, height=height)
        self.widget.on_msg(self._heard)
        self._beside = beside.hear_beside(self.widget.comm)

    def link(self) -> str:
        raise ViewerUnplaced("This viewer goes through its notebook alone.", hint='Say `transport="http"`.')

    def send(self, message: Command | Welcome, buffers: Sequence[bytes]) -> None:
        self._say(message, buffers)

    def display(self) -> None:
        shown = places.display()
        if shown is None:
            raise ViewerUnplaced("There is no notebook here to show a viewer in.")
        shown(self.widget)

    def beside(self) -> bool:
        # Some front ends give every comm a thread of its own (JupyterLab, with an ipykernel before 7.4).
        return self._beside or not (threading.current_thread() is self._thread is self._heard_in)

    def awaited(self) -> bool:
        # marimo gives a comm nothing until the running cell has ended, also where that awaits.
        return self.beside() or places.front_end() != "marimo"

    def findings(self) -> list[Finding]:
        comm = self.widget.comm
        beside = self._beside or self._heard_in is not self._thread
        said = "its messages come beside running cells" if beside else "its messages wait while a cell runs"
        return [
            Finding("comm", comm is not None, f"{said}; no port is open" if comm is not None else "closed"),
            Finding("data", None, f"{self._feeder.served:,} bytes sent, {self._feeder.running} requests under way"),
            Finding("refused messages", self._refused == 0, str(self._refused)),
        ]

    def close(self) -> None:
        """What is displayed stays as a picture."""
        self._feeder.close()
        self.widget.on_msg(self._heard, remove=True)

    def _say(self, message: ToPage, buffers: Sequence[bytes | memoryview]) -> None:
        self.widget.send(msgspec.to_builtins(message), list(buffers))

    def _heard(self, _widget: object, content: object, buffers: Sequence[bytes | memoryview]) -> None:
        """Of any page that shows this widget, and of whatever else runs in it: hostile."""
        self._heard_in = threading.current_thread()
        try:
            message = msgspec.convert(content, FromPage)
            if message.viewer != self.viewer:
                return
            if isinstance(message, Fetch | Ask | Credit | Cancel):
                self._feeder.hear(message, buffers)
            else:
                self._hear(message, buffers)
        except (HoodError, msgspec.MsgspecError, RecursionError) as error:
            self._refused += 1
            log.warning("A message of the viewer's page was refused: %s", error)
