"""Code in a real kernel tries to control fumehood: directly, double-forked, after it killed its own runtime.

And on the other side of the line: what an unsandboxed kernel can do all the same, because it runs as the user. Only
the sandbox is a boundary (docs/threat-model.md); these tests fail when one side or the other moves.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
import pytest_asyncio

from fumehood import __version__
from fumehood.core.paths import Paths
from fumehood.daemon.composing import compose
from fumehood.daemon.lock import Lock
from fumehood.doors.control import ControlDoor
from fumehood.doors.peer import Operations, Peer
from fumehood.protocol.methods import METHODS, HelloResult
from tests.daemon.notebook import Driven, ask
from tests.daemon.programs import Program, daemon, program
from tests.doors.bench import Bench, admit_all, example, greeted, say_hello, until
from tests.security.class01_doors.attacks import ATTACKER
from tests.security.conftest import notebook

PRELUDE = f"import sys, os, json, time; sys.path.insert(0, {str(ATTACKER.parent)!r}); import attacker\n"

ESCAPE = (
    PRELUDE
    + """
def escape(path, out, kill, request=None):
    runtime, kernel = os.getppid(), os.getpid()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setsid()
            while os.getppid() == kernel:
                time.sleep(0.01)
            time.sleep(0.1)
            if kill:
                os.kill(runtime, 9)
                while os.path.exists(f"/proc/{kernel}"):
                    time.sleep(0.01)
            with open(out + ".part", "w") as file:
                json.dump({**attacker.attempt(path, request), "parent": os.getppid(), "runtime": runtime}, file)
            os.rename(out + ".part", out)
        os._exit(0)
    os.wait()
"""
)


@pytest_asyncio.fixture
async def victim(target: Program, places: Paths, tmp_path: Path) -> AsyncIterator[Driven]:
    async with notebook(places, tmp_path / "victim.ipynb") as driven:
        yield driven


async def say(kernel: Driven, code: str) -> Any:
    """What the code, run in the kernel, prints as JSON."""
    return json.loads(await kernel.run(PRELUDE + code))


def request(method: str, params: dict[str, Any]) -> str:
    return repr(json.dumps({"jsonrpc": "2.0", "id": 2, "method": method, "params": params}).encode())


# -- without the placing


@contextlib.asynccontextmanager
async def daemon_that_places_nobody(places: Paths) -> AsyncIterator[None]:
    """A whole daemon in this process, of this version, whose sockets take everybody for a person."""
    places.create()
    lock = Lock.take(places.lock)
    assert lock is not None
    lock.sign(__version__, 0, -1)
    composed = await compose(places)

    def hello(peer: Peer) -> HelloResult:
        return msgspec.structs.replace(say_hello(peer), build=__version__)

    door = ControlDoor(_Whole(composed.operations), admit_all, hello)
    try:
        await door.start(places.control_socket, places.agent_socket)
        yield
    finally:
        await door.close()
        await composed.close(kill=True)
        lock.release()


class _Whole(Bench):
    """The rooms' handlers; the daemon's own two only write down that they were reached."""

    def __init__(self, inner: Operations) -> None:
        super().__init__()
        self.special = dict(inner.handlers)
        self.gone = inner.gone  # type: ignore[method-assign]


@pytest.mark.parametrize("kill", [None, False, True], ids=["directly", "double-forked", "having-killed-its-runtime"])
async def test_a_daemon_that_looks_at_nobody_is_the_kernels(home: Path, tmp_path: Path, kill: bool | None) -> None:
    """The attacks below, where nothing stands in their way: each of them is a person, and may call `daemon.stop`."""
    places = Paths.of_user()
    stop = request("daemon.stop", {"kill": True})
    out = tmp_path / "out"
    async with daemon_that_places_nobody(places), greeted(places.control_socket) as person:
        driven = await Driven.open(person, tmp_path / "a.ipynb")
        if kill is None:
            found = await say(driven, f"print(json.dumps(attacker.attempt({str(places.control_socket)!r}, {stop})))")
        else:
            await driven.start(ESCAPE + f"escape({str(places.control_socket)!r}, {str(out)!r}, {kill}, {stop})")
            await until(out.exists)
            found = json.loads(out.read_text())
        assert (found["status"], found["role"]) == (101, "person")
        assert "error" not in found["answer"]


# -- what is refused


async def test_the_kernel_itself_is_refused(victim: Driven, places: Paths) -> None:
    found = await say(victim, f"print(json.dumps(attacker.attempt({str(places.control_socket)!r})))")
    assert found == {"status": 403}


async def test_a_program_that_the_kernel_starts_is_refused(victim: Driven, places: Paths) -> None:
    """Whatever it does to its environment, its session or its name."""
    command = [sys.executable, str(ATTACKER), "unmarked-direct", str(places.control_socket)]
    code = (
        "import subprocess\n"
        f"done = subprocess.run({command!r}, input=b'go\\n', env={{}}, start_new_session=True, capture_output=True)\n"
        "print(done.stdout.decode())"
    )
    assert await say(victim, code) == {"status": 403}


@pytest.mark.parametrize("kill", [False, True], ids=["double-forked", "having-killed-its-runtime"])
@pytest.mark.parametrize("door", ["control", "agent"])
async def test_what_left_the_kernels_tree_is_refused(
    target: Program, places: Paths, tmp_path: Path, kill: bool, door: str
) -> None:
    out = tmp_path / "out"
    path = places.control_socket if door == "control" else places.agent_socket
    async with notebook(places, tmp_path / "escape.ipynb") as driven:
        await driven.start(ESCAPE + f"escape({str(path)!r}, {str(out)!r}, {kill})")
        await until(out.exists)
    found = json.loads(out.read_text())
    # The runtime is a subreaper: only its own death lets anything leave its tree.
    assert (found["parent"] == found["runtime"]) == (not kill)
    if door == "agent" and not kill:
        assert (found["status"], found["role"]) == (101, "cell"), "it is still known by its room"
    else:
        assert found["status"] == 403


async def test_a_kernel_that_outlives_its_daemon_is_refused_by_the_next_one(home: Path, tmp_path: Path) -> None:
    """That daemon did not start the runtime: it knows it from the journal, and the mark is still on the kernel."""
    places = Paths.of_user()
    with daemon() as first:
        async with greeted(places.control_socket) as person:
            driven = await Driven.open(person, tmp_path / "a.ipynb")
            assert await driven.run("print('up')") == "up\n"
        first.end(9)
    with daemon():
        async with greeted(places.control_socket) as person:
            driven = await Driven.open(person, tmp_path / "a.ipynb")
            for path, expected in ((places.control_socket, 403), (places.agent_socket, 101)):
                found = await say(driven, f"print(json.dumps(attacker.attempt({str(path)!r})))")
                assert found["status"] == expected
            assert found["role"] == "cell"
            await ask(person, "daemon.stop", {"kill": True})


WITHOUT_CAPABILITIES = """
import ctypes, os, sys
for number in range(64):
    ctypes.CDLL(None).prctl(24, number, 0, 0, 0)  # PR_CAPBSET_DROP: what the next program has not got
os.execv(sys.executable, [sys.executable, "-P", "-m", "fumehood.daemon"])
"""


async def test_it_holds_for_a_daemon_without_privileges_too(home: Path, tmp_path: Path) -> None:
    """Root's kernels are marked in another way than an ordinary user's, who has no capabilities (decision 0002)."""
    places = Paths.of_user()
    out = tmp_path / "out"
    with program([sys.executable, "-c", WITHOUT_CAPABILITIES]) as running:
        running.ready()
        async with greeted(places.control_socket) as person:
            driven = await Driven.open(person, tmp_path / "a.ipynb")
            capabilities = await driven.run("print([l for l in open('/proc/self/status') if l.startswith('CapEff')])")
            assert int(capabilities.split("\\t")[1].split("\\n")[0], 16) == 0
            found = await say(driven, f"print(json.dumps(attacker.attempt({str(places.control_socket)!r})))")
            assert found == {"status": 403}
            await driven.start(ESCAPE + f"escape({str(places.control_socket)!r}, {str(out)!r}, True)")
            await until(out.exists)
            assert json.loads(out.read_text())["status"] == 403


async def test_a_client_in_a_kernel_reaches_nothing_and_starts_nothing(
    victim: Driven, places: Paths, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    for home in (places.run.parent, elsewhere):
        code = (
            f"os.environ['FUMEHOOD_HOME'] = {str(home)!r}\n"
            "import subprocess\n"
            "script = '''\n"
            "from fumehood.client import blocking\n"
            "try:\n"
            "    with blocking.connect(): print('connected')\n"
            "except Exception as error: print(type(error).__name__)\n"
            "'''\n"
            "done = subprocess.run([sys.executable, '-c', script], capture_output=True, text=True)\n"
            "print(json.dumps(done.stdout.strip() or done.stderr))"
        )
        assert await say(victim, code) == "PeerRefused"
    assert not (elsewhere / "run").exists() or not (elsewhere / "run" / "control.sock").exists()


# -- what code in a cell may do


async def test_its_own_room_can_be_read_and_edited(victim: Driven, places: Paths) -> None:
    socket_name = await victim.run("import os; print(os.environ['FUMEHOOD_AGENT_SOCKET'], end='')")
    assert Path(socket_name) == places.agent_socket
    insert = request("cell.insert", {"room": victim.room, "source": "# from a cell"})
    found = await say(victim, f"print(json.dumps(attacker.attempt({socket_name!r}, {insert})))")
    assert found["role"] == "cell"
    assert "error" not in found["answer"]
    cells = (await ask(victim.caller, "cell.read", {"room": victim.room}))["cells"]
    assert "# from a cell" in [cell["source"] for cell in cells]


async def test_another_room_is_not_reached(victim: Driven, places: Paths, tmp_path: Path) -> None:
    async with greeted(places.control_socket) as person:
        other = await Driven.open(person, tmp_path / "other.ipynb")
        await ask(person, "cell.insert", {"room": other.room, "source": "secret = 1"})
        for method in sorted(name for name, entry in METHODS.items() if "cell" in entry.roles):
            if method == "daemon.hello":
                continue
            text = request(method, {**example(method), "room": other.room})
            found = await say(victim, f"print(json.dumps(attacker.attempt({str(places.agent_socket)!r}, {text})))")
            assert found["answer"]["error"]["data"]["code"] == "peer.refused", method
            assert "secret" not in json.dumps(found)
        cells = (await ask(person, "cell.read", {"room": other.room}))["cells"]
        assert [cell["source"] for cell in cells] == ["secret = 1"]


async def test_nothing_else_can_be_called(victim: Driven, places: Paths) -> None:
    for method in sorted(name for name, entry in METHODS.items() if "cell" not in entry.roles):
        params = example(method)
        text = request(method, {**params, "room": victim.room} if "room" in params else params)
        found = await say(victim, f"print(json.dumps(attacker.attempt({str(places.agent_socket)!r}, {text})))")
        assert found["answer"]["error"]["data"]["code"] == "protocol.forbidden", method


# -- what an unsandboxed kernel can do all the same


async def test_it_can_read_what_its_user_can_read(victim: Driven, places: Paths, tmp_path: Path) -> None:
    """Keys, other notebooks, our own journal: no defence of the daemon's stands between a process and its own files."""
    key = tmp_path / "id_ed25519"
    key.write_text("PRIVATE KEY")
    key.chmod(0o600)
    assert await victim.run(f"print(open({str(key)!r}).read(), end='')") == "PRIVATE KEY"
    assert await victim.run(f"print(open({str(places.journal)!r}, 'rb').read(15))") == "b'SQLite format 3'\n"


PTRACE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
pid = os.fork()
if pid == 0:  # the tracer's end lets go of what it traced
    os._exit(0 if libc.ptrace(0x4206, {victim}, None, None) == 0 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


async def test_it_can_trace_other_processes_where_the_machine_lets_it(victim: Driven, target: Program) -> None:
    """PTRACE_SEIZE of the daemon and of an unmarked shell: whoever can, is a person in all but name."""
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    level = int(scope.read_text()) if scope.exists() else 0
    lets = level == 0 or (os.geteuid() == 0 and level < 3)
    with subprocess.Popen(["sleep", "60"]) as shell:  # noqa: ASYNC220 - it starts at once
        for pid in (shell.pid, target.pid):
            assert (await victim.run(PTRACE.format(victim=pid))).strip() == ("0" if lets else "1")
        shell.kill()
    assert (await ask(victim.caller, "daemon.status", {}))["pid"] == target.pid


async def test_it_can_have_a_process_of_the_users_act_for_it(victim: Driven, places: Paths, tmp_path: Path) -> None:
    """A service manager, `at`, a tmux server: they run what they are told, outside the kernel's tree and unmarked."""
    manager = tmp_path / "manager"
    script = (
        "import os, socket, subprocess, sys\n"
        "server = socket.socket(socket.AF_UNIX); server.bind(sys.argv[1]); server.listen(); print('up', flush=True)\n"
        "client, _ = server.accept()\n"
        "command = client.makefile().readline().split()\n"
        "client.sendall(subprocess.run(command, input=b'go\\n', capture_output=True).stdout)\n"
    )
    started = subprocess.Popen([sys.executable, "-c", script, str(manager)], stdout=subprocess.PIPE)  # noqa: ASYNC220
    with started as process:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == b"up\n"
        command = f"{sys.executable} {ATTACKER} unmarked-direct {places.control_socket}"
        code = (
            "import socket\n"
            f"told = socket.socket(socket.AF_UNIX); told.connect({str(manager)!r})\n"
            f"told.sendall(({command!r} + chr(10)).encode()); print(told.makefile().read())"
        )
        assert await say(victim, code) == {"status": 101, "role": "person"}


# -- the kernel's own doors


async def test_a_runtime_opens_no_port_and_a_kernel_one_of_ipykernels_own(
    victim: Driven, target: Program, places: Paths
) -> None:
    """ipykernel takes the output of forked processes at a port of 127.0.0.1, for whoever knows its 16 random bytes.

    We cannot close it (it is not an option); the sandbox without network does. Anything more would be news.
    """
    status = await ask(victim.caller, "daemon.status", {})
    (room,) = (one for one in status["rooms"] if one["room"] == victim.room)
    assert _ports(room["runtime_pid"]) == []
    assert [address.ip for address in _ports(room["kernel_pid"])] == ["127.0.0.1"]
    folders = list(places.runtimes.iterdir())
    assert folders
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in folders)


def _ports(pid: int) -> list[Any]:
    return [one.laddr for one in psutil.Process(pid).net_connections("inet") if one.status == psutil.CONN_LISTEN]
