"""The client for programs without an event loop: the same calls, which return when they are done.

    from fumehood.client import blocking

    with blocking.connect() as client, client.open("analysis.ipynb") as notebook:
        result = notebook.execute("cell-id")

The connection lives on a loop in a thread of its own, so that events are taken in while the program computes or
sleeps, and so that it works where a loop runs already (in a notebook, say). The hop between the threads costs about
0.1 ms a call (docs/decisions/0007-blocking-client.md). Callbacks, `on_input` above all, are called in the thread that
waits, never in the loop's. Safe to use from several threads.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from fumehood.client.asking import Question
from fumehood.client.client import Client as AsyncClient
from fumehood.client.client import paths_of
from fumehood.client.notebook import Edit
from fumehood.client.notebook import Notebook as AsyncNotebook
from fumehood.client.results import Result
from fumehood.client.watching import EventStream, Missed
from fumehood.core import limits
from fumehood.core.errors import TimedOut
from fumehood.document.cells import Cell
from fumehood.document.widgets import Model
from fumehood.protocol import methods
from fumehood.protocol import trust as wire
from fumehood.protocol.events import AnyEvent, KernelChanged
from fumehood.protocol.state import RoomState

T = TypeVar("T")
Handler = Callable[[Question], str | None]


class _Thread:
    """A loop in a thread, from `start` to `stop`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="fumehood client", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Waits without a time-out of its own: what is asked has one. Ctrl-C cancels it."""
        future = self.submit(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def call(self, function: Callable[[], T]) -> T:
        """Runs a function that does not wait on the loop."""

        async def work() -> T:
            return function()

        return self.run(work())

    def stop(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()


def connect(name: str = "python", *, home: str | os.PathLike[str] | None = None, start: bool = True) -> Client:
    """As `fumehood.client.connect`. Close the client, or use it with `with`."""
    thread = _Thread()
    inner = AsyncClient(paths_of(home), name, start=start)
    try:
        thread.run(inner.connect())
    except BaseException:
        thread.run(inner.close())
        thread.stop()
        raise
    return Client(thread, inner)


class Client:
    """See `fumehood.client.Client`, whose twin this is."""

    def __init__(self, thread: _Thread, inner: AsyncClient) -> None:
        self._thread = thread
        self._inner = inner
        self._closed = False

    @property
    def hello(self) -> methods.HelloResult | None:
        return self._inner.hello

    def open(
        self, path: str | os.PathLike[str], *, create: bool = False, env: Mapping[str, str] | None = None
    ) -> Notebook:
        async def enter() -> AsyncNotebook:
            return await self._inner.open(path, create=create, env=env)

        return Notebook(self._thread, self._thread.run(enter()))

    def call(self, method: str, params: Any = None, *, timeout: float | None = limits.CALL_SECONDS) -> Any:
        return self._thread.run(self._inner.call(method, params, timeout=timeout))

    def status(self) -> methods.StatusResult:
        return self._thread.run(self._inner.status())

    def kernelspecs(self) -> methods.KernelSpecs:
        return self._thread.run(self._inner.kernelspecs())

    def approvals(self) -> tuple[wire.Given, ...]:
        return self._thread.run(self._inner.approvals())

    def revoke(self, notebook: str) -> None:
        self._thread.run(self._inner.revoke(notebook))

    def stop_daemon(self, *, kill: bool = False) -> None:
        self._thread.run(self._inner.stop_daemon(kill=kill))

    def read_blob(self, hash: str) -> bytes:
        return self._thread.run(self._inner.read_blob(hash))

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._thread.run(self._inner.close())
            self._thread.stop()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Notebook:
    """See `fumehood.client.Notebook`, whose twin this is. Edits return when sent, `flush` when they are kept."""

    def __init__(self, thread: _Thread, inner: AsyncNotebook) -> None:
        self._thread = thread
        self._inner = inner
        self._handler: Handler | None = None

    # -- what it is

    @property
    def id(self) -> str:
        return self._inner.id

    @property
    def path(self) -> str:
        return self._inner.path

    @property
    def format(self) -> str:
        return self._inner.format

    @property
    def read_only(self) -> methods.ReadOnlyText | None:
        return self._inner.read_only

    @property
    def state(self) -> RoomState:
        """It goes on changing in the loop's thread: look at one thing at a time, or use `until`."""
        return self._inner.state

    @property
    def kernel(self) -> KernelChanged:
        return self._inner.kernel

    @property
    def closed(self) -> bool:
        return self._inner.closed

    # -- cells

    @property
    def cells(self) -> list[Cell]:
        return self._thread.call(lambda: self._inner.cells)

    @property
    def metadata(self) -> dict[str, Any]:
        return self._thread.call(lambda: self._inner.metadata)

    def cell(self, id: str) -> Cell:
        return self._thread.call(lambda: self._inner.cell(id))

    def source(self, id: str) -> str:
        return self._thread.call(lambda: self._inner.source(id))

    def outputs(self, id: str) -> list[dict[str, Any]]:
        return self._thread.run(self._inner.outputs(id))

    def edit(self, id: str, source: str) -> str:
        return self._edit(lambda: self._inner.edit(id, source))

    def splice(self, id: str, at: int, delete: int, insert: str) -> str:
        return self._edit(lambda: self._inner.splice(id, at, delete, insert))

    def insert(
        self,
        source: str = "",
        *,
        after: str | None = None,
        type: methods.CellType = "code",
        metadata: Mapping[str, Any] | None = None,
        id: str | None = None,
    ) -> str:
        """The new cell's id."""
        return self._edit(lambda: self._inner.insert(source, after=after, type=type, metadata=metadata, id=id))

    def append(
        self,
        source: str = "",
        *,
        type: methods.CellType = "code",
        metadata: Mapping[str, Any] | None = None,
        id: str | None = None,
    ) -> str:
        """The new cell's id."""
        return self._edit(lambda: self._inner.append(source, type=type, metadata=metadata, id=id))

    def move(self, id: str, after: str | None = None) -> str:
        return self._edit(lambda: self._inner.move(id, after))

    def delete(self, id: str) -> str:
        return self._edit(lambda: self._inner.delete(id))

    def restore(self, id: str) -> str:
        return self._edit(lambda: self._inner.restore(id))

    def set_type(self, id: str, type: methods.CellType) -> str:
        return self._edit(lambda: self._inner.set_type(id, type))

    def set_metadata(self, id: str, metadata: Mapping[str, Any]) -> str:
        return self._edit(lambda: self._inner.set_metadata(id, metadata))

    def set_notebook_metadata(self, metadata: Mapping[str, Any]) -> None:
        self._edit(lambda: self._inner.set_notebook_metadata(metadata))

    def _edit(self, change: Callable[[], Edit]) -> str:
        return self._thread.call(change).cell

    def flush(self, timeout: float | None = limits.CALL_SECONDS) -> None:
        self._thread.run(self._inner.flush(timeout))

    def trash(self) -> tuple[methods.TrashedCell, ...]:
        return self._thread.run(self._inner.trash())

    def versions(self, id: str) -> tuple[methods.Version, ...]:
        return self._thread.run(self._inner.versions(id))

    # -- running

    def execute(self, id: str, *, stop_on_error: bool = True, timeout: float | None = None) -> Result:
        """Runs the cell and returns its result when it is done; an error of the cell is in the result.

        Questions of its code go to the handler of `on_input`, in this thread. Raises what keeps the cell from running,
        and `TimedOut` after `timeout` seconds: the cell then goes on, and `interrupt` ends it.
        """
        if self._handler is not None:
            return self._answering(lambda: self._run_one(id, stop_on_error, timeout))
        return self._thread.run(self._run_one(id, stop_on_error, timeout))

    async def _run_one(self, id: str, stop_on_error: bool, timeout: float | None) -> Result:
        return await self._inner.execute(id, stop_on_error=stop_on_error).result(timeout)

    def execute_cells(
        self, ids: Sequence[str], *, stop_on_error: bool = True, timeout: float | None = None
    ) -> list[Result]:
        """All results, in order, when the last one is done."""
        return self._answering(lambda: self._run_many(list(ids), stop_on_error, timeout))

    def execute_all(self, *, stop_on_error: bool = True, timeout: float | None = None) -> list[Result]:
        return self._answering(lambda: self._run_many(None, stop_on_error, timeout))

    async def _run_many(self, ids: list[str] | None, stop_on_error: bool, timeout: float | None) -> list[Result]:
        inner = self._inner
        runs = (
            inner.execute_all(stop_on_error=stop_on_error)
            if ids is None
            else inner.execute_cells(ids, stop_on_error=stop_on_error)
        )
        try:
            async with asyncio.timeout(timeout):
                return [await run for run in runs]
        except TimeoutError as error:
            raise TimedOut(f"The cells have not finished after {timeout} s; they go on.") from error

    def clear(self, *ids: str) -> None:
        self._thread.run(self._inner.clear(*ids))

    def start(self, spec: str = "", *, without: bool = False) -> None:
        self._thread.run(self._inner.start(spec, without=without))

    def trust(self) -> wire.Sheet:
        return self._thread.run(self._inner.trust())

    def check(self, *hosts: str) -> wire.Sheet:
        return self._thread.run(self._inner.check(*hosts))

    def approve(self, shown: wire.Sheet, *, builds: Iterable[str] = ()) -> wire.Sheet:
        return self._thread.run(self._inner.approve(shown, builds=builds))

    def take_offer(self, file: str, take: bool = True) -> wire.Sheet:
        return self._thread.run(self._inner.take_offer(file, take))

    def change_dependencies(self, add: Iterable[str] = (), remove: Iterable[str] = ()) -> wire.DependenciesEdited:
        return self._thread.run(self._inner.change_dependencies(add, remove))

    def interrupt(self) -> None:
        self._thread.run(self._inner.interrupt())

    def restart(self, spec: str = "", *, without: bool = False) -> None:
        self._thread.run(self._inner.restart(spec, without=without))

    def shutdown(self, *, force: bool = False) -> None:
        self._thread.run(self._inner.shutdown(force=force))

    def complete(self, code: str, cursor: int | None = None) -> methods.CompleteResult:
        return self._thread.run(self._inner.complete(code, cursor))

    def inspect(self, code: str, cursor: int | None = None, detail: int = 0) -> methods.InspectResult:
        return self._thread.run(self._inner.inspect(code, cursor, detail))

    def history(self, n: int = 50, pattern: str = "") -> tuple[tuple[int, int, str], ...]:
        return self._thread.run(self._inner.history(n, pattern))

    def answer(self, request: str, value: str) -> None:
        self._thread.run(self._inner.answer(request, value))

    def on_input(self, handler: Handler | None) -> None:
        """Who answers questions while `execute` and its kin wait; called in the waiting thread."""
        self._handler = handler

    def _answering(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Runs `work` on the loop, and meanwhile the handler here."""
        handler = self._handler
        if handler is None:
            return self._thread.run(work())
        questions: SimpleQueue[tuple[Question, asyncio.Future[str | None]] | None] = SimpleQueue()

        async def ask(question: Question) -> str | None:
            answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
            questions.put((question, answer))
            return await answer

        async def whole() -> T:
            self._inner.on_input(ask)
            try:
                return await work()
            finally:
                self._inner.on_input(None)

        future = self._thread.submit(whole())
        future.add_done_callback(lambda _: questions.put(None))
        try:
            while (asked := questions.get()) is not None:
                question, answer = asked
                said = handler(question)
                self._thread.call(lambda answer=answer, said=said: answer.done() or answer.set_result(said))  # type: ignore[misc]
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def send_comm(
        self,
        comm: str,
        data: Mapping[str, Any],
        *,
        kind: str = "comm_msg",
        target: str = "",
        metadata: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes] = (),
    ) -> None:
        self._thread.run(
            self._inner.send_comm(comm, data, kind=kind, target=target, metadata=metadata, buffers=buffers)
        )

    def widgets(self) -> dict[str, Model]:
        return self._thread.run(self._inner.widgets())

    # -- watching

    def events(self, timeout: float | None = None) -> Iterator[AnyEvent | Missed]:
        """What happens from now on; ends when the notebook is left. `TimedOut` when nothing came for `timeout` s."""
        stream = self._thread.call(self._inner.events)
        return self._events(stream, timeout)

    def _events(self, stream: EventStream, timeout: float | None) -> Iterator[AnyEvent | Missed]:
        async def following() -> AnyEvent | Missed | None:
            try:
                async with asyncio.timeout(timeout):
                    return await anext(stream, None)
            except TimeoutError as error:
                raise TimedOut("Nothing happened.") from error

        try:
            while (event := self._thread.run(following())) is not None:
                yield event
        finally:
            self._thread.call(stream.close)

    def until(self, predicate: Callable[[RoomState], bool], timeout: float | None = None) -> RoomState:
        """Waits until `predicate(state)` holds; it is called in the loop's thread."""
        return self._thread.run(self._inner.until(predicate, timeout))

    def idle(self, timeout: float | None = None) -> None:
        self._thread.run(self._inner.idle(timeout))

    # -- the file

    def save(self, path: str | None = None, *, overwrite: bool = False) -> methods.SaveResult:
        return self._thread.run(self._inner.save(path, overwrite=overwrite))

    def leave(self) -> None:
        self._thread.run(self._inner.leave())

    def close(self, *, kill: bool = True) -> None:
        self._thread.run(self._inner.close(kill=kill))

    def __enter__(self) -> Notebook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
