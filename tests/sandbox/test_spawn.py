from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from fumehood.core.errors import ProcessStartFailed
from fumehood.sandbox import spawn as spawning
from fumehood.sandbox.spawn import NONE, Policy, spawn
from tests.sandbox.programs import finish, gone, line, run, start

WITH_US = Policy(die_with_parent=True)
BOTH = pytest.mark.parametrize("policy", [NONE, WITH_US], ids=["none", "dies with us"])


@BOTH
def test_a_process_gets_no_descriptor_but_the_ones_named(policy: Policy) -> None:
    extra = [os.open("/dev/null", os.O_RDONLY) for _ in range(20)]
    for fd in extra:
        os.set_inheritable(fd, True)
    try:
        # Listing the folder opens it, so the last one is the list's own.
        code = "import os; print(sorted(int(f) for f in os.listdir('/proc/self/fd'))[:-1])"
        assert run(code, policy=policy) == "[0, 1, 2]\n"
    finally:
        for fd in extra:
            os.close(fd)


@BOTH
def test_a_named_descriptor_arrives(policy: Policy) -> None:
    read, write = os.pipe()
    process, out = start("import os, sys; os.write(int(sys.argv[1]), b'here')", str(write), pass_fds=[write])
    os.close(write)
    finish(process, out)
    with os.fdopen(read) as stream:
        assert stream.read() == "here"


@BOTH
def test_the_environment_is_exactly_what_was_given(policy: Policy) -> None:
    given = {"A": "1", "EMPTY": "", "ODD": "a=b\nc", "BYTES": "\udcff"}
    read, write = os.pipe()
    process = spawn(policy, ["/usr/bin/env", "-0"], cwd=Path("/"), env=given, stdout=write, stderr=2)
    os.close(write)
    text, _ = finish(process, read)
    assert dict(line.split("=", 1) for line in text.split("\0") if line) == given


@BOTH
def test_a_stream_that_nobody_named_is_null(policy: Policy) -> None:
    code = "import os, sys; print([os.readlink(f'/proc/self/fd/{n}') for n in (0, 2)], file=sys.stdout)"
    process, read = start(code, policy=policy, stderr=None)
    text, _ = finish(process, read)
    assert text == "['/dev/null', '/dev/null']\n"


@BOTH
def test_a_process_leads_its_own_session_and_group_in_its_folder(policy: Policy, tmp_path: Path) -> None:
    process, read = start("import os; print(os.getsid(0), os.getpgid(0), os.getcwd())", policy=policy, cwd=tmp_path)
    text, _ = finish(process, read)
    assert text == f"{process.pid} {process.pid} {tmp_path}\n"


def test_a_process_may_stay_in_our_session() -> None:
    read, write = os.pipe()
    code = "import os; print(os.getsid(0))"
    process = spawn(NONE, [sys.executable, "-c", code], cwd=Path("/"), env={}, stdout=write, new_session=False)
    os.close(write)
    assert finish(process, read)[0] == f"{os.getsid(0)}\n"


@BOTH
def test_signals_act_as_they_do_by_default(policy: Policy) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if policy is WITH_US else None
    try:
        read, write = os.pipe()
        process = spawn(policy, ["/bin/cat", "/proc/self/status"], cwd=Path("/"), env={}, stdout=write, stderr=2)
        os.close(write)
        text, _ = finish(process, read)
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
    fields = dict(line.split(":", 1) for line in text.splitlines())
    assert int(fields["SigBlk"], 16) == 0
    assert int(fields["SigIgn"], 16) & (1 << (signal.SIGPIPE - 1) | 1 << (signal.SIGINT - 1)) == 0


@pytest.mark.parametrize("argv", [["./true"], ["bin/true"], ["no-such-program-anywhere"], [""], [], ["/etc/hostname"]])
def test_what_is_not_a_program_with_one_meaning_is_refused(argv: list[str], tmp_path: Path) -> None:
    with pytest.raises(ProcessStartFailed):
        spawn(NONE, argv, cwd=tmp_path, env=dict(os.environ))


@pytest.mark.parametrize("where", ["argument", "name", "value"])
def test_a_nul_is_refused(where: str) -> None:
    env = {"a\0" if where == "name" else "a": "b\0" if where == "value" else "b"}
    with pytest.raises(ProcessStartFailed):
        spawn(NONE, ["/bin/true", "x\0" if where == "argument" else "x"], cwd=Path("/"), env=env)


def test_a_folder_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ProcessStartFailed, match="No such file or directory"):
        spawn(NONE, ["/bin/true"], cwd=tmp_path / "gone", env={})


def test_nothing_is_found_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design, class 10: decoys under the names of tools."""
    for name in ("env", "python", "python3", "ssh", "uv", "git", "sh"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
        (tmp_path / name).chmod(0o755)
    for name in ("sitecustomize", "usercustomize", "ctypes", "signal", "os"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    for policy in (NONE, WITH_US):
        env = {"PATH": ".::" + os.environ["PATH"], "PYTHONPATH": "."}
        process = spawn(policy, ["env"], cwd=tmp_path, env=env)
        ended = process.wait_blocking(30)
        assert ended is not None
        assert ended.status == 0
    assert not (tmp_path / "sprung").exists()


SLEEPER = """
import os, sys, time
from pathlib import Path
from fumehood.sandbox.spawn import Policy, spawn
process = spawn(Policy(die_with_parent=True), ["/bin/sleep", "3600"], cwd=Path("/"), env={})
print(process.pid, flush=True)
time.sleep(3600)
"""


def test_a_process_that_depends_on_its_parent_ends_with_it_however_it_ends() -> None:
    parent, read = start(SLEEPER)
    child = int(line(read))
    os.close(read)
    watch = os.pidfd_open(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait_blocking(30)
    poll = select.poll()
    poll.register(watch, select.POLLIN)
    assert poll.poll(10_000), "the child outlived its parent"
    os.close(watch)


def test_a_program_does_not_start_when_its_parent_ended_before_it_could_depend_on_it(tmp_path: Path) -> None:
    launch = str(Path(spawning.__file__).with_name("launch.py"))
    argv = [sys.executable, "-I", "-S", launch, str(os.getppid()), "/bin/touch", "touch", str(tmp_path / "ran")]
    process = spawn(NONE, argv, cwd=Path("/"), env={})
    ended = process.wait_blocking(30)
    assert ended is not None
    assert ended.status == 127
    assert not (tmp_path / "ran").exists()


def test_a_process_that_depends_on_us_cannot_be_started_from_a_thread_that_may_end() -> None:
    caught: list[BaseException] = []

    def attempt() -> None:
        try:
            spawn(WITH_US, ["/bin/true"], cwd=Path("/"), env={})
        except ProcessStartFailed as error:
            caught.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_the_group_of_a_process_that_depends_on_us_ends_with_it() -> None:
    code = "import os, time\npid = os.fork()\nif pid == 0:\n    time.sleep(3600)\nprint(pid, flush=True)\n"
    process, read = start(code, policy=WITH_US)
    child = int(line(read))
    assert not gone(child)
    process.wait_blocking(30)
    os.close(read)
    deadline = time.monotonic() + 10
    while not gone(child):
        assert time.monotonic() < deadline
        time.sleep(0.01)


FAMILY = """
import os, sys, time
from pathlib import Path
from fumehood.sandbox.spawn import Policy, spawn
policy = Policy(die_with_parent=True, whole=sys.argv[1] == "whole")
spawn(policy, ["/bin/sh", "-c", "sleep 3600 & echo $!; wait"], cwd=Path("/"), env={}, stdout=1)
time.sleep(3600)
"""


def test_what_a_process_started_ends_with_us_too_where_all_of_it_is_to_end() -> None:
    for word in ("alone", "whole"):
        parent, read = start(FAMILY, word)
        grandchild = int(line(read))
        watch = os.pidfd_open(grandchild)
        parent.send_signal(signal.SIGKILL)
        parent.wait_blocking(30)
        poll = select.poll()
        poll.register(watch, select.POLLIN)
        if word == "whole":
            assert poll.poll(10_000), "what the process started outlived us"
        else:
            assert not gone(grandchild)
            signal.pidfd_send_signal(watch, signal.SIGKILL)
        os.close(watch)
        os.close(read)


def test_whoever_reads_what_a_process_writes_does_not_wait_for_its_watcher() -> None:
    text, ended = finish(*start("print('done')", policy=Policy(die_with_parent=True, whole=True)))
    assert (text, ended.status) == ("done\n", 0)


def test_a_file_that_the_system_does_not_run_is_told_on_stderr(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELFnonsense")
    program.chmod(0o755)
    read, write = os.pipe()
    process = spawn(WITH_US, [str(program)], cwd=Path("/"), env={}, stderr=write)
    os.close(write)
    text, ended = finish(process, read)
    assert ended.status == 126
    assert str(program) in text
    with pytest.raises(ProcessStartFailed, match="Exec format error"):
        spawn(NONE, [str(program)], cwd=Path("/"), env={})


def test_arguments_arrive_as_they_are() -> None:
    odd = ["--", "-x", "", "a b", "$HOME", "*", "'\"", "é\udcff", "{x}", "~"]
    code = "import sys, json; print(json.dumps(sys.argv[1:]))"
    for policy in (NONE, WITH_US):
        assert json.loads(run(code, *odd, policy=policy)) == odd
