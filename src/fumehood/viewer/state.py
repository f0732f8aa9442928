"""What a page has said last, of each kind."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Final

from fumehood.viewer import events
from fumehood.viewer.figures import Figure

TROUBLES: Final = 20


class ViewerState:
    """Read it; nobody else writes it."""

    def __init__(self) -> None:
        self.ready: events.Ready | None = None
        self.selection: events.Selection | None = None
        self.hover: events.Hover | None = None
        self.click: events.Click | None = None
        self.figure: Figure | None = None
        """The last that the person sent from the page's own dialog."""
        self.view: dict[str, Any] = {}
        """Embedding, colours and what else the page keeps: what `set_state` takes."""
        self.last_event: str | None = None
        self.last_updated_at: float | None = None
        """Seconds since the epoch."""
        self.troubles: deque[events.Trouble] = deque(maxlen=TROUBLES)

    def __repr__(self) -> str:
        return f"ViewerState(ready={self.ready is not None}, selection={self.selection!r}, view={self.view!r})"

    def take(self, kind: events.Kind, said: events.Event) -> None:
        self.last_event, self.last_updated_at = kind, time.time()
        match said:
            case events.Ready():
                self.ready = said
            case events.Selection():
                self.selection = said
            case events.Hover():
                self.hover = said
            case events.Click():
                self.click = said
            case events.State():
                self.view = said.state
            case events.Trouble():
                self.troubles.append(said)
