"""Questions to the kernel (completion, inspection, history) that wait for its answer.

Pure. A question that comes while a cell runs is held here, not in the kernel: an answer that nobody waits for any more
must not delay the next cell.
"""

from __future__ import annotations

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy
from fumehood.protocol.stream import Ask

KINDS = {"complete": "complete_request", "inspect": "inspect_request", "history": "history_request"}


class Asks:
    def __init__(self) -> None:
        self._held: dict[int, Ask] = {}
        self._sent: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._held) + len(self._sent)

    def hold(self, ask: Ask) -> None:
        """Raises `Busy`, `BadMessage`."""
        if ask.what not in KINDS:
            raise BadMessage(f"A kernel cannot be asked for {ask.what[:20]!r}.")
        if len(self) >= limits.ASKS:
            raise Busy("Too many questions wait for the kernel.")
        self._held[ask.id] = ask

    def next(self) -> Ask | None:
        """The oldest that is held, to be sent now."""
        if not self._held:
            return None
        return self._held.pop(next(iter(self._held)))

    def sent(self, ask: Ask, message: str) -> None:
        self._sent[message] = ask.id

    def answered(self, message: str) -> int | None:
        """The question that a reply to `message` answers; `None`: nobody waits for it."""
        return self._sent.pop(message, None)

    def give_up(self, id: int) -> bool:
        """Whether it still waited."""
        if self._held.pop(id, None) is not None:
            return True
        for message, asked in self._sent.items():
            if asked == id:
                del self._sent[message]
                return True
        return False

    def give_up_all(self) -> list[int]:
        gone = [*self._held, *self._sent.values()]
        self._held.clear()
        self._sent.clear()
        return gone
