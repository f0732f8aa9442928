"""Starts a gateway: for `hood open`, and for whatever else opens a page. Knows no HTTP.

What it is to open is told on its standard input, because a path is nobody's business and arguments are everybody's. It
answers one line: its address and where the links lie, or what went wrong. Must never run inside a runtime's tree.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from fumehood.client.inside import refuse_inside_runtime
from fumehood.core import limits
from fumehood.core.errors import GatewayFailed, HoodError, LimitExceeded, from_wire
from fumehood.core.paths import Paths
from fumehood.protocol.base import Message
from fumehood.sandbox.process import Process
from fumehood.sandbox.spawn import NONE, spawn


class Target(Message, frozen=True):
    """What a page shows: a notebook, a folder, or with neither the opening page. Absolute paths."""

    path: str = ""
    folder: str = ""


class Request(Message, frozen=True):
    targets: tuple[Target, ...]


class Failure(Message, frozen=True):
    code: str
    message: str
    hint: str


class Ready(Message, frozen=True):
    url: str = ""
    """`http://127.0.0.1:PORT`, without any secret."""
    redirects: tuple[str, ...] = ()
    """For each target the file that a browser is to open."""
    failure: Failure | None = None


class Starting:
    """A gateway that was started and has not answered yet."""

    def __init__(self, process: Process, answer: int) -> None:
        self.process = process
        self._answer = answer

    def wait(self) -> Ready:
        """Blocks until it serves. Raises `GatewayFailed`, and what the gateway says."""
        try:
            said = _line(self._answer)
        finally:
            os.close(self._answer)
        try:
            ready = msgspec.json.decode(said, type=Ready)
        except msgspec.MsgspecError as error:
            last = said.decode("utf-8", "replace").strip().splitlines()
            ended = self.process.wait_blocking(0.5)
            why = last[-1] if last else ended.describe() if ended else f"no answer within {limits.START_SECONDS:.0f} s"
            raise GatewayFailed(f"The gateway did not come up: {why}.") from error
        if ready.failure is not None:
            raise from_wire(ready.failure.code, ready.failure.message, ready.failure.hint, {})
        return ready


def start_gateway(paths: Paths, targets: Sequence[Target]) -> Starting:
    """Raises `PeerRefused` inside a kernel, `ProcessStartFailed`, `LimitExceeded`."""
    refuse_inside_runtime(paths)
    request = msgspec.json.encode(Request(targets=tuple(targets)))
    if len(request) > limits.GATEWAY_REQUEST or len(targets) > limits.GATEWAY_TARGETS:
        raise LimitExceeded(f"{limits.GATEWAY_TARGETS} pages can be opened at once.")
    paths.create()
    asking, told = os.pipe2(os.O_CLOEXEC)
    answer, saying = os.pipe2(os.O_CLOEXEC)
    try:
        process = spawn(
            NONE,
            [sys.executable, "-P", "-m", "fumehood.doors.gateway"],
            cwd=Path("/"),
            env=_environment(os.environ, paths),
            stdin=asking,
            stdout=saying,
            stderr=saying,
        )
    except HoodError:
        os.close(told)
        os.close(answer)
        raise
    finally:
        os.close(asking)
        os.close(saying)
    try:
        with os.fdopen(told, "wb") as file:
            file.write(request)
    except BrokenPipeError:
        pass  # it has ended, and its answer says why
    return Starting(process, answer)


def read_request(source: int) -> Request:
    """What the gateway was told, to its end. Raises `GatewayFailed`."""
    data = b""
    while len(data) <= limits.GATEWAY_REQUEST and (more := os.read(source, limits.GATEWAY_REQUEST)):
        data += more
    try:
        request = msgspec.json.decode(data, type=Request)
    except msgspec.MsgspecError as error:
        raise GatewayFailed("A gateway is told on its standard input what to open.", hint="Use `hood open`.") from error
    return request


def _environment(environ: Mapping[str, str], paths: Paths) -> dict[str, str]:
    """Relative folders mean ours, not the gateway's."""
    environment = dict(environ)
    if environment.get("FUMEHOOD_HOME") or Paths.of_user(environment) != paths:
        environment["FUMEHOOD_HOME"] = str(paths.run.parent)
    if named := environment.get("FUMEHOOD_ASSETS"):
        environment["FUMEHOOD_ASSETS"] = str(Path(named).absolute())
    return environment


def _line(source: int) -> bytes:
    """The first line, or what came instead of one until the end or `limits.START_SECONDS`."""
    deadline = time.monotonic() + limits.START_SECONDS
    said = b""
    while b"\n" not in said and len(said) < limits.GATEWAY_REQUEST:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            break
        more = os.read(source, limits.GATEWAY_REQUEST)
        if not more:
            break
        said += more
    return said
