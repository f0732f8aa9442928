"""A dataset server's life: in a thread with a loop of its own beside a kernel's code, or in the loop of `hood view`.

Whatever ends its process ends it: it holds a port, threads and files without names, and nothing that stays behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from fumehood.core import limits
from fumehood.core.errors import BadSetting, ExposureRefused, Internal
from fumehood.doors.datasets import page as pages
from fumehood.doors.datasets.access import Access, Hooks, Viewer
from fumehood.doors.datasets.door import DatasetDoor
from fumehood.doors.datasets.exposure import is_loopback
from fumehood.doors.datasets.headers import check_ancestors
from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.page import Page
from fumehood.doors.datasets.shown import Catalogue, Shown
from fumehood.doors.passes import Key, Passes

_START_SECONDS = 10.0
_STOP_SECONDS = 5.0


def check_exposure(options: Options) -> None:
    """Raises `ExposureRefused`, `BadSetting`."""
    if is_loopback(options.host):
        return
    if options.exposure is None:
        raise ExposureRefused(f"{options.host} is reached by other machines.")
    if options.legacy:
        raise BadSetting("--legacy is for this machine alone.", hint="Leave --host out.")


class DatasetServer:
    """May be used from any thread. `url`, `port` and links are there once it was started."""

    def __init__(
        self,
        shown: Sequence[Shown],
        options: Options | None = None,
        page: Page | None = None,
        used: Callable[[Key], None] = lambda _: None,
    ) -> None:
        """`page`: the one that was built into the package where none is given. Raises `AssetsMissing`,
        `BadSetting`, `ExposureRefused`, `LimitExceeded`."""
        from fumehood.core.assets import folder

        self.options = options or Options()
        check_ancestors(self.options.ancestors)
        check_exposure(self.options)
        self._catalogue = Catalogue(shown)
        self._page = pages.load(folder() / "viewer") if page is None else page
        self._access = Access(Passes(seconds=limits.VIEW_CODE_SECONDS))
        if self.options.exposure is not None:
            self._access.admit(self.options.exposure.token)
        self._used = used
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._door: DatasetDoor | None = None

    # -- its life

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serves in this loop until it is cancelled or stopped. Raises `PortTaken`, OSError."""
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        door = DatasetDoor(self._catalogue, self._page, self._access, self.options, used=self._used)
        try:
            await door.start()
            self._door = door
            ready()
            await self._ending.wait()
        finally:
            self._door = None
            await door.close()

    def start(self) -> DatasetServer:
        """Serves in a thread of its own from now on. Raises `PortTaken`, OSError."""
        if self._thread is not None:
            return self
        up = threading.Event()
        failed: list[BaseException] = []

        def work() -> None:
            try:
                asyncio.run(self.run(up.set))
            except BaseException as error:  # noqa: BLE001 - it is told to whoever starts the server
                failed.append(error)
            finally:
                up.set()

        self._thread = threading.Thread(target=work, name="fumehood-datasets", daemon=True)
        self._thread.start()
        if not up.wait(_START_SECONDS) or failed:
            self._thread = None
            raise failed[0] if failed else Internal("The dataset server did not start.")
        return self

    def stop(self) -> None:
        """Ends it and frees its port; a second time does nothing."""
        loop, ending, thread = self._loop, self._ending, self._thread
        if loop is not None and ending is not None:
            with contextlib.suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(ending.set)
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_SECONDS)
        self._thread = None

    def __enter__(self) -> DatasetServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        return self._door is not None

    @property
    def _started(self) -> DatasetDoor:
        if self._door is None:
            raise Internal("The dataset server was not started, or has stopped.")
        return self._door

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, without any secret."""
        return self._started.url

    @property
    def port(self) -> int:
        return self._started.port

    # -- viewings and viewers

    def code(self, viewer: str = "") -> str:
        """A one-time code for a page; with `viewer`, for a page of that viewer. Raises `Busy`."""
        return self._access.code(viewer)

    def link(self, viewer: str = "", port: int = 0, view: str = "") -> str:
        """Where a page begins: a one-time code in the fragment, which is sent to nobody. `port`: of a tunnel. `view`:
        what it is to show, as a page's own link says it."""
        url = self.url if not port else f"{self.url.rpartition(':')[0]}:{port}"
        return f"{url}/#code={self.code(viewer)}{f'&state={view}' if view else ''}"

    def bearer(self, viewer: str = "") -> str:
        """For the program that started the server."""
        return self._access.bearer(viewer)

    def add_viewer(self, hooks: Hooks) -> Viewer:
        """Raises `Busy`."""
        return self._access.add(hooks)

    def send(self, viewer: str, line: bytes, buffers: Mapping[str, bytes] | None = None) -> None:
        """A line of the stream of commands (`protocol.viewer.Line` as JSON), and the buffers that it names by their
        ids. Raises `Busy` where no page takes them, `Internal` for a viewer that is not there."""
        found = self._access.viewer(viewer)
        if found is None:
            raise Internal("There is no such viewer.")
        found.outbox.send(line, buffers or {})

    def connected(self, viewer: str) -> bool:
        found = self._access.viewer(viewer)
        return found is not None and found.outbox.connected

    def expect(self, viewer: str, request: str, seconds: float = 60.0) -> None:
        """A session bundle may come for this viewer, once, under this name."""
        found = self._access.viewer(viewer)
        if found is not None:
            found.expect(request, seconds)
