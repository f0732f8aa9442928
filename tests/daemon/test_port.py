"""A page that is open finds the outputs again at the port that its policy names."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from fumehood.daemon.port import remember, remembered
from tests.daemon.notebook import ask
from tests.daemon.programs import daemon, paths
from tests.doors.bench import greeted


async def blobs() -> str:
    async with greeted(paths().control_socket) as person:
        return str((await ask(person, "daemon.status", {}))["blobs"])


def asked(url: str) -> int:
    """The status of an answer from there."""
    port = int(url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.sendall(f"GET /plugins/x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        return int(sock.recv(100).split()[1])


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_the_next_daemon_has_the_same_port(home: Path, end: signal.Signals) -> None:
    with daemon() as first:
        before = await blobs()
        port = int(before.rpartition(":")[2])
        # A connection that is open while the daemon dies: the kernel keeps its end for a minute.
        with socket.create_connection(("127.0.0.1", port), 10):
            first.end(end)
            with daemon():
                assert await blobs() == before
                assert asked(before) == 404


async def test_where_somebody_else_listens_there_it_takes_another_port(home: Path) -> None:
    with daemon() as first:
        before = await blobs()
        first.end()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(before.rpartition(":")[2])))
        other.listen()
        with daemon():
            after = await blobs()
            assert after != before
            assert asked(after) == 404
    assert paths().blob_port.read_text() == after.rpartition(":")[2]


@pytest.mark.parametrize(
    "text", ["", "x", "0", "-1", "80", "70000", "8080 ", "8080\n", "1" * 400, "\u0668\u0660\u0668\u0660"]
)
def test_a_note_that_is_no_port_is_not_taken(tmp_path: Path, text: str) -> None:
    (tmp_path / "port").write_text(text)
    assert remembered(tmp_path / "port") == 0


def test_a_note_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert remembered(tmp_path / "port") == 0
    remember(tmp_path / "port", 40123)
    assert remembered(tmp_path / "port") == 40123
    remember(tmp_path / "no folder" / "port", 40123)
