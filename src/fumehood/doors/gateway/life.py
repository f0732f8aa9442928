"""How long a gateway lives: as long as it has a page, and a little longer. State alone; the clock is given.

It ends with its last page, because it would otherwise be a door that nobody watches. What comes after a page has left
is told apart: a reload is there in a moment, a page whose daemon went away may need a minute to notice. A busy machine
needs longer for a reload than a moment: who fetches the page is waited for. Anybody on this machine can fetch it, so
that is bounded from the last thing that only a page of ours could do.
"""

from __future__ import annotations

from fumehood.core import limits


class Life:
    def __init__(self, now: float, links: int) -> None:
        """`links`: how many were given to browsers."""
        self._pages = 0
        self._links = links
        self._first = now + limits.GATEWAY_FIRST_SECONDS
        self._until = now
        self._known = now
        """When something last happened that needed a code or a bearer."""
        self.met = False
        """Whether there was a page at all."""

    @property
    def pages(self) -> int:
        return self._pages

    def came(self) -> None:
        self._pages += 1
        self.met = True

    def left(self, now: float, lost: bool) -> None:
        """`lost`: it did not go by itself; the daemon did."""
        self._pages -= 1
        self._known = now
        self._stay(now + (limits.GATEWAY_LOST_SECONDS if lost else limits.GATEWAY_LAST_SECONDS))

    def used(self) -> None:
        """One of the links has led to a page."""
        self._links = max(0, self._links - 1)

    def awaits(self, now: float) -> None:
        """A code was given out or exchanged: a page is on its way."""
        self._known = now
        self._stay(now + limits.GATEWAY_LAST_SECONDS)

    def asked(self, now: float) -> None:
        """Somebody fetches the page or begins to speak with us, and cannot have proven yet who that is."""
        self._stay(min(now + limits.GATEWAY_LAST_SECONDS, self._known + limits.GATEWAY_LOST_SECONDS))

    def remaining(self, now: float) -> float | None:
        """Seconds until the end if nothing happens; `None` while there is a page."""
        if self._pages:
            return None
        until = max(self._until, self._first) if self._links else self._until
        return max(0.0, until - now)

    def _stay(self, until: float) -> None:
        self._until = max(self._until, until)
