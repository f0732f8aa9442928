"""Messages to comms that somebody wants to know the end of: the kernel has done with one when it says that it is idle.

Pure. A kernel takes messages in their order, so what was sent before is done too, though the word for it was lost.
"""

from __future__ import annotations


class Handed:
    def __init__(self) -> None:
        self._waiting: dict[str, int] = {}

    def sent(self, message: str, id: int) -> None:
        self._waiting[message] = id

    def done(self, message: str) -> list[int]:
        """The numbers under which it, and what came before it, was asked about."""
        if message not in self._waiting:
            return []
        found = []
        for sent in list(self._waiting):
            found.append(self._waiting.pop(sent))
            if sent == message:
                break
        return found

    def give_up_all(self) -> list[int]:
        gone = list(self._waiting.values())
        self._waiting.clear()
        return gone
