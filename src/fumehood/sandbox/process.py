"""A process that we started: how it ends, and the only ways to signal it.

Holds a pidfd, so a signal never reaches a stranger who got the pid later. Nobody else in this process may wait for
any child (`os.waitpid(-1)`): a subreaper that collects orphans does it with `reap_orphans`, which knows ours apart.
Works without a running event loop too (`wait_blocking`).
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
import weakref
from pathlib import Path

import msgspec

from fumehood.core.identity import Identity, ancestors


class Exit(msgspec.Struct, frozen=True, kw_only=True):
    """How a process ended."""

    status: int | None = None
    """What it gave to `exit`; `None` where a signal ended it, or where it cannot be known."""
    signal: int | None = None
    peak_memory: int | None = None
    """Bytes that were resident at most. `None` where it stayed below our own use: the system counts from there on."""
    asked: bool = False
    """We sent the signal."""
    starved: bool | None = None
    """Whether the system ended processes for want of memory during its life; `None` where it does not say."""

    def describe(self) -> str:
        """Half a sentence: "ended by SIGKILL, perhaps for want of memory; it had used 3.2 GB at most"."""
        if self.signal is not None:
            text = f"ended by {_signal_name(self.signal)}"
            if self.signal == signal.SIGKILL and not self.asked and self.starved is not False:
                text += ", perhaps for want of memory"
        elif self.status is None:
            text = "ended; how is not known"
        elif self.status == 0:
            text = "ended by itself"
        else:
            text = f"ended with exit status {self.status}"
        if self.peak_memory is not None:
            text += f"; it had used {_size(self.peak_memory)} at most"
        return text


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _own_peak() -> int:
    """In kB, of this program alone: `getrusage` would count what our starter had before it became us."""
    for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def _oom_kills() -> int | None:
    try:
        text = Path("/proc/vmstat").read_text("ascii")
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith("oom_kill "):
            return int(line.split()[1])
    return None


_ours: weakref.WeakValueDictionary[int, Process] = weakref.WeakValueDictionary()


class Process:
    """See the module. Made by `sandbox.spawn` alone."""

    def __init__(self, pid: int, *, leads_group: bool, takes_group: bool) -> None:
        self.pid = pid
        self._fd = os.pidfd_open(pid)
        chain = ancestors(pid)
        self.identity = chain[0] if chain else Identity(pid, 0)
        self._leads_group = leads_group
        self._takes_group = takes_group
        self._lock = threading.Lock()
        self._exit: Exit | None = None
        self._asked = False
        self._floor = _own_peak()
        self._oom_kills = _oom_kills()
        _ours[pid] = self

    def __repr__(self) -> str:
        return f"<Process {self.pid} {'running' if self._exit is None else self._exit.describe()}>"

    def __del__(self) -> None:
        if fd := getattr(self, "_fd", 0):
            os.close(fd)

    @property
    def exit(self) -> Exit | None:
        """How it ended; `None` while it runs."""
        return self._exit if self._exit is not None else self.wait_blocking(0)

    async def wait(self) -> Exit:
        """Any number of callers may wait, and any may be cancelled."""
        if self._exit is None:
            loop = asyncio.get_running_loop()
            ended = asyncio.Event()
            # A descriptor of its own for each caller: the loop keeps one reader for a descriptor.
            fd = os.dup(self._fd)
            loop.add_reader(fd, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(fd)
                os.close(fd)
        return self._collect()

    def wait_blocking(self, timeout: float | None) -> Exit | None:
        """Waits `timeout` seconds at most (`None`: without end); `None` if it runs on."""
        if self._exit is None:
            poll = select.poll()
            poll.register(self._fd, select.POLLIN)
            if not poll.poll(None if timeout is None else timeout * 1000):
                return None
        return self._collect()

    def send_signal(self, number: int) -> None:
        """To the process alone. Nothing happens if it has ended."""
        with self._lock:
            if self._exit is not None:
                return
            self._asked = self._asked or number in (signal.SIGKILL, signal.SIGTERM)
            try:
                signal.pidfd_send_signal(self._fd, number)
            except ProcessLookupError:
                pass

    def signal_group(self, number: int) -> None:
        """To the process and what it started, as far as that stayed in its group."""
        if not self._leads_group:
            return self.send_signal(number)
        with self._lock:
            if self._exit is not None:
                return
            self._asked = self._asked or number in (signal.SIGKILL, signal.SIGTERM)
            self._signal_group(number)

    def kill_group(self) -> None:
        self.signal_group(signal.SIGKILL)

    def _signal_group(self, number: int) -> None:
        # The number stays this group's as long as its leader is not collected, so it cannot be a stranger's.
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def _collect(self) -> Exit:
        """Assumes that the process has ended."""
        with self._lock:
            if self._exit is None:
                if self._takes_group and self._leads_group:
                    self._signal_group(signal.SIGKILL)
                self._exit = self._read_exit()
                _ours.pop(self.pid, None)
            return self._exit

    def _read_exit(self) -> Exit:
        try:
            _pid, raw, usage = os.wait4(self.pid, 0)
        except ChildProcessError:
            # The embedding program ignores SIGCHLD, or collected it itself.
            return Exit(asked=self._asked)
        peak = usage.ru_maxrss * 1024 if usage.ru_maxrss > self._floor else None
        if not os.WIFSIGNALED(raw):
            return Exit(status=os.WEXITSTATUS(raw), peak_memory=peak)
        now, before = _oom_kills(), self._oom_kills
        starved = None if now is None or before is None else now > before
        return Exit(signal=os.WTERMSIG(raw), peak_memory=peak, asked=self._asked, starved=starved)


def reap_orphans() -> int:
    """Collects every ended child, ours (whoever waits for it still gets its `Exit`) and adopted ones.

    For a subreaper, on SIGCHLD. Returns how many orphans there were.
    """
    count = 0
    while True:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return count
        if found is None:
            return count
        mine = _ours.get(found.si_pid)
        if mine is not None:
            mine._collect()
            continue
        try:
            os.waitpid(found.si_pid, os.WNOHANG)
        except ChildProcessError:
            continue
        count += 1
