"""Who may do what at a dataset server: bearers of viewings, and viewers with their tokens.

A *viewing* is one page: a code, then a bearer (`doors.passes`). A *viewer* is Python's end of it: an id, which is no
secret, a token, which is, the hooks that events go to and the commands that wait for its page. A bearer that was got
for a viewer speaks for that one alone. Calls come from the server's loop and from Python's threads; one lock orders
them. Must never say, log or compare a secret in another way than `hmac.compare_digest` does.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from typing import BinaryIO, NamedTuple, Protocol

from fumehood.core import limits
from fumehood.core.errors import Busy, PassRefused
from fumehood.doors.datasets.commands import Outbox
from fumehood.doors.datasets.replay import Window
from fumehood.doors.passes import Key, Passes, fresh, key
from fumehood.protocol.datasets import ViewingResult
from fumehood.protocol.viewer import Answer, Ask, ViewerEvent

_SCHEME = "Bearer "


class Hooks(Protocol):
    """Where what a page says goes. Each call comes from the server's loop (`answer`: from a thread) and returns at
    once, without running a hook of the user's: it queues. A message that is none of the protocol's raises
    `BadMessage`."""

    def deliver(self, event: ViewerEvent, buffers: Sequence[memoryview]) -> None:
        """An event of this viewer, seen for the first time."""
        ...

    def answer(self, ask: Ask, answer: Answer) -> None:
        """What the viewer's page asked of the dataset, and what it was answered."""
        ...

    def legacy(self, event: Mapping[str, object]) -> None:
        """An event in cellucid's words. With `--legacy` anybody on this machine may have said it."""
        ...

    def bundle(self, request: str, file: BinaryIO) -> None:
        """The session that was asked for by `expect`, in a file without a name that is now the receiver's to close."""
        ...


class Viewer:
    def __init__(self, name: str, hooks: Hooks) -> None:
        self.id = name
        self.token = fresh()
        self.hooks = hooks
        self.outbox = Outbox()
        self._windows: dict[str, Window] = {}
        """By page: each counts for itself."""
        self.pending: dict[str, float] = {}
        """Session bundles that were asked for, and until when they are taken."""
        self.receiving = 0

    def proves(self, token: str) -> bool:
        return hmac.compare_digest(self.token.encode(), token.encode("utf-8", "surrogatepass"))

    def first(self, page: str, number: int) -> bool:
        """Whether this event of this page comes for the first time."""
        window = self._windows.pop(page, None) or Window(limits.VIEW_REPLAY)
        self._windows[page] = window
        if len(self._windows) > limits.VIEW_PAGES:
            del self._windows[next(iter(self._windows))]
        return window.take(number)

    def expect(self, request: str, seconds: float) -> None:
        self.pending[request] = time.monotonic() + seconds

    def waits_for(self, request: str) -> bool:
        return self.pending.get(request, 0.0) > time.monotonic()

    def expected(self, request: str) -> bool:
        """Whether that bundle may come now; it may not a second time."""
        now = time.monotonic()
        self.pending = {name: until for name, until in self.pending.items() if until > now}
        return self.pending.pop(request, None) is not None


class Viewing(NamedTuple):
    bearer: Key
    viewer: str


class Access:
    def __init__(self, passes: Passes) -> None:
        self._passes = passes
        self._lock = threading.Lock()
        self._viewers: dict[str, Viewer] = {}
        self._of: dict[Key, str] = {}
        """Which viewer a code or a bearer is for."""

    def add(self, hooks: Hooks) -> Viewer:
        with self._lock:
            if len(self._viewers) >= limits.VIEW_VIEWERS:
                raise Busy(f"{limits.VIEW_VIEWERS} viewers are open.", hint="Stop some: viewer.stop().")
            viewer = Viewer(secrets.token_hex(8), hooks)
            self._viewers[viewer.id] = viewer
            return viewer

    def viewers(self) -> list[Viewer]:
        with self._lock:
            return list(self._viewers.values())

    def viewer(self, name: str) -> Viewer | None:
        with self._lock:
            return self._viewers.get(name)

    def code(self, viewer: str = "") -> str:
        """Raises `Busy`."""
        with self._lock:
            made = self._passes.code()
            if viewer:
                self._of[key(made)] = viewer
            return made

    def bearer(self, viewer: str = "") -> str:
        """For the program that started the server. Raises `Busy`."""
        with self._lock:
            exchanged = self._passes.give()
            if viewer:
                self._of[key(exchanged.bearer)] = viewer
            return exchanged.bearer

    def admit(self, bearer: str) -> None:
        with self._lock:
            self._passes.admit(bearer)

    def exchange(self, code: str) -> tuple[ViewingResult, Key]:
        """Raises `PassRefused`. Gives the code's name too."""
        with self._lock:
            exchanged = self._passes.exchange(code)
            name = self._of.pop(exchanged.code, "")
            if not name:
                return ViewingResult(bearer=exchanged.bearer), exchanged.code
            viewer = self._viewers.get(name)
            if viewer is None:
                raise PassRefused("The viewer was stopped. Run its cell again.")
            self._of[key(exchanged.bearer)] = name
            return ViewingResult(exchanged.bearer, viewer.id, viewer.token), exchanged.code

    def viewing(self, authorization: Sequence[str]) -> Viewing | None:
        """Whose page asks, by the values of `Authorization`."""
        if len(authorization) != 1 or not authorization[0].startswith(_SCHEME):
            return None
        with self._lock:
            bearer = self._passes.holder(authorization[0][len(_SCHEME) :])
            return None if bearer is None else Viewing(bearer, self._of.get(bearer, ""))

    def speaks(self, viewing: Viewing, tokens: Sequence[str]) -> Viewer | None:
        """The viewer that this page speaks for, where it proves it."""
        viewer = self.viewer(viewing.viewer) if viewing.viewer else None
        # The same work whether there is such a viewer or not.
        proven = len(tokens) == 1 and (viewer or _NOBODY).proves(tokens[0])
        return viewer if proven else None


class _Deaf:
    def deliver(self, event: ViewerEvent, buffers: Sequence[memoryview]) -> None: ...
    def answer(self, ask: Ask, answer: Answer) -> None: ...
    def legacy(self, event: Mapping[str, object]) -> None: ...
    def bundle(self, request: str, file: BinaryIO) -> None:
        file.close()


_NOBODY = Viewer("", _Deaf())
