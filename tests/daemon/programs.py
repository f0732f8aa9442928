"""The daemon as a real process, and what is around it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from fumehood.core.identity import Holder
from fumehood.core.paths import Paths

COMMAND = (sys.executable, "-P", "-m", "fumehood.daemon")


class Program:
    def __init__(
        self, command: Sequence[str] = COMMAND, *, env: Mapping[str, str] = {}, cwd: str | None = None, umask: int = -1
    ) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "FUMEHOOD_POOL": "0", **env},
            start_new_session=True,
            cwd=cwd,
            umask=umask,
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def line(self, timeout: float = 30.0) -> str:
        """The next line of standard output, `""` at its end."""
        assert self.process.stdout is not None
        text = b""
        deadline = time.monotonic() + timeout
        while not text.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"nothing was said in {timeout} s"
            byte = os.read(self.process.stdout.fileno(), 1)
            if not byte:
                break
            text += byte
        return text.decode().rstrip("\n")

    def ready(self) -> Program:
        said = self.line()
        assert said == "ready", (said, self.errors() if self.process.poll() is not None else "")
        return self

    def errors(self) -> str:
        """Standard error, to its end: the daemon closes it when it is ready or ends."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        return self.process.wait(40)


@contextlib.contextmanager
def program(
    command: Sequence[str] = COMMAND, *, env: Mapping[str, str] = {}, cwd: str | None = None, umask: int = -1
) -> Iterator[Program]:
    made = Program(command, env=env, cwd=cwd, umask=umask)
    try:
        yield made
    finally:
        made.end(signal.SIGKILL)
        for stream in (made.process.stdout, made.process.stderr):
            assert stream is not None
            stream.close()


@contextlib.contextmanager
def daemon(**env: str) -> Iterator[Program]:
    """One that accepts."""
    with program(env=env) as made:
        yield made.ready()


def paths() -> Paths:
    return Paths.of_user()


def holder() -> Holder:
    return msgspec.json.decode(paths().lock.read_bytes(), type=Holder)


def log_events(home: Path) -> list[dict[str, object]]:
    lines = (home / "state" / "daemon.log").read_bytes().splitlines()
    return [msgspec.json.decode(line) for line in lines]
