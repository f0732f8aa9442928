"""What the kernel's code asks of a person, and waits for: `input()` and `getpass()`.

Pure. Each question is answered once; a second answer, or one that comes too late, finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from fumehood.core import limits
from fumehood.kernels.wire import KernelMessage


@dataclass(frozen=True, slots=True)
class Question:
    execution: str
    request: str
    message: KernelMessage
    """What the answer is an answer to."""


class Inputs:
    def __init__(self) -> None:
        self._open: dict[str, Question] = {}
        self._count = 0

    def ask(self, execution: str, message: KernelMessage) -> Question | None:
        """`None`: too many are open already. The id is ours: a kernel could repeat its own."""
        if len(self._open) >= limits.PENDING_INPUTS:
            return None
        self._count += 1
        question = Question(execution, f"{execution[:8]}-{self._count}", message)
        self._open[question.request] = question
        return question

    def answer(self, request: str) -> Question | None:
        return self._open.pop(request, None)

    def close(self, execution: str | None = None) -> list[Question]:
        """Those of one execution, or all: they are not open any more."""
        gone = [q for q in self._open.values() if execution is None or q.execution == execution]
        for question in gone:
            del self._open[question.request]
        return gone
