"""Daemons that vanish, runtimes that are killed, disks that are full: every byte that was received is there, once."""

from __future__ import annotations

import asyncio
import os
import random
import re
import resource
import signal
from pathlib import Path

from fumehood.core import limits
from fumehood.core.identity import identity
from fumehood.core.ids import new_execution_id
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.protocol.outputs import StreamOutput
from fumehood.runtime.spool import read_reports
from tests.runtime.driver import ROOM, Record, bench, room

FLOOD = "for i in range(20_000):\n    print(f'line {i}', flush=i % 5 == 0)"
WHOLE = "".join(f"line {i}\n" for i in range(20_000))


async def gone(pid: int) -> None:
    """Returns when no such process is there any more."""
    async with asyncio.timeout(5):
        while identity(pid) is not None:  # noqa: ASYNC110  # it is not our child: nobody tells us
            await asyncio.sleep(0.02)


async def test_a_daemon_that_vanishes_in_a_flood_finds_every_byte_once(home: Path) -> None:
    chance = random.Random(3)
    async with room(home) as (found, link):
        execution = link.execute("a", FLOOD)
        await link.until(lambda: found.record.stream("a") != "")
        ends = found.record.of(ev.Finished)
        for _ in range(6):
            await link.close()
            await asyncio.sleep(chance.random() * 0.3)
            link = await found.connect(ack=chance.random() < 0.5)
            await asyncio.sleep(chance.random() * 0.3)
        await link.close()
        link = await found.connect()
        if not ends:
            await link.finished(execution, 50)
        assert found.record.stream("a") == WHOLE
        assert found.record.seqs == list(range(1, found.record.last + 1))
        assert found.process.exit is None


async def test_a_daemon_with_an_older_journal_gets_again_what_it_lacks(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "print('one')")
        await link.close()
        older = Record()
        # It acknowledged everything, but a segment is only forgotten when it is full: a journal that was put back
        # finds what the spool still has.
        again = await found.connect(acked=0, record=older)
        await again.until(lambda: older.last == found.record.last)
        assert older.stream("a") == "one\n"


async def test_the_queue_goes_on_without_a_daemon(home: Path) -> None:
    async with room(home) as (found, link):
        ids = [link.execute(str(n), f"import time; time.sleep(0.1); print({n})") for n in range(8)]
        await link.until(lambda: len(found.record.of(ev.Queued)) == 8)
        await link.close()
        await asyncio.sleep(1.2)
        link = await found.connect()
        for execution in ids:
            assert await link.finished(execution) == "ok"
        assert [found.record.stream(str(n)) for n in range(8)] == [f"{n}\n" for n in range(8)]
        repeat = link.execute("0", "print('again')", execution=ids[0])
        await link.run("z", "1")
        assert repeat == ids[0] and found.record.stream("0") == "0\n", "a daemon that asks again changes nothing"


async def test_killing_the_runtime_ends_the_kernel_and_leaves_the_spool(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "print('before')")
        kernel = found.record.state.kernel.pid
        assert kernel is not None
        link.ack = False
        link.execute("b", "import time\nfor i in range(10**6):\n    print(i, flush=True); time.sleep(0.001)")
        await link.until(lambda: len(found.record.stream("b")) > 300)
        found.kill()
        assert (await found.process.wait()).signal == signal.SIGKILL
        await link.until(lambda: link.closed)
        await gone(kernel)
        left = Record()
        for report in read_reports(found.spool):
            left.take(report)
        assert left.last >= found.record.last, "what was sent had been spooled"
        assert left.stream("b").startswith(found.record.stream("b"))
        lines = left.stream("b").splitlines()
        assert lines == [str(n) for n in range(len(lines))] and left.stream("a") == "before\n"


async def test_what_the_kernel_started_in_its_group_ends_with_the_runtime(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "import subprocess; p = subprocess.Popen(['sleep', '600']); print(p.pid)")
        child = int(found.record.stream("a"))
        assert identity(child) is not None
        assert (await found.stop(link)).status == 0
        await gone(child)


async def test_a_shutdown_without_acknowledgement_leaves_the_spool(home: Path) -> None:
    async with room(home) as (found, link):
        link.ack = False
        await link.run("a", "print('kept')")
        link.send(stream.Shutdown(force=True))
        await link.until(lambda: found.record.state.kernel.status == "none")
        await link.close()
        assert (await found.process.wait()).status == 0
        left = Record()
        for report in read_reports(found.spool):
            left.take(report)
        assert left.stream("a") == "kept\n" and left.last == found.record.last
        assert not found.folder.exists()


async def test_a_shutdown_while_a_cell_runs_loses_it_and_cancels_the_rest(home: Path) -> None:
    async with room(home) as (found, link):
        first, second = link.execute("a", "import time; time.sleep(60)"), link.execute("b", "1")
        await link.until(lambda: found.record.run("a").status == "running")
        link.send(stream.Shutdown())
        assert [await link.finished(each) for each in (first, second)] == ["lost", "cancelled"]
        refused = link.execute("c", "1")
        await link.until(lambda: bool(link.refusals) or link.closed)
        assert link.closed or link.refusals[0].execution == refused
        assert (await found.process.wait()).status == 0


async def test_a_shutdown_while_the_kernel_starts_leaves_no_process(home: Path) -> None:
    async with bench(home) as found:
        link = await found.connect()
        link.send(stream.Adopt(room=ROOM, spec="", cwd=str(home)))
        queued = link.execute("a", "1")
        await link.until(lambda: found.record.state.kernel.status == "starting")
        link.send(stream.Shutdown())
        assert await link.finished(queued) == "cancelled"
        assert (await found.process.wait()).status == 0
        mark = f"FUMEHOOD_RUNTIME={found.id}".encode()
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and os.access(folder / "environ", os.R_OK):
                try:
                    assert mark not in (folder / "environ").read_bytes()
                except OSError:
                    continue


async def test_a_polite_end_by_the_system_is_a_shutdown(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "1")
        kernel = found.record.state.kernel.pid
        found.process.send_signal(signal.SIGTERM)
        await link.until(lambda: found.record.state.kernel.status == "none")
        assert (await found.process.wait()).status == 0
        assert kernel is not None and identity(kernel) is None


async def test_a_full_disk_is_said_and_the_cell_goes_on(home: Path) -> None:
    async with room(home) as (found, link):
        link.ack = False
        size = sum(path.stat().st_size for path in found.spool.glob("*.spool"))
        _, hard = resource.prlimit(found.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(found.process.pid, resource.RLIMIT_FSIZE, (size + 2_000, hard))
        run = await link.run("a", "for i in range(3000): print(i, flush=True)")
        assert run.status == "ok"
        assert found.record.stream("a") == "".join(f"{i}\n" for i in range(3000)), "the daemon that listens has it all"
        assert "storage.failed" in [notice.code for notice in found.record.state.notices]
        resource.prlimit(found.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        await link.run("b", "print('after')")
        left = Record()
        for report in read_reports(found.spool):
            left.take(report)
        assert left.stream("a") == found.record.stream("a") and left.stream("b") == "after\n"


async def test_memory_stays_the_same_in_a_flood_without_a_daemon(home: Path) -> None:
    def memory(pid: int) -> int:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    async with room(home) as (found, link):
        await link.run("a", "print('x' * 1000)")
        pid = found.process.pid
        before = memory(pid)
        assert before < 60 * limits.MIB
        execution = link.execute("b", "line = 'y' * 999\nfor i in range(60_000): print(line)")
        await link.until(lambda: found.record.run("b").status == "running")
        await link.close()
        async with asyncio.timeout(50):
            while not any(  # noqa: ASYNC110  # another process writes the spool
                isinstance(report.body, ev.Finished) and report.body.execution == execution
                for report in read_reports(found.spool, found.record.last)
            ):
                await asyncio.sleep(0.3)
        assert memory(pid) - before < 30 * limits.MIB
        link = await found.connect()
        await link.finished(execution, 50)
        assert found.record.stream("b") == ("y" * 999 + "\n") * 60_000
        (output,) = found.record.run("b").outputs
        assert isinstance(output, StreamOutput) and output.dropped == 0


async def test_a_warm_runtime_says_when_its_kernel_is_ready_and_becomes_a_rooms(home: Path) -> None:
    plain = {"MY_VALUE": "mine"}
    (home / "own.py").write_text("value = 7\n")
    async with bench(home, warm="") as found:
        link = await found.connect()
        await link.warm()
        again = await found.connect()
        assert again.welcome is not None and again.welcome.ready
        pid = again.welcome.kernel_pid
        await found.adopt(again, home, env=plain)
        assert found.record.state.kernel.pid == pid, "the warm kernel was taken"
        await again.run(
            "a", "import os, sys; print(os.getcwd(), os.environ['MY_VALUE'], os.environ['PWD'], '' in sys.path)"
        )
        real = os.path.realpath(home)
        assert found.record.stream("a") == f"{real} mine {home} True\n"
        assert found.record.run("a").count == 1
        await again.run(
            "b", "import own; print(own.value, In[1][:6], len(In), sorted(k for k in globals() if k[0] != '_'))"
        )
        assert found.record.stream("b").startswith(
            "7 import 3 ['In', 'Out', 'exit', 'get_ipython', 'open', 'os', 'own'"
        )


async def test_a_warm_kernel_and_a_fresh_one_look_the_same_from_within(home: Path) -> None:
    look = (
        "import os, sys, json; drop = {'FUMEHOOD_RUNTIME'}\n"
        "print(json.dumps([os.getcwd(), sys.path, sys.argv[0], {k: v for k, v in os.environ.items() if k not in drop},"
        " [str(p) for p in _dh], get_ipython().starting_dir, get_ipython().execution_count, __name__], sort_keys=True))"
    )
    seen: list[str] = []
    for warm in (None, ""):
        async with bench(home, warm=warm) as found:
            link = await found.connect()
            if warm is not None:
                await link.warm()
            await found.adopt(link, home, env={"MY_VALUE": "mine"})
            await link.run("a", look)
            # Each has a folder of its own, which its PATH names.
            seen.append(re.sub("/rt/[0-9a-f]+/", "/rt/its-own/", found.record.stream("a")))
    assert seen[0] == seen[1] and "MY_VALUE" in seen[0]


async def test_a_room_that_needs_another_start_gets_a_fresh_kernel(home: Path) -> None:
    async with bench(home, warm="python3") as found:
        link = await found.connect()
        await link.warm()
        again = await found.connect()
        assert again.welcome is not None
        await found.adopt(again, home, env={"PYTHONPATH": str(home)})
        assert found.record.state.kernel.pid != again.welcome.kernel_pid
        assert again.welcome.kernel_pid is not None and identity(again.welcome.kernel_pid) is None
        await again.run("a", f"import sys; print({str(home)!r} in sys.path)")
        assert found.record.stream("a") == "True\n"


async def test_a_room_that_comes_while_the_kernel_warms_up_waits_for_it(home: Path) -> None:
    async with bench(home, warm="") as found:
        link = await found.connect()
        assert link.welcome is not None and not link.welcome.ready
        await found.adopt(link, home)
        assert (await link.run("a", "1")).count == 1
        assert len([e for e in found.record.of(ev.KernelChanged) if e.status == "idle"]) >= 1


async def test_a_warm_runtime_whose_kernel_cannot_start_ends(home: Path) -> None:
    async with bench(home, warm="no-such-kernel") as found:
        async with asyncio.timeout(20):
            assert (await found.process.wait()).status == 0


async def test_an_execution_id_is_known_even_when_the_answer_was_lost(home: Path) -> None:
    async with room(home) as (found, link):
        execution = new_execution_id()
        link.execute("a", "print('ran')", execution=execution)
        await link.close()
        link = await found.connect()
        link.execute("a", "print('ran')", execution=execution)
        assert await link.finished(execution) == "ok"
        await link.run("b", "1")
        assert found.record.stream("a") == "ran\n"
        assert len([event for event in found.record.of(ev.Queued) if event.execution == execution]) == 1
