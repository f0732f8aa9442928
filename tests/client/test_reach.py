"""Whom a client reaches, whom it refuses, and from where it does not try."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import fumehood.client
from fumehood.client import reach
from fumehood.client.inside import inside_runtime
from fumehood.core import identity
from fumehood.core.errors import DaemonForeign, DaemonUnreachable, PeerRefused, VersionMismatch
from fumehood.core.paths import Paths
from fumehood.protocol import methods

Make = Callable[..., Path]


async def test_the_first_client_starts_the_daemon_and_the_next_ones_find_it(fumehood_home: Path) -> None:
    clients = await asyncio.gather(*(fumehood.client.connect(f"client {n}") for n in range(6)))
    try:
        assert {(await client.status()).pid for client in clients} == {(await clients[0].status()).pid}
    finally:
        for client in clients:
            await client.close()


async def test_without_leave_to_start_there_is_no_daemon(fumehood_home: Path) -> None:
    with pytest.raises(DaemonUnreachable):
        await fumehood.client.connect(start=False)


async def test_a_daemon_that_cannot_start_says_why(fumehood_home: Path) -> None:
    paths = Paths.of_user()
    paths.create()
    paths.journal.mkdir()
    with pytest.raises(DaemonUnreachable, match=r"did not come up: ."):
        await fumehood.client.connect()


@pytest.mark.parametrize("lock", ["missing", "other", "garbage", "own with another start"])
async def test_who_is_not_the_daemon_of_the_lock_file_is_refused(fumehood_home: Path, lock: str) -> None:
    paths = Paths.of_user()
    paths.create()
    me = identity.own_identity()
    texts = {
        "other": identity.Holder(pid=1, start=1, incarnation="x", build="1"),
        "own with another start": identity.Holder(pid=me.pid, start=me.start + 1, incarnation="x", build="1"),
    }
    if lock != "missing":
        paths.lock.write_bytes(msgspec.json.encode(texts[lock]) if lock in texts else b"{}")
    impostor = _Impostor(paths.control_socket)
    try:
        with pytest.raises(DaemonForeign):
            await reach.reach(paths, "test", start=False)
        assert b"daemon.hello" not in impostor.heard
    finally:
        impostor.close()


class _Impostor:
    """Listens on the control socket and takes every upgrade."""

    def __init__(self, path: Path, hello: dict[str, object] | None = None) -> None:
        self.heard = b""
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        import base64
        import hashlib

        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(65536)
                key = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
                accept = base64.b64encode(
                    hashlib.sha1(key.split(b": ")[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
                )
                connection.sendall(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
                )
                while data := connection.recv(65536):
                    self.heard += data

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def test_versions_are_compared_by_their_numbers() -> None:
    assert reach.older("0.0.9")
    assert reach.older("0")
    assert not reach.older(fumehood.__version__)
    assert not reach.older("99.0")
    assert not reach.older("0.1.0+local")


async def test_an_older_daemon_is_replaced_and_its_kernels_go_on(
    fumehood_home: Path, make_notebook: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_notebook("import os\nkept = os.getpid()\nkept")
    async with fumehood.client.connect("old") as client, client.open(path) as notebook:
        kernel = (await notebook.execute("c0")).value
        old = (await client.status()).pid
        monkeypatch.setattr(reach, "__version__", "0.2.0")
        seen: list[str] = []
        greet = reach.greet

        async def newer(*arguments: object) -> object:
            hello = await greet(*arguments)  # type: ignore[arg-type]
            seen.append(hello.incarnation)
            # What the second daemon would say if it were of the newer version.
            return hello if len(set(seen)) == 1 else msgspec.structs.replace(hello, build="0.2.0")

        monkeypatch.setattr(reach, "greet", newer)
        async with fumehood.client.connect("new") as newcomer:
            assert (await newcomer.status()).pid != old
            await client.status()
            assert client.connections == 2
            assert (await notebook.execute("c0")).value == kernel
        await notebook.close()


async def test_a_daemon_of_another_protocol_that_is_newer_is_left_alone(
    fumehood_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fumehood.client.connect("now") as client:
        pid = (await client.status()).pid
        monkeypatch.setattr(methods, "VERSION", 0)
        monkeypatch.setattr(reach.greet, "__defaults__", (0,))
        with pytest.raises(VersionMismatch):
            await fumehood.client.connect("older")
        assert (await client.status()).pid == pid


def test_a_program_in_a_kernels_environment_does_not_try(fumehood_home: Path) -> None:
    assert not inside_runtime(Paths.of_user())
    code = "import asyncio, fumehood.client; asyncio.run(fumehood.client.connect().__aenter__())"
    tried = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "FUMEHOOD_RUNTIME": "00000000"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert tried.returncode != 0
    assert PeerRefused.__name__ in tried.stderr
    assert not Paths.of_user().control_socket.exists()


def test_neither_does_one_that_has_shed_the_variable_but_has_such_an_ancestor(fumehood_home: Path) -> None:
    inner = (
        "import fumehood.client.inside as i; from fumehood.core.paths import Paths; "
        "import json; print(json.dumps(i.inside_runtime(Paths.of_user())))"
    )
    outer = (
        "import os, subprocess, sys; env = dict(os.environ); del env['FUMEHOOD_RUNTIME']; "
        f"sys.exit(subprocess.run([sys.executable, '-c', {inner!r}], env=env).returncode)"
    )
    said = subprocess.run(
        [sys.executable, "-c", outer],
        env={**os.environ, "FUMEHOOD_RUNTIME": "00000000"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(said.stdout) is True


async def test_code_in_a_cell_cannot_connect(fumehood_home: Path, make_notebook: Make) -> None:
    code = (
        "import os, fumehood.client\n"
        "os.environ.pop('FUMEHOOD_RUNTIME')\n"
        "try:\n    await fumehood.client.connect('cell')\n"
        "except Exception as error:\n    print(type(error).__name__)"
    )
    async with fumehood.client.connect("test") as client, client.open(make_notebook(code)) as notebook:
        assert (await notebook.execute("c0")).stdout == "PeerRefused\n"
        await notebook.close()
