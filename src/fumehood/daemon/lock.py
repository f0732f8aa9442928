"""One daemon per user: the lock file, held with `flock` for the daemon's life.

The file is never removed (removing a locked file lets two daemons each hold "the" lock); a stale one is fine, because
the lock ends with its process. Its text says who holds it: clients and runtimes compare it with whom they reached.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec

from fumehood.core.errors import PlaceUnsafe, StorageFailed
from fumehood.core.identity import Holder, own_identity

_SIZE = 512
"""The text is padded to this, so that one write replaces all of it and a reader sees the old or the new."""


class Lock:
    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self.path = path

    @classmethod
    def take(cls, path: Path, wait: float = 0.0) -> Lock | None:
        """`None` where another daemon holds it (still, after `wait` seconds). Raises PlaceUnsafe, StorageFailed."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EISDIR):
                raise PlaceUnsafe(f"{path} is not a regular file.") from error
            raise StorageFailed(f"{path} cannot be opened: {error.strerror}.") from error
        try:
            found = os.fstat(descriptor)
            if found.st_uid != os.getuid() or found.st_mode & 0o077:
                raise PlaceUnsafe(f"{path} is open to other users.", hint=f"Remove {path}.")
            held = _locked(descriptor, wait)
        except BaseException:
            os.close(descriptor)
            raise
        if not held:
            os.close(descriptor)
            return None
        if not _is_at(descriptor, path):
            # Somebody tidied the folder between our opening and our locking: what we hold is nobody's lock.
            os.close(descriptor)
            return cls.take(path, wait)
        return cls(descriptor, path)

    def holder(self) -> Holder | None:
        """What the last daemon wrote, `None` where nothing can be read from it."""
        return _parse(os.pread(self._descriptor, _SIZE, 0))

    def sign(self, build: str, filters: int, ceiling: int) -> Holder:
        """Writes that this process holds it. `filters`, `ceiling`: what it carries (`sandbox.mark`)."""
        me = own_identity()
        holder = Holder(
            pid=me.pid,
            start=me.start,
            incarnation=secrets.token_hex(16),
            build=build,
            filters=filters,
            ceiling=ceiling,
        )
        text = msgspec.json.encode(holder).ljust(_SIZE - 1) + b"\n"
        os.pwrite(self._descriptor, text, 0)
        os.ftruncate(self._descriptor, len(text))
        return holder

    def release(self) -> None:
        os.close(self._descriptor)


def read_holder(path: Path) -> Holder | None:
    """Who holds, or last held, the lock."""
    try:
        return _parse(path.read_bytes()[:_SIZE])
    except OSError:
        return None


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """Holds the folder of the journal too: two run folders (a cron job has no XDG_RUNTIME_DIR) share one state.

    Raises StorageFailed where another daemon has it.
    """
    descriptor = os.open(state, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not _locked(descriptor, 0.0):
            raise StorageFailed(
                f"Another daemon uses {state}.",
                hint="It has another run folder: give this one the same XDG_RUNTIME_DIR, or another FUMEHOOD_HOME.",
            )
        yield
    finally:
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _parse(text: bytes) -> Holder | None:
    try:
        return msgspec.json.decode(text, type=Holder)
    except msgspec.MsgspecError:
        return None


def _locked(descriptor: int, wait: float) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        if wait <= 0:
            return False
    try:
        with _alarm(wait):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        return True
    except TimeoutError:
        return False


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Ends a blocking call with TimeoutError. For the main thread, before there is an event loop."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
