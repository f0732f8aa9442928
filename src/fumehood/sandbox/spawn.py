"""The one place where processes are started (design, section 11): a policy goes in, a `Process` comes out.

What holds for every process, whatever the policy: it is a file with an absolute path that was not found in the working
directory; it gets no descriptor but the ones named; it leads a session of its own, so a Ctrl+C in the terminal is not
its concern. Synchronous and quick, usable with and without an event loop. tests/sandbox scans the sources for every
other way to start something.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from fumehood.core.errors import ProcessStartFailed
from fumehood.sandbox.process import Process
from fumehood.sandbox.tools import find_tool

_LAUNCH = str(Path(__file__).with_name("launch.py"))


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the process may do. A value that the caller must have: there is no default."""

    name: str = "none"
    die_with_parent: bool = False
    """It is killed when we end, however we end, and its group when it ends, as long as we live to see it."""
    whole: bool = False
    """With `die_with_parent`: its group ends with it also where we do not live to see it. For what runs other
    people's programs; costs a process that waits."""


NONE = Policy()
"""The user's whole power."""


def spawn(
    policy: Policy,
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
    pass_fds: Sequence[int] = (),
    new_session: bool = True,
) -> Process:
    """Starts `argv` and returns at once. `env` is its whole environment; `None` for a stream is /dev/null.

    The descriptors stay the caller's, to close. Raises `ProcessStartFailed`. A program that the system then refuses to
    run under `die_with_parent` (wrong architecture) is reported as exit status 126 with a line on its stderr.
    """
    if not argv:
        raise ProcessStartFailed("There is no program to start.")
    program = str(find_tool(argv[0], env))
    command = [program, *argv[1:]]
    if policy.die_with_parent:
        if threading.get_native_id() != os.getpid():
            # The system ties the child to the thread that started it, and would kill it when that thread ends.
            raise ProcessStartFailed("A process that ends with us must be started from the main thread.")
        launch = [_LAUNCH, *(["--whole"] if policy.whole and new_session else []), str(os.getpid())]
        command = [sys.executable, "-I", "-S", "-B", *launch, program, *command]
    streams = [subprocess.DEVNULL if fd is None else fd for fd in (stdin, stdout, stderr)]
    try:
        started = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            close_fds=True,
            pass_fds=tuple(pass_fds),
            start_new_session=new_session,
        )
    except (OSError, ValueError) as error:
        # ValueError: a NUL in an argument or in the environment.
        reason = getattr(error, "strerror", None) or error
        raise ProcessStartFailed(f"{program} could not be started: {reason}.", folder=str(cwd)) from error
    # `Process` waits for it from here on; Popen must neither collect it nor complain that it still runs.
    started.returncode = 0
    return Process(started.pid, leads_group=new_session, takes_group=policy.die_with_parent)
