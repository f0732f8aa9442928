"""Which events were seen already: each number once, a few may overtake each other. Pure.

A page numbers its events upwards. One that was copied on its way (a proxy's log, a tab of developer tools) and is sent
again has a number that was seen, or one too old to tell.
"""

from __future__ import annotations


class Window:
    def __init__(self, width: int) -> None:
        self._width = width
        self._highest = -1
        self._seen: set[int] = set()

    def take(self, number: int) -> bool:
        """Whether it comes for the first time."""
        if number <= self._highest - self._width or number in self._seen or number < 0:
            return False
        self._seen.add(number)
        if number > self._highest:
            self._highest = number
        if len(self._seen) > 2 * self._width:
            self._seen = {one for one in self._seen if one > self._highest - self._width}
        return True
