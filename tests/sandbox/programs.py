"""What the sandbox tests share: small Python programs, started and listened to."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fumehood.sandbox.process import Exit, Process
from fumehood.sandbox.spawn import NONE, Policy, spawn

PATIENCE = 30.0


def start(
    code: str,
    *args: str,
    policy: Policy = NONE,
    env: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    stderr: int | None = 2,
    pass_fds: Sequence[int] = (),
) -> tuple[Process, int]:
    """The process, and the descriptor from which its stdout is read."""
    read, write = os.pipe()
    try:
        process = spawn(
            policy,
            [sys.executable, "-P", "-c", code, *args],
            cwd=cwd,
            env=dict(os.environ) if env is None else env,
            stdout=write,
            stderr=stderr,
            pass_fds=pass_fds,
        )
    except BaseException:
        os.close(read)
        raise
    finally:
        os.close(write)
    return process, read


def finish(process: Process, read: int) -> tuple[str, Exit]:
    with os.fdopen(read, errors="surrogateescape") as stream:
        text = stream.read()
    ended = process.wait_blocking(PATIENCE)
    assert ended is not None, "the program did not end"
    return text, ended


def line(read: int) -> str:
    """The next line that the program prints."""
    text = b""
    while not text.endswith(b"\n"):
        piece = os.read(read, 1)
        assert piece, f"the program ended after {text!r}"
        text += piece
    return text.decode().strip()


def run(code: str, *args: str, policy: Policy = NONE, env: Mapping[str, str] | None = None) -> str:
    """What the program printed; it must end well."""
    text, ended = finish(*start(code, *args, policy=policy, env=env))
    assert ended.status == 0, f"{ended.describe()}: {text}"
    return text


def gone(pid: int) -> bool:
    """No such process, or only what is left of it."""
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text("latin-1")
    except OSError:
        return True
