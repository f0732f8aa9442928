from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fumehood.core.identity import is_alive
from fumehood.sandbox.process import Exit
from fumehood.sandbox.spawn import NONE, Policy, spawn
from tests.sandbox.programs import PATIENCE, gone, line, run, start


@pytest.mark.parametrize("status", [0, 1, 42, 255])
async def test_the_exit_status_is_known(status: int) -> None:
    process, read = start(f"raise SystemExit({status})")
    os.close(read)
    assert (await process.wait()).status == status
    assert process.exit == await process.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, 34])
async def test_the_signal_that_ended_it_is_known(number: int) -> None:
    process, read = start(f"import os; os.kill(os.getpid(), {int(number)})")
    os.close(read)
    ended = await process.wait()
    assert (ended.status, ended.signal, ended.asked) == (None, number, False)


PEAK = """\
import sys
from pathlib import Path
from fumehood.sandbox.spawn import NONE, spawn
code = "import mmap; m = mmap.mmap(-1, 8 << 30); b = bytearray(6 * 10**8); b[::4096] = b'x' * len(b[::4096])"
print(spawn(NONE, [sys.executable, "-c", code], cwd=Path("/"), env={}).wait_blocking(30).peak_memory)
"""


def test_peak_memory_is_what_was_resident_and_not_what_was_asked_for() -> None:
    # From a small program: a process's peak is counted from its starter's on, and pytest may be larger than this.
    told = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    assert 600_000_000 < int(told.stdout) < 1_000_000_000


async def test_a_process_smaller_than_ours_has_no_peak_that_we_could_know() -> None:
    process = spawn(NONE, ["/bin/true"], cwd=Path("/"), env={})
    assert (await process.wait()).peak_memory is None


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        (Exit(status=0), "ended by itself"),
        (Exit(status=3), "ended with exit status 3"),
        (Exit(), "ended; how is not known"),
        (Exit(signal=11, peak_memory=52_400_000), "ended by SIGSEGV; it had used 52 MB at most"),
        (Exit(signal=9, starved=False), "ended by SIGKILL"),
        (
            Exit(signal=9, starved=True, peak_memory=3_200_000_000),
            "ended by SIGKILL, perhaps for want of memory; it had used 3.2 GB at most",
        ),
        (Exit(signal=9), "ended by SIGKILL, perhaps for want of memory"),
        (Exit(signal=9, asked=True, starved=True), "ended by SIGKILL"),
        (Exit(signal=63), "ended by signal 63"),
        (Exit(status=1, peak_memory=999_999), "ended with exit status 1; it had used 1 MB at most"),
    ],
)
def test_an_end_is_described_in_half_a_sentence(ended: Exit, sentence: str) -> None:
    assert ended.describe() == sentence


async def test_many_may_wait_and_any_may_give_up() -> None:
    process = spawn(NONE, ["/bin/sleep", "3600"], cwd=Path("/"), env={})
    waiting = [asyncio.create_task(process.wait()) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    process.kill_group()
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(ends[0], asyncio.CancelledError)
    assert len({id(end) for end in ends[1:]}) == 1


def test_waiting_needs_no_loop_and_has_an_end() -> None:
    process = spawn(NONE, ["/bin/sleep", "3600"], cwd=Path("/"), env={})
    assert process.wait_blocking(0.01) is None
    assert process.exit is None
    assert is_alive(process.identity)
    process.send_signal(signal.SIGTERM)
    ended = process.wait_blocking(PATIENCE)
    assert ended is not None
    assert (ended.signal, ended.asked) == (signal.SIGTERM, True)
    assert gone(process.pid)


def test_threads_that_wait_at_once_are_told_the_same() -> None:
    process = spawn(NONE, ["/bin/sleep", "0.1"], cwd=Path("/"), env={})
    ends: list[Exit | None] = []
    threads = [threading.Thread(target=lambda: ends.append(process.wait_blocking(PATIENCE))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [Exit(status=0)] * 8


def test_a_signal_after_the_end_reaches_nobody() -> None:
    process = spawn(NONE, ["/bin/true"], cwd=Path("/"), env={})
    process.wait_blocking(PATIENCE)
    process.send_signal(signal.SIGKILL)
    process.kill_group()
    assert process.exit == Exit(status=0)


def test_a_signal_to_the_group_reaches_children_and_one_to_the_process_does_not() -> None:
    code = "import os, time\npid = os.fork()\npid and print(pid, flush=True)\ntime.sleep(3600)"
    process, read = start(code)
    child = int(line(read))
    process.send_signal(signal.SIGKILL)
    process.wait_blocking(PATIENCE)
    assert not gone(child)
    os.kill(child, signal.SIGKILL)
    other, read2 = start(code)
    child2 = int(line(read2))
    watch = os.pidfd_open(child2)
    other.kill_group()
    other.wait_blocking(PATIENCE)
    poll = select.poll()
    poll.register(watch, select.POLLIN)
    assert poll.poll(10_000)
    for fd in (read, read2, watch):
        os.close(fd)


def test_a_process_that_is_not_waited_for_is_neither_collected_nor_complained_about() -> None:
    code = """
import gc, os, time, warnings
warnings.simplefilter("error")
from pathlib import Path
from fumehood.sandbox.spawn import NONE, spawn
first = spawn(NONE, ["/bin/true"], cwd=Path("/"), env={})
time.sleep(0.3)
for _ in range(3):
    spawn(NONE, ["/bin/true"], cwd=Path("/"), env={})
gc.collect()
print(first.wait_blocking(10).status, len(os.listdir("/proc/self/fd")))
"""
    status, descriptors = run(code).split()
    assert status == "0"
    assert int(descriptors) == 5, "three streams, the first one's pidfd, and the listing"


def test_a_program_that_collects_its_children_itself_gets_an_end_without_a_reason() -> None:
    code = """
import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
from pathlib import Path
from fumehood.sandbox.spawn import NONE, spawn
print(spawn(NONE, ["/bin/sleep", "0.2"], cwd=Path("/"), env={}).wait_blocking(10).describe())
"""
    assert run(code) == "ended; how is not known\n"


def test_a_subreaper_collects_orphans_and_leaves_ours_to_those_who_wait() -> None:
    code = """
import os, time
from pathlib import Path
from fumehood.sandbox.mark import become_subreaper
from fumehood.sandbox.process import reap_orphans
from fumehood.sandbox.spawn import NONE, spawn
become_subreaper()
double = "import os\\nif os.fork() == 0:\\n os.setsid()\\n if os.fork() == 0:\\n  import time; time.sleep(0.5)"
import sys
ours = spawn(NONE, [sys.executable, "-c", double + "\\nelse: os.wait(); raise SystemExit(7)"], cwd=Path("/"), env={})
count = 0
deadline = time.monotonic() + 20
while count < 1 and time.monotonic() < deadline:
    count += reap_orphans()
    time.sleep(0.02)
print(count, ours.wait_blocking(10).status)
"""
    assert run(code) == "1 7\n"


def test_without_children_there_is_nothing_to_collect() -> None:
    assert run("from fumehood.sandbox.process import reap_orphans; print(reap_orphans())") == "0\n"


def test_a_killed_group_is_a_wish_of_ours() -> None:
    process = spawn(Policy(die_with_parent=True), ["/bin/sleep", "3600"], cwd=Path("/"), env={})
    process.kill_group()
    ended = process.wait_blocking(PATIENCE)
    assert ended is not None
    assert ended.asked
