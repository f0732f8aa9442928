"""What makes a process of ours outlive a terminal: it owes nothing to the terminal, folder and permissions that it was
started with. For the daemon and the gateway."""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
from pathlib import Path

from fumehood.core import limits


def detach() -> None:
    """First of all, before anything is opened. What it says while it starts still goes where it was started."""
    os.umask(0o077)
    os.chdir("/")
    try:
        os.setsid()
    except PermissionError:
        pass  # it leads a session or a group already
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    _redirect(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 0)


def announce(word: str) -> None:
    """One line on standard output for whoever started it; it may have gone."""
    try:
        os.write(1, f"{word}\n".encode())
    except OSError:
        pass


def let_go(crash: Path) -> None:
    """After the start: standard output ends, and what a crash of the interpreter says goes to the file `crash`."""
    _redirect(os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC), 1)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    report = os.open(crash, flags, 0o600)
    if os.fstat(report).st_size > limits.LOG_BYTES:
        os.ftruncate(report, 0)
    _redirect(report, 2)
    faulthandler.enable(2)
    # What was imported stays for ever; the collector need not look at it again and again.
    gc.collect()
    gc.freeze()


def _redirect(source: int, target: int) -> None:
    os.dup2(source, target)
    if source != target:
        os.close(source)
