"""The mark is inherited by whatever a marked process does, and nothing that it may do takes it off."""

from __future__ import annotations

import os
import resource
import signal

import pytest

from fumehood.sandbox import mark
from fumehood.sandbox.mark import WATERMARK, is_marked, read_mark
from tests.sandbox.programs import PATIENCE, line, run, start

# Becomes an ordinary user where it is root, marks itself, does the steps, and says its pid and what it could do.
PROGRAM = """
import codecs, ctypes, os, resource, signal, sys, time
from fumehood.sandbox.mark import carry_mark
who, *steps = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
codecs.lookup("latin-1")  # loaded while this interpreter's folder can still be read
if who == "ordinary" and os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
    libc.prctl(4, 1)  # dumpable again: a process that changed its user is hidden under /proc otherwise
before = open("/proc/self/status").read()
carry_mark()
for step in steps:
    if step == "fork" and os.fork():
        time.sleep(3600)
    if step == "orphan" and os.fork():
        os._exit(0)
    if step == "session":
        os.setsid()
    if step == "namespace":
        CLONE_NEWUSER = 0x10000000
        libc.unshare(CLONE_NEWUSER)
    if step == "limit":
        try:
            resource.setrlimit(resource.RLIMIT_RTTIME, (resource.RLIM_INFINITY,) * 2)
        except (OSError, ValueError):
            pass
    if step == "filters":
        libc.prctl(22, 0, 0, 0, 0)
    if step == "exec":
        os.execv(sys.executable, [sys.executable, "-c",
            "import os, time; print(os.getpid(), 'NoNewPrivs:\\\\t1' in open('/proc/self/status').read(), flush=True); "
            "time.sleep(3600)"])
print(os.getpid(), "NoNewPrivs:\\t1" in open("/proc/self/status").read(), flush=True)
time.sleep(3600)
"""

WAYS = [
    ["fork"],
    ["orphan"],
    ["orphan", "session", "orphan"],
    ["namespace"],
    ["namespace", "limit", "orphan"],
    ["limit", "filters", "orphan"],
]


@pytest.mark.parametrize("who", ["root", "ordinary"])
@pytest.mark.parametrize("steps", [[], *WAYS], ids=" ".join)
def test_the_mark_stays(who: str, steps: list[str]) -> None:
    if who == "root" and os.getuid() != 0:
        pytest.skip("we are an ordinary user here")
    assert marked_after(who, steps) is True


@pytest.mark.parametrize("steps", [["exec"], ["orphan", "session", "orphan", "exec"], ["namespace", "limit", "exec"]])
def test_the_mark_stays_over_another_program(steps: list[str]) -> None:
    # As whoever we are: an ordinary user made by the test could not read this interpreter.
    assert marked_after("root" if os.getuid() == 0 else "ordinary", steps) is True


def marked_after(who: str, steps: list[str]) -> bool | None:
    process, read = start(PROGRAM, who, *steps)
    try:
        pid, no_new_privs = line(read).split()
        try:
            assert no_new_privs == "False", "sudo would not work in a cell"
            return is_marked(int(pid))
        finally:
            os.kill(int(pid), signal.SIGKILL)
    finally:
        os.close(read)
        process.kill_group()
        process.wait_blocking(PATIENCE)


def test_who_is_not_marked_is_not_taken_for_a_kernel() -> None:
    assert is_marked(os.getpid()) is False
    process, read = start("import time; print(flush=True); time.sleep(3600)")
    line(read)
    assert is_marked(process.pid) is False
    process.kill_group()
    process.wait_blocking(PATIENCE)
    os.close(read)


def test_a_process_that_is_gone_cannot_be_judged() -> None:
    process, read = start("")
    os.close(read)
    process.wait_blocking(PATIENCE)
    assert is_marked(process.pid) is None
    assert read_mark(2**22 + 1) is None


@pytest.mark.parametrize("mighty", [False, True])
def test_more_filters_without_our_limit_count_only_for_those_who_can_raise_the_limit(
    monkeypatch: pytest.MonkeyPatch, mighty: bool
) -> None:
    """A terminal inside a snap or a container has filters of its own, and is no kernel."""
    code = "import time; from fumehood.sandbox import mark; print(mark._lay_filter(), flush=True); time.sleep(3600)"
    process, read = start(code)
    laid = line(read) == "True"
    monkeypatch.setattr(mark, "_has_capability", lambda _number: mighty)
    assert is_marked(process.pid) is (mighty and laid)
    process.kill_group()
    process.wait_blocking(PATIENCE)
    os.close(read)


def test_who_could_raise_the_limit_and_not_lay_a_filter_pays_with_no_new_privs() -> None:
    """Root of a container may have CAP_SYS_RESOURCE without CAP_SYS_ADMIN."""
    code = """
import os
from fumehood.sandbox import mark
lay, refused = mark._lay_filter, [True]
mark._lay_filter = lambda: False if refused and refused.pop() else lay()
mark._has_capability = lambda _number: True
mark.carry_mark()
print("NoNewPrivs:\\t1" in open("/proc/self/status").read(), mark.read_mark(os.getpid()).filters)
"""
    assert run(code) == "True 1\n"


def test_where_the_machine_has_a_limit_of_its_own_the_mark_is_below_it() -> None:
    code = """
import os, resource
from fumehood.sandbox.mark import carry_mark, is_marked, read_mark
resource.setrlimit(resource.RLIMIT_RTTIME, (1000, 5000))
pid = os.fork()
if pid == 0:
    carry_mark()
    parent = os.getppid()
    os.write(1, f"{resource.getrlimit(resource.RLIMIT_RTTIME)} {is_marked(parent)}\\n".encode())
    import time; time.sleep(3600)
import time; time.sleep(0.5)
print(is_marked(pid), is_marked(os.getpid()), read_mark(pid).ceiling, flush=True)
os.kill(pid, 9)
"""
    assert run(code) == "(1000, 4999) False\nTrue False 4999\n"


def test_the_limit_is_the_one_that_others_look_for() -> None:
    code = "import os; from fumehood.sandbox.mark import *; carry_mark(); print(read_mark(os.getpid()).ceiling)"
    assert run(code) == f"{WATERMARK}\n"
    assert resource.getrlimit(resource.RLIMIT_RTTIME)[1] != WATERMARK


def test_a_marked_process_computes_and_starts_others_as_before() -> None:
    code = """
from fumehood.sandbox.mark import carry_mark
carry_mark()
import multiprocessing, subprocess, threading
threading.Thread(target=print, args=("thread",)).start()
print(subprocess.run(["echo", "process"], capture_output=True, text=True).stdout, end="")
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(abs, [-1, -2]))
"""
    assert run(code) == "thread\nprocess\n[1, 2]\n"
