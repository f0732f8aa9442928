"""Questions of a whole dataset over HTTP: one body in, lines out, the last of them the answer.

Who hangs up takes the question back. Questions have threads of their own, so that reads never wait behind them; how
many one window and all of them may ask at a time is bounded, and who asks more is told so in a line as any other
failure. What is wrong with a question is said to whoever asked; what is wrong with the data only by its code, since a
sentence about it may name files of this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from aiohttp import web  # noqa: TID253  # a door is HTTP; nothing light imports one

from fumehood.core import limits
from fumehood.core.errors import (
    AnalysisCancelled,
    BadMessage,
    BadQuestion,
    Busy,
    DatasetMemberMissing,
    HoodError,
    Internal,
    LimitExceeded,
)
from fumehood.core.logs import note_failure
from fumehood.datasets.analysis import threads
from fumehood.datasets.telling import Telling
from fumehood.doors.datasets import serving
from fumehood.doors.datasets.headers import SEALED
from fumehood.protocol.base import encode_json
from fumehood.protocol.viewer import Answer, Answered, Ask, AskLine, Failure, Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fumehood.datasets.resource import Table

_SAID: Final = (AnalysisCancelled, BadMessage, BadQuestion, Busy, DatasetMemberMissing, Internal, LimitExceeded)
_log = logging.getLogger("fumehood.doors")


class Askers:
    def __init__(self) -> None:
        self._asked: Counter[object] = Counter()
        self._closed = False

    def close(self) -> None:
        """Everybody's questions are taken back."""
        self._closed = True

    async def answer(
        self,
        request: web.BaseRequest,
        who: object,
        table: Table,
        ask: Ask,
        buffers: Sequence[memoryview],
        answered: Callable[[Ask, Answer], None],
    ) -> web.StreamResponse:
        """`who` asks; `answered` is told of the answer, in a thread. Raises ConnectionError."""
        head = {**SEALED, "Content-Type": "application/x-ndjson", "Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=head)
        await stream.prepare(request)
        if self._asked[who] >= limits.ASK_AT_ONCE or self._asked.total() >= limits.ASK_WAITING:
            await _last(request, stream, _failure(ask, Busy("Too much is asked for at the same time.")))
            return stream
        news = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake(then: Callable[[], object]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
                loop.call_soon_threadsafe(then)

        work = _Work(table, ask, buffers, answered, lambda: wake(news.set))

        def run() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - it is noted, and its place is given back
                note_failure(_log, "question.unanswered", error)
            finally:
                wake(lambda: self._over(who, work, news))

        threads.start(run)
        self._asked[who] += 1
        beat = loop.time() + limits.VIEW_BEAT_SECONDS
        try:
            # Its room is free before its last line is read: the next question may follow at once.
            while not work.over:
                try:
                    async with asyncio.timeout(limits.ASK_TELL_SECONDS):
                        await news.wait()
                except TimeoutError:
                    pass
                news.clear()
                if request.transport is None or self._closed:
                    raise ConnectionResetError("Nobody waits for the answer.")
                told, work.told = work.told, None
                if told is not None or loop.time() >= beat:
                    beat = loop.time() + limits.VIEW_BEAT_SECONDS
                    await serving.send_part(request, stream, b"\n" if told is None else _line(told))
        finally:
            work.ended = True
        await _last(request, stream, work.last)
        return stream

    def _over(self, who: object, work: _Work, news: asyncio.Event) -> None:
        """In the loop, once the thread has done with it."""
        work.over = True
        news.set()
        self._asked[who] -= 1
        if self._asked[who] <= 0:
            del self._asked[who]


class _Work:
    """In a thread. `told`: the last word that was not yet passed on; `last`: the last line, empty where not even a
    failure could be said; `over`: the thread has done with it; `ended` is set when nobody waits any more."""

    def __init__(
        self,
        table: Table,
        ask: Ask,
        buffers: Sequence[memoryview],
        answered: Callable[[Ask, Answer], None],
        wake: Callable[[], None],
    ) -> None:
        self._table, self._ask, self._buffers, self._answered, self._wake = table, ask, buffers, answered, wake
        self.told: Progress | None = None
        self.last = b""
        self.over = False
        self.ended = False

    def __call__(self) -> None:
        ask = self._ask
        try:
            answer = self._table.answer(ask.question, self._buffers, Telling(self._tell), lambda: self.ended)
            if not self.ended:
                self._answered(ask, answer)
            self.last = _line(Answered(ask.viewer, ask.page, ask.request, answer))
        except HoodError as error:
            self.last = _failure(ask, error)
        except Exception as error:  # noqa: BLE001 - it is noted
            note_failure(_log, "question.failed", error)
            self.last = _failure(ask, Internal("The question could not be answered; the server's log says why."))

    def _tell(self, done: int, total: int, what: str) -> None:
        self.told = Progress(self._ask.viewer, self._ask.page, self._ask.request, done, total, what)
        self._wake()


async def _last(request: web.BaseRequest, stream: web.StreamResponse, line: bytes) -> None:
    await serving.send_bytes(request, stream, memoryview(line))


def _failure(ask: Ask, error: HoodError) -> bytes:
    said = str(error) if isinstance(error, _SAID) else "The data cannot be read."
    return _line(Failure(ask.viewer, ask.page, ask.request, error.code, said[: limits.VIEWER_TEXT]))


def _line(line: AskLine) -> bytes:
    return encode_json(line) + b"\n"
