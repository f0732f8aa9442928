"""A newer version takes over from an older one: the same program, of which a copy says that it is older."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

import fumehood
from fumehood.core import identity
from fumehood.protocol.methods import VERSION
from tests.daemon.notebook import Driven, ask
from tests.daemon.programs import COMMAND, daemon, holder, paths, program
from tests.doors.bench import Caller, code_of, connected, greeted


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Sources of a version before this one."""
    made = tmp_path / "older"
    package = Path(fumehood.__file__).parent
    shutil.copytree(package, made / "fumehood", ignore=shutil.ignore_patterns("__pycache__"))
    for name, pattern, replacement in (
        ("protocol/methods.py", r"(?m)^VERSION = \d+$", f"VERSION = {VERSION - 1}"),
        ("__init__.py", r'(?m)^__version__ = ".*"$', '__version__ = "0.0.1"'),
    ):
        file = made / "fumehood" / name
        text, count = re.subn(pattern, replacement, file.read_text())
        assert count == 1
        file.write_text(text)
    return made


async def take_over(path: Path) -> None:
    """What a newer client does: asks for its own version, is told the daemon's, and speaks that to end it."""
    async with connected(path) as caller:
        refused = await caller.call("daemon.hello", {"version": VERSION, "client": "newer"})
        assert code_of(refused) == "daemon.version"
        assert refused.error is not None
        theirs = refused.error.data["fields"]["version"]
        assert theirs < VERSION
    async with connected(path) as caller:
        hello = await ask(caller, "daemon.hello", {"version": theirs, "client": "newer"})
        assert hello["build"] == "0.0.1"
        await ask(caller, "daemon.stop", {"reason": "takeover"})
        await _until_left(caller)


async def _until_left(caller: Caller) -> None:
    last = caller.notes[-1] if caller.notes else await caller.receive()
    assert last is not None
    assert last.method == "daemon.leaving"
    assert json.loads(bytes(last.params)) == {"reason": "takeover"}
    assert await caller.receive() is None


async def test_a_newer_daemon_takes_over_and_the_kernel_goes_on(home: Path, older: Path, tmp_path: Path) -> None:
    with daemon(PYTHONPATH=str(older)) as old:
        assert holder().build == "0.0.1"
        async with connected(paths().control_socket) as caller:
            await ask(caller, "daemon.hello", {"version": VERSION - 1, "client": "older"})
            notebook = await Driven.open(caller, tmp_path / "a.ipynb")
            kernel = int(await notebook.run("import os, time; kept = 42; print(os.getpid())"))
            before = identity.identity(kernel)
            running = await notebook.start("for i in range(100): print(i, flush=True); time.sleep(0.02)")
            await take_over(paths().control_socket)
        # The next one may be started before the one before it has ended: it waits for the lock.
        with daemon() as new:
            assert old.wait() == 0
            assert holder().pid == new.pid
            assert holder().build == fumehood.__version__
            async with greeted(paths().control_socket) as caller:
                status = await ask(caller, "daemon.status", {})
                assert [room["kernel_pid"] for room in status["rooms"]] == [kernel]
                assert identity.identity(kernel) == before, "the same process, and it was never restarted"
                notebook = await Driven.open(caller, tmp_path / "a.ipynb")
                assert await notebook.run("print(kept)") == "42\n", "its variables are there"
                opened = await ask(caller, "room.attach", {"room": notebook.room})
                runs = [run for run in opened["state"]["cells"].values() if run["execution"] == running]
                assert runs[0]["status"] == "ok"
                text = "".join(output["text"] for output in runs[0]["outputs"])
                assert text == "".join(f"{i}\n" for i in range(100)), "what it printed meanwhile, once, in order"
                await ask(caller, "daemon.stop", {"kill": True})
            assert new.wait() == 0
    assert not identity.is_alive(before) if before else False


async def test_a_newer_one_that_is_started_too_early_waits_for_the_lock(home: Path, older: Path) -> None:
    with daemon(PYTHONPATH=str(older)) as old:
        stopping = asyncio.create_task(take_over(paths().control_socket))
        await stopping
        with program() as new:
            new.ready()
            assert await asyncio.to_thread(old.wait) == 0
            assert holder().pid == new.pid


async def test_an_older_client_is_told_that_the_daemon_is_newer(home: Path) -> None:
    with daemon():
        async with connected(paths().control_socket) as caller:
            answer = await caller.call("daemon.hello", {"version": VERSION - 1, "client": "older"})
            assert code_of(answer) == "daemon.version"
            assert answer.error is not None
            assert answer.error.data["fields"]["version"] == VERSION


async def test_an_agent_cannot_make_a_daemon_leave(home: Path) -> None:
    with daemon() as running:
        async with greeted(paths().agent_socket) as agent:
            assert code_of(await agent.call("daemon.stop", {"reason": "takeover"})) == "protocol.forbidden"
        assert running.process.poll() is None


def test_the_command_is_the_one_that_clients_use() -> None:
    assert (sys.executable, "-P", "-m", "fumehood.daemon") == COMMAND
