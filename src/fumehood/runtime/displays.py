"""Which outputs show a display id, so that `update_display_data` finds them, also those of earlier executions.

Pure, and bounded by `limits.DISPLAY_IDS`: the id that was used longest ago is forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict, deque

from fumehood.core import limits
from fumehood.runtime.execution import Execution, Slot

Place = tuple[Execution, Slot]


class Displays:
    def __init__(self) -> None:
        self._places: OrderedDict[str, deque[Place]] = OrderedDict()

    def add(self, display_id: str, execution: Execution, slot: Slot) -> None:
        self._places.setdefault(display_id, deque(maxlen=limits.DISPLAYS_PER_ID)).append((execution, slot))
        self._places.move_to_end(display_id)
        while len(self._places) > limits.DISPLAY_IDS:
            self._places.popitem(last=False)

    def find(self, display_id: str) -> list[Place]:
        """All outputs that show it now; cleared ones are forgotten on the way."""
        places = self._places.get(display_id)
        if places is None:
            return []
        self._places.move_to_end(display_id)
        alive = [place for place in places if place[1].index >= 0]
        if len(alive) < len(places):
            self._places[display_id] = deque(alive, maxlen=limits.DISPLAYS_PER_ID)
        return alive

    def clear(self) -> None:
        self._places.clear()
