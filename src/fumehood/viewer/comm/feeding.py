"""Answers what a page fetches through a comm: resources of the dataset's one table, the page's own module, and answers
to its questions.

A body is read in a thread of a small pool and sent in chunks, of which only as many are on their way as the page gave
credit for: a large embedding fills no queue between here and there, and a slow gene holds up no other. What is asked
for is a name in a table; a page that asks for more than there is room for is refused, never waited for. Questions have
threads of their own, and end when they are taken back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Literal

from fumehood.core import limits
from fumehood.core.errors import Busy, HoodError, Internal, LimitExceeded
from fumehood.datasets.analysis import threads
from fumehood.datasets.compressing import compress
from fumehood.datasets.resource import JSON
from fumehood.datasets.telling import Telling
from fumehood.protocol.base import encode_json
from fumehood.protocol.viewer import Answer, Ask, Cancel, Chunk, Credit, Failure, Fetch, Progress

if TYPE_CHECKING:
    from fumehood.datasets.resource import Table

log = logging.getLogger("fumehood.viewer")

MODULE = "page.js"
Send = Callable[[Chunk | Failure | Progress, Sequence[bytes | memoryview]], None]
Buffers = Sequence[bytes | memoryview]


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(limits.VIEWER_READERS, thread_name_prefix="fumehood-feed")


class _Job:
    __slots__ = ("at", "content_type", "credits", "data", "encoding", "ended", "index", "request")

    def __init__(self, request: Fetch | Ask) -> None:
        self.request = request
        self.credits = min(max(1, request.credits), limits.VIEWER_CREDITS)
        self.data: memoryview | None = None
        self.content_type = ""
        self.encoding: Literal["", "br", "gzip", "zstd"] = ""
        self.at = 0
        self.index = 0
        self.ended = False


class Feeder:
    def __init__(
        self,
        table: Table,
        module: bytes,
        send: Send,
        answered: Callable[[Ask, Answer], None] = lambda ask, answer: None,
    ) -> None:
        """`answered` is told of each answer before it is sent, in any thread."""
        self._table = table
        self._module = module
        self._send = send
        self._answered = answered
        self._lock = threading.Lock()
        self._jobs: dict[tuple[str, int], _Job] = {}
        self._closed = False
        self._questions = 0
        """Those that are being answered, or were taken back and have not yet noticed."""
        self.served = 0
        """Bytes that were sent."""

    @property
    def running(self) -> int:
        return len(self._jobs)

    def hear(self, message: Fetch | Ask | Credit | Cancel, buffers: Buffers = ()) -> None:
        key = message.page, message.request
        if isinstance(message, Fetch):
            self._begin(key, message, lambda job: self._read(key, message, job), _readers().submit)
        elif isinstance(message, Ask):
            if sum(map(len, buffers)) > limits.ASK_BODY:
                self._fail(message, LimitExceeded.code, "The question is too long.")
                return
            # Bytes of a message are the front end's to use again once it was heard.
            kept = [bytes(one) for one in buffers[: limits.ASK_SETS]]
            self._begin(key, message, lambda job: self._answer(key, message, kept, job), threads.start)
        elif isinstance(message, Cancel):
            with self._lock:
                if (job := self._jobs.pop(key, None)) is not None:
                    job.ended = True
        else:
            with self._lock:
                job = self._jobs.get(key)
                if job is None:
                    return
                job.credits = min(job.credits + max(0, message.chunks), limits.VIEWER_CREDITS)
            self._pour(key, job)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for job in self._jobs.values():
                job.ended = True
            self._jobs.clear()

    def _begin(
        self,
        key: tuple[str, int],
        request: Fetch | Ask,
        work: Callable[[_Job], None],
        start: Callable[[Callable[[], None]], object],
    ) -> None:
        with self._lock:
            if self._closed:
                return
            full = key in self._jobs or len(self._jobs) >= limits.VIEWER_FETCHES
            if isinstance(request, Ask):
                full = full or self._questions >= limits.ASK_AT_ONCE
                self._questions += not full
            job = None if full else _Job(request)
            if job is not None:
                self._jobs[key] = job
        if job is None:
            self._fail(request, Busy.code, "Too much is asked for at the same time.")
            return
        try:
            start(lambda: work(job))
        except RuntimeError:  # no thread can be started: there are too many, or the kernel ends
            self._end(key, job)
            if isinstance(request, Ask):
                with self._lock:
                    self._questions -= 1
            self._fail(request, Busy.code, "Nothing more can be begun here.")

    def _answer(self, key: tuple[str, int], ask: Ask, buffers: Buffers, job: _Job) -> None:
        def tell(done: int, total: int, what: str) -> None:
            if not job.ended:
                self._send(Progress(ask.viewer, ask.page, ask.request, done, total, what), ())

        try:
            answer = self._table.answer(ask.question, buffers, Telling(tell), lambda: job.ended)
            data = encode_json(answer)
            if not job.ended:
                self._answered(ask, answer)
            del answer
            job.content_type = JSON
            job.encoding = "gzip" if "gzip" in ask.accept else ""
            job.data = memoryview(compress("gzip", data) if job.encoding else data)
        except Exception as error:  # noqa: BLE001 - it is told
            if not job.ended:
                self._end(key, job)
                self._tell_failure(ask, error, "A question of the viewer could not be answered.")
            return
        finally:
            with self._lock:
                self._questions -= 1
        self._pour(key, job)

    def _read(self, key: tuple[str, int], request: Fetch, job: _Job) -> None:
        try:
            if request.path == MODULE:
                data: bytes | memoryview = self._module
                job.content_type = "text/javascript"
            else:
                found = self._table.find(request.path)
                if found is None:
                    self._end(key, job)
                    self._fail(request, "resource.missing", "There is no such resource.")
                    return
                body = found.body([one for one in request.accept if one in ("gzip", "br", "zstd")])
                data, job.content_type, job.encoding = body.data, found.content_type, body.encoding or ""
            job.data = memoryview(data).cast("B")
        except Exception as error:  # noqa: BLE001 - it is told
            self._end(key, job)
            self._tell_failure(request, error, "A resource could not be read for the viewer.")
            return
        self._pour(key, job)

    def _pour(self, key: tuple[str, int], job: _Job) -> None:
        # One lock for all: the chunks of a request are sent in their order whoever gives the credit.
        with self._lock:
            while job.data is not None and not job.ended and job.credits > 0:
                part = job.data[job.at : job.at + limits.VIEWER_CHUNK]
                last = job.at + len(part) >= len(job.data)
                first = job.index == 0
                chunk = Chunk(
                    viewer=job.request.viewer,
                    page=job.request.page,
                    request=job.request.request,
                    index=job.index,
                    size=len(job.data),
                    last=last,
                    content_type=job.content_type if first else "",
                    encoding=job.encoding if first else "",
                )
                self._send(chunk, (part,))
                self.served += len(part)
                job.at += len(part)
                job.index += 1
                job.credits -= 1
                if last:
                    job.ended = True
                    self._jobs.pop(key, None)

    def _end(self, key: tuple[str, int], job: _Job) -> None:
        with self._lock:
            job.ended = True
            self._jobs.pop(key, None)

    def _tell_failure(self, request: Fetch | Ask, error: Exception, logged: str) -> None:
        if isinstance(error, HoodError):
            self._fail(request, error.code, str(error))
        else:
            log.error(logged, exc_info=error)
            self._fail(request, Internal.code, "It could not be done; the log has the details.")

    def _fail(self, request: Fetch | Ask, code: str, said: str) -> None:
        failure = Failure(request.viewer, request.page, request.request, code, said[: limits.VIEWER_TEXT])
        self._send(failure, ())
