"""The hostile client says what it is told to, and a real door answers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.core.paths import Paths
from fumehood.testing.homes import processes_of, temporary_home
from fumehood.testing.hostile import PING, PONG, TEXT, HostileClient
from fumehood.testing.notebooks import cell, printed, read_outputs, write_notebook
from fumehood.testing.plugin import fumehood_client, fumehood_home, make_notebook

__all__ = ["fumehood_client", "fumehood_home", "make_notebook"]


def test_it_can_behave(fumehood_client: blocking.Client) -> None:
    with HostileClient(Paths.of_user().control_socket).upgrade() as hostile:
        assert hostile.hello()["result"]["role"] == "person"
        assert hostile.call("daemon.status")["result"]["clients"] == 2
        hostile.send_frame(PING, b"are you there")
        assert hostile.receive() == (PONG, b"are you there")


@pytest.mark.parametrize("break_it", ["reserved", "opcode", "utf8", "length"])
def test_what_breaks_the_protocol_ends_its_connection_and_no_other(
    fumehood_client: blocking.Client, break_it: str
) -> None:
    with HostileClient(Paths.of_user().control_socket).upgrade() as hostile:
        hostile.hello()
        if break_it == "reserved":
            hostile.send_frame(TEXT, b"{}", reserved=7)
        elif break_it == "opcode":
            hostile.send_frame(5, b"{}")
        elif break_it == "utf8":
            hostile.send_frame(3, b"\xff\xfe")
        else:
            hostile.send_frame(TEXT, b"{}", length=2**62)
        assert hostile.ended()
    assert fumehood_client.status().pid > 0


def test_a_bad_request_is_answered_and_a_good_one_after_it_too(fumehood_client: blocking.Client) -> None:
    with HostileClient(Paths.of_user().control_socket).upgrade() as hostile:
        hostile.hello()
        hostile.send_text("{")
        assert hostile.answer(None)["error"]["data"]["code"] == "protocol.bad_message"
        assert hostile.call("no.such")["error"]["data"]["code"] == "protocol.method_missing"
        assert "result" in hostile.call("daemon.status")


def test_a_home_is_left_without_processes_and_files() -> None:
    with temporary_home() as home:
        with blocking.connect() as client:
            pid = client.status().pid
        assert pid in processes_of(home)
    assert processes_of(home) == []
    assert not home.exists()


def test_notebooks_are_written_and_read(tmp_path: Path) -> None:
    path = write_notebook(
        tmp_path / "n.ipynb",
        "1",
        cell("x", id="named", tags=("t",), outputs=[{"output_type": "stream", "name": "stdout", "text": ["a", "b"]}]),
        cell("t", type="markdown"),
    )
    assert read_outputs(path)["c0"] == []
    assert printed(path, "named") == "ab"
    assert set(read_outputs(path)) == {"c0", "named", "c2"}
