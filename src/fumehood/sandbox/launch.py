"""Run as a program between `spawn` and what is started, where that must not outlive us (`Policy.die_with_parent`).

`python -I -S launch.py [--whole] PARENT PROGRAM ARGV0 ...` asks the system to be killed when its parent ends, makes
sure that the parent had not ended before it asked, gives back the default signal handling, and becomes PROGRAM. It is
a program and not a `preexec_fn`, because Python code between fork and exec in a process with threads may deadlock, and
Python 3.12 says so with a warning at each start. Costs one bare interpreter start, so it imports next to nothing
(`pathlib` or `signal` would double it) and nothing of ours.

With `--whole` a second process stays beside the program and ends the group when the program ends, however it ends:
what the program started would not end with it (`Policy.whole`).
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_SIG_SETMASK = 2


def _given_environment() -> dict[bytes, bytes]:
    """As it was handed to us: Python's own start may have added LC_CTYPE (PEP 538)."""
    with open("/proc/self/environ", "rb") as file:  # noqa: PTH123
        pairs = (entry.partition(b"=") for entry in file.read().split(b"\0") if entry)
        return {name: value for name, _, value in pairs}


def _default_signals(libc: ctypes.CDLL) -> None:
    """Ignored signals are inherited (`nohup hood … &`), and a kernel that ignores SIGINT cannot be interrupted."""
    for number in range(1, 65):
        libc.signal(number, None)
    libc.sigprocmask(_SIG_SETMASK, ctypes.create_string_buffer(128), None)


def _end_with(libc: ctypes.CDLL, parent: int, number: int) -> bool:
    """Whether the system will send us this signal when our parent ends."""
    if libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(number), 0, 0, 0) != 0:
        sys.stderr.write("fumehood: the system does not end a process with its parent\n")
        return False
    # Otherwise it ended before the system knew that we depend on it.
    return os.getppid() == parent


def _watch_group(libc: ctypes.CDLL) -> None:
    """In a process of its own: when the program ends, so does all that stayed in its group."""
    import signal

    program = os.getpid()
    if os.fork() != 0:
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    for fd in range(3):
        os.close(fd)  # whoever reads what the program writes waits for its end, not for ours
    if _end_with(libc, program, signal.SIGTERM):
        signal.sigwait({signal.SIGTERM})
    os.killpg(0, _SIGKILL)


def main(argv: list[str]) -> int:
    whole = argv[0] == "--whole"
    parent, program, *command = argv[whole:]
    libc = ctypes.CDLL(None, use_errno=True)
    if not _end_with(libc, int(parent), _SIGKILL):
        return 127
    if whole:
        _watch_group(libc)
    _default_signals(libc)
    try:
        os.execve(program, command, _given_environment())
    except OSError as error:
        sys.stderr.write(f"fumehood: {program} cannot be run: {error.strerror}\n")
        return 126


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
