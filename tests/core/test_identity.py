from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fumehood.core import identity
from fumehood.core.identity import Holder, Identity


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process with an awkward name: spaces and parentheses, as anybody may choose one."""
    code = "import ctypes, sys\nctypes.CDLL(None).prctl(15, b') R 1 (x')\nprint('up', flush=True)\nsys.stdin.read()\n"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == b"up\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()
    process.stdin.close()


def test_a_process_is_itself_and_its_name_confuses_nobody(child: subprocess.Popen[bytes]) -> None:
    who = identity.identity(child.pid)
    assert who is not None and identity.is_alive(who)
    chain = identity.ancestors(child.pid)
    assert chain is not None
    assert chain[:2] == [who, identity.own_identity()]


def test_the_same_pid_with_another_start_is_somebody_else(child: subprocess.Popen[bytes]) -> None:
    who = identity.identity(child.pid)
    assert who is not None
    assert not identity.is_alive(Identity(who.pid, who.start + 1))


def test_a_zombie_is_nobody(child: subprocess.Popen[bytes]) -> None:
    who = identity.identity(child.pid)
    assert who is not None
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert Path(f"/proc/{child.pid}").exists(), "nobody has fetched its status yet"
    assert identity.identity(child.pid) is None
    assert not identity.is_alive(who)


def test_nothing_is_guessed_about_a_pid_that_does_not_exist() -> None:
    beyond = int(Path("/proc/sys/kernel/pid_max").read_text()) + 1
    assert identity.identity(beyond) is None
    assert identity.ancestors(beyond) is None
    assert identity.seccomp_filters(beyond) is None


def test_pid_1_has_no_ancestors() -> None:
    assert identity.ancestors(1) == []


def test_a_seccomp_filter_is_counted_and_inherited() -> None:
    """Mode 2 of prctl(PR_SET_SECCOMP) with a filter of one instruction: allow."""
    code = (
        "import ctypes, subprocess, sys\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "class Step(ctypes.Structure):\n"
        "    _fields_ = [('code', ctypes.c_ushort), ('jt', ctypes.c_ubyte), ('jf', ctypes.c_ubyte),"
        " ('k', ctypes.c_uint)]\n"
        "class Program(ctypes.Structure):\n"
        "    _fields_ = [('len', ctypes.c_ushort), ('filter', ctypes.POINTER(Step))]\n"
        "step = Step(6, 0, 0, 0x7FFF0000)\n"
        "program = Program(1, ctypes.pointer(step))\n"
        "assert libc.prctl(38, 1, 0, 0, 0) == 0\n"
        "assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0\n"
        "subprocess.run([sys.executable, '-c', 'from fumehood.core import identity; import os; "
        "print(identity.seccomp_filters(os.getpid()))'], check=True)\n"
    )
    before = identity.seccomp_filters(os.getpid())
    assert before is not None
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert int(shown.stdout) == before + 1


def test_the_other_end_of_a_unix_socket_is_known(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    code = (
        f"import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect({str(tmp_path / 's')!r}); sys.stdin.read()"
    )
    with listener, subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        accepted, _ = listener.accept()
        with accepted:
            assert identity.peer(accepted) == (process.pid, os.getuid())
            pidfd = identity.peer_pidfd(accepted)
            if pidfd is not None:
                info = Path(f"/proc/self/fdinfo/{pidfd}").read_text()
                os.close(pidfd)
                assert f"Pid:\t{process.pid}\n" in info
        assert process.stdin is not None
        process.stdin.close()


def test_the_text_of_a_lock_file_names_its_holder() -> None:
    holder = Holder(pid=4711, start=99, incarnation="ab", build="0.1.0")
    assert msgspec.json.decode(msgspec.json.encode(holder), type=Holder) == holder
    assert holder.identity == Identity(4711, 99)
