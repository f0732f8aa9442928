"""The displays of a viewer: who has said something, up to which number, and who has gone. Pure.

A number that is not above the last of its page was heard before, or is somebody's copy.
"""

from __future__ import annotations

from dataclasses import dataclass

from fumehood.core import limits


@dataclass
class Page:
    id: str
    ready: bool = False
    sequence: int = 0


class Pages:
    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}

    def hear(self, page: str, sequence: int) -> Page | None:
        """The page, if this is new of it."""
        found = self._pages.get(page)
        if found is None:
            found = self._pages[page] = Page(page)
            while len(self._pages) > limits.VIEWER_PAGES:
                self._pages.pop(next(iter(self._pages)))
        if sequence <= found.sequence:
            return None
        found.sequence = sequence
        return found

    def leave(self, page: str) -> None:
        if (found := self._pages.get(page)) is not None:
            # Its number stays, so that nobody speaks for it later.
            found.ready = False

    @property
    def ready(self) -> list[Page]:
        return [page for page in self._pages.values() if page.ready]

    @property
    def known(self) -> int:
        return len(self._pages)
