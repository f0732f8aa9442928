from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import psutil
import pytest

from fumehood.core import identity, limits
from fumehood.core.logs import JsonLines
from fumehood.daemon import main
from fumehood.daemon.lock import Lock
from fumehood.doors.upgrade import ROUTES
from fumehood.protocol.methods import METHODS
from tests.daemon.programs import daemon, holder, log_events, paths, program
from tests.doors.bench import code_of, connected, greeted, http, status_of


def result(answer: Any) -> Any:
    assert answer.error is None, answer.error
    return json.loads(bytes(answer.result))


async def test_ready_means_that_both_sockets_accept(home: Path) -> None:
    with daemon() as running:
        async with greeted(paths().control_socket) as person, greeted(paths().agent_socket) as agent:
            status = result(await person.call("daemon.status"))
            assert status["pid"] == running.pid == holder().pid
            assert status["incarnation"] == holder().incarnation
            assert status["control_socket"] == str(paths().control_socket)
            assert status["agent_socket"] == str(paths().agent_socket)
            assert status["blobs"].startswith("http://127.0.0.1:")
            assert status["clients"] == 2
            assert status["rooms"] == []
            same = result(await agent.call("daemon.status"))
            assert same | {"memory": 0} == status | {"memory": 0}


async def test_an_idle_daemon_is_small(home: Path) -> None:
    with daemon():
        async with greeted(paths().control_socket) as person:
            assert result(await person.call("daemon.status"))["memory"] < 80 * limits.MIB


async def test_the_running_daemon_answers_exactly_the_methods_of_the_table(home: Path) -> None:
    """From the real process: every method of the table is known to it, and it reacts to nothing else."""
    with daemon():
        async with greeted(paths().control_socket) as person:
            for method in sorted(set(METHODS) - {"daemon.hello", "daemon.stop"}):
                assert code_of(await person.call(method)) not in ("protocol.method_missing", "internal"), method
            for method in ("daemon.hell", "daemon", "room.", "rpc.discover", "system.listMethods", "cell.run"):
                assert code_of(await person.call(method, {})) == "protocol.method_missing"
            assert code_of(await person.call("daemon.stop")) == ""


async def test_told_to_stop_it_answers_says_goodbye_and_leaves_nothing(home: Path) -> None:
    with daemon() as running:
        async with greeted(paths().control_socket) as asking, greeted(paths().control_socket) as watching:
            assert result(await asking.call("daemon.stop")) == {}
            last = await watching.receive()
            assert last is not None
            assert last.method == "daemon.leaving"
            assert json.loads(bytes(last.params)) == {"reason": "user"}
            assert await watching.receive() is None
        assert running.wait() == 0
    assert sorted(entry.name for entry in paths().run.iterdir()) == ["daemon.lock", "rt"]
    assert [event["event"] for event in log_events(home)][-1] == "daemon.ended"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(home: Path, number: int) -> None:
    with daemon() as running:
        async with greeted(paths().control_socket) as person:
            running.process.send_signal(number)
            last = await person.receive()
            assert last is not None
            assert last.method == "daemon.leaving"
        assert running.wait() == 0
    assert not paths().control_socket.exists()


async def test_it_owes_nothing_to_where_it_was_started(home: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with program(umask=0, cwd=str(tmp_path)) as running:
        running.ready()
        assert running.line() == "", "it let go of its standard output"
        assert running.errors() == "", "and of its standard error"
        process = psutil.Process(running.pid)
        status = Path(f"/proc/{running.pid}/status").read_text("ascii")
        assert process.cwd() == "/"
        assert "Umask:\t0077" in status
        assert os.getsid(running.pid) == running.pid
        assert Path(f"/proc/{running.pid}/fd/0").readlink() == Path("/dev/null")
        assert Path(f"/proc/{running.pid}/fd/1").readlink() == Path("/dev/null")


async def test_it_survives_the_terminal(home: Path) -> None:
    """Started from a shell on a terminal of its own, which is then closed."""
    controller, terminal = os.openpty()
    script = (
        "import fcntl, subprocess, sys, termios\n"
        "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        "subprocess.Popen([sys.executable, '-P', '-m', 'fumehood.daemon'])\n"
        "sys.stdin.read()\n"
    )
    shell = subprocess.Popen(  # noqa: ASYNC220 - it starts at once
        [sys.executable, "-c", script],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        env={**os.environ, "FUMEHOOD_POOL": "0"},
    )
    os.close(terminal)
    said = b""
    while b"ready" not in said:
        said += await asyncio.to_thread(os.read, controller, 100)
    os.close(controller)
    assert await asyncio.to_thread(shell.wait, 20) != 0, "the shell died of SIGHUP"
    who = holder().identity
    os.kill(who.pid, signal.SIGHUP)
    async with greeted(paths().control_socket) as person:
        assert result(await person.call("daemon.status"))["pid"] == who.pid
    assert identity.is_alive(who)


@pytest.mark.parametrize("place", ["run", "state", "config", "run/rt", "state/blobs"])
def test_a_folder_that_others_could_write_is_refused(home: Path, place: str) -> None:
    (home / place).mkdir(parents=True)
    for folder in (home / place, *(home / place).parents):
        if folder.is_relative_to(home):
            folder.chmod(0o700)
    (home / place).chmod(0o770)
    with program() as refused:
        assert refused.wait() == 5
        assert f"{home / place} is open to other users." in refused.errors()
    assert not paths().control_socket.exists()


def test_a_folder_that_is_a_link_is_refused(home: Path, tmp_path: Path) -> None:
    (home / "run").symlink_to(tmp_path)
    with program() as refused:
        assert refused.wait() == 5
    assert list(tmp_path.iterdir()) == []


def test_something_else_at_the_sockets_place_is_not_followed(home: Path) -> None:
    precious = home / "precious"
    precious.write_text("precious")
    run = home / "run"
    run.mkdir(mode=0o700)
    (run / "control.sock").symlink_to(precious)
    (run / "agent.sock").write_text("not a socket")
    with daemon():
        assert stat.S_ISSOCK((run / "control.sock").lstat().st_mode)
        assert stat.S_ISSOCK((run / "agent.sock").lstat().st_mode)
    assert precious.read_text() == "precious"


def test_a_wrong_setting_is_said_and_nothing_starts(home: Path) -> None:
    with program(env={"FUMEHOOD_IDLE_SECONDS": "soon"}) as refused:
        assert refused.wait() == 2
        assert "FUMEHOOD_IDLE_SECONDS" in refused.errors()


def test_a_journal_that_cannot_be_opened_is_said_and_the_lock_is_let_go(home: Path) -> None:
    with daemon() as running:
        running.end()
    paths().journal.unlink()
    paths().journal.mkdir()
    with program() as failed:
        assert failed.wait() == 6
        assert failed.errors().startswith("fumehood: ")
    lock = Lock.take(paths().lock)
    assert lock is not None
    lock.release()


def test_an_error_that_nobody_waited_for_is_logged_without_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    async def forgotten() -> None:
        raise ValueError("hunter2")

    async def program() -> None:
        asyncio.get_running_loop().set_exception_handler(main._note_lost)
        task = asyncio.ensure_future(forgotten())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(program())
    (record,) = caplog.records
    assert record.getMessage() == "loop.failed"
    assert "hunter2" not in JsonLines().format(record)


def test_inside_a_kernel_no_daemon_starts(home: Path) -> None:
    with program(env={"FUMEHOOD_RUNTIME": "abcd1234"}) as refused:
        assert refused.wait() == 5
        assert "inside a kernel" in refused.errors()
    assert not paths().control_socket.exists()


def test_with_the_mark_of_a_kernel_no_daemon_starts(home: Path) -> None:
    script = (
        "from fumehood.sandbox.mark import carry_mark; carry_mark()\n"
        "import os, sys; os.execv(sys.executable, [sys.executable, '-P', '-m', 'fumehood.daemon'])\n"
    )
    with program((sys.executable, "-c", script)) as refused:
        assert refused.wait() == 5
        assert "mark of a kernel" in refused.errors()
    assert not paths().control_socket.exists()


async def test_the_log_is_lines_of_json_that_no_terminal_obeys(home: Path) -> None:
    hostile = "hood\x1b]52;c;cHduZWQ=\x07\n\x9b31m\u202e\ud7ff"
    with daemon():
        async with greeted(paths().control_socket, client=hostile):
            pass
        async with connected(paths().control_socket) as garbage:
            await garbage.websocket.send_str("\x1b]0;x\x07")
            await garbage.receive()
        text = paths().log.read_text("utf-8")
    assert stat.S_IMODE(paths().log.stat().st_mode) == 0o600
    assert all(sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp") for sign in text)
    events = log_events(home)
    assert {"daemon.ready", "peer.came", "hello.refused"} <= {str(event["event"]) for event in events}
    came = next(event for event in events if event["event"] == "peer.came")
    assert str(came["client"]).startswith("hood\\x1b]52;")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_a_killed_daemon_is_replaced_at_once(home: Path, number: int) -> None:
    with daemon() as first:
        first.end(number)
    with daemon():
        async with greeted(paths().control_socket) as person:
            assert code_of(await person.call("daemon.status")) == ""


async def test_stopped_in_the_middle_of_requests_every_one_gets_an_answer_or_the_end(home: Path) -> None:
    with daemon() as running:
        async with greeted(paths().control_socket) as person, greeted(paths().control_socket) as stopping:
            for number in range(50):
                await person.send("kernel.specs", number=1000 + number)
            await stopping.call("daemon.stop")
            answers = set()
            while (message := await person.receive()) is not None:
                answers.add(message.id)
        assert running.wait() == 0
    assert answers - {None} <= set(range(1000, 1050))


async def test_the_upgrade_of_the_real_daemon_is_as_narrow_as_the_table(home: Path) -> None:
    assert [route.path for route in ROUTES] == ["/ws"]
    with daemon():
        for path in (paths().control_socket, paths().agent_socket):
            assert await status_of(path, http()) == 101
            assert await status_of(path, http("POST")) == 405
            assert await status_of(path, http(target="/blob/" + "0" * 64)) == 404


def test_the_start_loads_nothing_that_it_does_not_need() -> None:
    """Slow to import: nbformat 1.1 s, and jupyter_client's managers, IPython, numpy."""
    script = "import sys, fumehood.daemon.composing, fumehood.daemon.main; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    heavy = {"nbformat", "jupyter_client", "IPython", "ipykernel", "numpy", "pandas", "anndata", "rich", "jsonschema"}
    assert heavy.isdisjoint(loaded)
