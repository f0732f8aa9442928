"""The queue and a real kernel: order, ends, errors, interrupts, input, restarts, deaths."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from fumehood.core.errors import KernelMisspoke
from fumehood.core.identity import identity
from fumehood.core.ids import new_execution_id
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.protocol.outputs import ErrorOutput
from tests.runtime.driver import room


async def test_an_error_cancels_what_waits_behind_it_if_it_is_to(home: Path) -> None:
    async with room(home) as (bench, link):
        ids = [link.execute("a", "1/0"), link.execute("b", "print('b')"), link.execute("c", "print('c')")]
        assert [await link.finished(each) for each in ids] == ["error", "cancelled", "cancelled"]
        error = bench.record.run("a").outputs[0]
        assert isinstance(error, ErrorOutput) and error.ename == "ZeroDivisionError"
        again = [link.execute("a", "1/0", stop_on_error=False), link.execute("b", "print('b')")]
        assert [await link.finished(each) for each in again] == ["error", "ok"]
        assert bench.record.stream("b") == "b\n"
        assert await link.finished(link.execute("a", "1/0")) == "error"
        assert (await link.run("b", "print('soon after an error')")).status == "ok", "the kernel aborts nothing"


async def test_an_execution_that_is_asked_for_twice_runs_once(home: Path) -> None:
    async with room(home) as (bench, link):
        execution = new_execution_id()
        for _ in range(3):
            link.execute("a", "print('once')", execution=execution)
        await link.finished(execution)
        link.execute("a", "print('once')", execution=execution)
        await link.run("b", "1")
        assert bench.record.stream("a") == "once\n"
        assert len(bench.record.of(ev.Queued)) == 2


async def test_cancelling_takes_out_of_the_queue_what_has_not_started(home: Path) -> None:
    async with room(home) as (bench, link):
        first = link.execute("a", "import time; time.sleep(0.5)")
        second, third = link.execute("b", "print('b')"), link.execute("c", "print('c')")
        link.send(stream.Cancel(executions=(second, "f" * 32)))
        assert [await link.finished(each) for each in (first, second, third)] == ["ok", "cancelled", "ok"]
        assert not bench.record.run("b").outputs


async def test_an_interrupt_ends_what_runs_and_cancels_what_waits(home: Path) -> None:
    async with room(home) as (bench, link):
        first, second = link.execute("a", "print('on'); import time; time.sleep(60)"), link.execute("b", "1")
        await link.until(lambda: bench.record.stream("a") == "on\n")
        link.send(stream.Interrupt())
        assert await link.finished(second) == "cancelled"
        assert await link.finished(first) == "error"
        error = bench.record.run("a").outputs[-1]
        assert isinstance(error, ErrorOutput) and error.ename == "KeyboardInterrupt"
        assert (await link.run("c", "1 + 1")).status == "ok"


async def test_an_interrupt_insists_when_the_first_one_was_swallowed(home: Path) -> None:
    async with room(home) as (bench, link):
        code = """
        import time
        def wait(name):
            try:
                print(name, flush=True); time.sleep(60)
            except KeyboardInterrupt:
                print("swallowed", name, flush=True)
        wait("one"); wait("two"); wait("three"); time.sleep(60)
        """
        execution = link.execute("a", "\n".join(line[8:] for line in code.splitlines()))
        await link.until(lambda: "one" in bench.record.stream("a"))
        link.send(stream.Interrupt())
        await link.until(lambda: "swallowed two" in bench.record.stream("a"), 10)
        link.send(stream.Interrupt())
        assert await link.finished(execution) in ("ok", "error")


async def test_a_kernel_that_does_not_listen_is_said_to_be_unresponsive_and_can_be_restarted(home: Path) -> None:
    async with room(home) as (bench, link):
        code = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf')\n"
        code += "while True: time.sleep(1)"
        execution = link.execute("a", code)
        await link.until(lambda: bench.record.stream("a") == "deaf\n")
        link.send(stream.Interrupt())
        await link.until(lambda: bench.record.state.kernel.status == "unresponsive")
        assert [notice.code for notice in bench.record.state.notices] == ["kernel.unresponsive"]
        link.send(stream.Restart())
        assert await link.finished(execution) == "lost"
        await link.until(lambda: bench.record.state.kernel.status == "idle")
        assert (await link.run("b", "1")).count == 1


async def test_a_restart_loses_what_runs_and_cancels_what_waits(home: Path) -> None:
    async with room(home) as (bench, link):
        await link.run("z", "x = 1")
        pid = bench.record.state.kernel.pid
        assert pid is not None
        first, second = link.execute("a", "print('on'); import time; time.sleep(60)"), link.execute("b", "1")
        await link.until(lambda: bench.record.stream("a") == "on\n")
        link.send(stream.Restart())
        after = link.execute("c", "'x' in globals()")
        assert [await link.finished(each) for each in (first, second, after)] == ["lost", "cancelled", "ok"]
        assert bench.record.plain("c") == ["False"] and bench.record.run("c").count == 1
        assert bench.record.state.kernel.pid not in (None, pid) and identity(pid) is None
        assert bench.record.stream("a") == "on\n", "what it printed stays"
        statuses = [event.status for event in bench.record.of(ev.KernelChanged)]
        assert "restarting" in statuses and statuses[-1] == "idle"


async def test_a_kernel_that_dies_is_told_with_its_reason_and_waits_for_a_restart(home: Path) -> None:
    async with room(home) as (bench, link):
        # The system counts a process's peak from its starter's on, and that is pytest's own here.
        code = "x = b'x' * 400_000_000; print('last words'); import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        first, second = link.execute("a", code), link.execute("b", "1")
        assert [await link.finished(each) for each in (first, second)] == ["lost", "cancelled"]
        kernel = bench.record.state.kernel
        assert kernel.status == "dead" and "SIGKILL" in kernel.reason
        assert "wrote" not in kernel.reason, "what it says at every start is no reason"
        assert kernel.peak_memory is not None and kernel.peak_memory > 400_000_000
        refused = link.execute("c", "1")
        await link.until(lambda: bool(link.refusals))
        assert (link.refusals[0].code, link.refusals[0].execution) == ("kernel.died", refused)
        link.send(stream.Restart())
        await link.until(lambda: bench.record.state.kernel.status == "idle")
        assert (await link.run("c", "1")).status == "ok"


async def test_the_last_line_of_a_kernel_that_crashes_is_in_the_reason(home: Path) -> None:
    async with room(home) as (bench, link):
        code = "import os, sys\nfd = getattr(sys.stderr, '_original_stdstream_copy', None) or 2\n"
        code += "os.write(fd, b'Fatal: a crash\\n'); os._exit(3)"
        await link.finished(link.execute("a", code))
        await link.until(lambda: bench.record.state.kernel.status == "dead")
        reason = bench.record.state.kernel.reason
        assert "exit status 3" in reason and "Fatal: a crash" in reason


async def test_exit_in_a_cell_ends_the_kernel_in_peace(home: Path) -> None:
    async with room(home) as (bench, link):
        await link.finished(link.execute("a", "exit"))
        await link.until(lambda: bench.record.state.kernel.status == "dead")
        assert "by itself" in bench.record.state.kernel.reason


async def test_input_is_asked_and_answered_once(home: Path) -> None:
    async with room(home) as (bench, link):
        execution = link.execute("a", "name = input('Who? '); print('hello', name)")
        await link.until(lambda: bool(bench.record.state.inputs))
        (asked,) = bench.record.state.inputs.values()
        assert (asked.prompt, asked.password, asked.execution) == ("Who? ", False, execution)
        link.send(stream.Answer(request=asked.request, value="you"))
        link.send(stream.Answer(request=asked.request, value="another"))
        assert await link.finished(execution) == "ok"
        assert bench.record.stream("a") == "hello you\n" and not bench.record.state.inputs
        assert [refusal.command for refusal in link.refusals] == ["input_reply"]
        assert len(bench.record.of(ev.InputClosed)) == 1
        execution = link.execute("b", "from getpass import getpass; print(len(getpass('Key: ')))")
        await link.until(lambda: bool(bench.record.state.inputs))
        (asked,) = bench.record.state.inputs.values()
        assert asked.password
        link.send(stream.Answer(request=asked.request, value="secret"))
        assert await link.finished(execution) == "ok"
        assert bench.record.stream("b") == "6\n"


async def test_an_interrupt_ends_the_wait_for_input(home: Path) -> None:
    async with room(home) as (bench, link):
        execution = link.execute("a", "input('Who? ')")
        await link.until(lambda: bool(bench.record.state.inputs))
        link.send(stream.Interrupt())
        assert await link.finished(execution) == "error"
        assert not bench.record.state.inputs and len(bench.record.of(ev.InputClosed)) == 1
        execution = link.execute("b", "print(input())")
        await link.until(lambda: bool(bench.record.state.inputs))
        (asked,) = bench.record.state.inputs.values()
        link.send(stream.Answer(request=asked.request, value="fresh"))
        assert await link.finished(execution) == "ok" and bench.record.stream("b") == "fresh\n"


async def test_questions_are_answered_when_the_kernel_is_idle_and_do_not_hold_up_the_queue(home: Path) -> None:
    async with room(home) as (_, link):
        await link.run("a", "longish_name = 1")
        reply = await link.ask("complete", {"code": "longish_", "cursor_pos": 8})
        assert reply.content["matches"] == ["longish_name"]
        reply = await link.ask("inspect", {"code": "longish_name", "cursor_pos": 5, "detail_level": 0})
        assert reply.content["found"]
        reply = await link.ask("history", {"hist_access_type": "tail", "n": 5, "output": False, "raw": True})
        assert reply.content["history"][-1][2] == "longish_name = 1"
        assert (await link.ask("execute", {})).error == "protocol.bad_message"
        first = link.execute("b", "import time; time.sleep(0.7)")
        second = link.execute("c", "print('c')")
        asked = asyncio.create_task(link.ask("complete", {"code": "longish_", "cursor_pos": 8}))
        assert [await link.finished(each) for each in (first, second)] == ["ok", "ok"]
        assert (await asked).content["matches"] == ["longish_name"]


async def test_what_asked_a_kernel_that_ends_is_told(home: Path) -> None:
    async with room(home) as (bench, link):
        execution = link.execute("a", "import time; time.sleep(60)")
        asked = asyncio.create_task(link.ask("complete", {"code": "x", "cursor_pos": 1}))
        await link.until(lambda: bench.record.run("a").status == "running")
        link.send(stream.Restart())
        assert (await asked).error == "kernel.died"
        assert await link.finished(execution) == "lost"


async def test_the_next_input_is_told(home: Path) -> None:
    async with room(home) as (bench, link):
        (home / "more.py").write_text("y = 2\n")
        await link.run("a", "%load more.py")
        await link.run("b", "get_ipython().set_next_input('z = 3')")
        found = bench.record.of(ev.NextInput)
        assert [(event.text, event.replace) for event in found] == [
            ("# %load more.py\ny = 2\n", True),
            ("z = 3", False),
        ]


async def test_what_is_paged_is_an_output(home: Path) -> None:
    async with room(home) as (bench, link):
        await link.run("a", "print?")
        assert "Prints the values to a stream" in "".join(bench.record.plain("a"))


async def test_a_kernelspec_that_is_not_there_is_said_and_another_can_be_taken(home: Path) -> None:
    from tests.runtime.driver import ROOM, bench

    async with bench(home) as found:
        link = await found.connect()
        link.send(stream.Adopt(room=ROOM, spec="no-such-kernel", cwd=str(home)))
        queued = link.execute("a", "1")
        await link.until(lambda: found.record.state.kernel.status == "dead")
        assert found.record.state.notices[-1].code == "kernelspec.missing"
        assert await link.finished(queued) == "cancelled"
        link.send(stream.Restart(spec="python3"))
        assert (await link.run("b", "1")).status == "ok"


async def test_a_folder_that_is_not_there_is_said(home: Path) -> None:
    from tests.runtime.driver import ROOM, bench

    async with bench(home) as found:
        link = await found.connect()
        link.send(stream.Adopt(room=ROOM, spec="", cwd=str(home / "gone")))
        await link.until(lambda: found.record.state.kernel.status == "dead")
        assert found.record.state.notices[-1].code == "kernel.start_failed"


async def test_the_kernel_knows_its_runtime_and_has_the_rooms_environment(home: Path) -> None:
    async with room(home) as (bench, link):
        await link.run("a", "import os; print(os.environ['FUMEHOOD_RUNTIME'], os.environ['FUMEHOOD_AGENT_SOCKET'])")
        assert bench.record.stream("a") == f"{bench.id} {bench.paths.agent_socket}\n"
        await link.run("b", "print(os.getcwd(), _dh)")
        real = os.path.realpath(home)
        assert bench.record.stream("b") == f"{real} [{real!r}]\n"


async def test_a_count_that_no_message_can_hold_does_not_keep_a_cell_from_its_end(home: Path) -> None:
    async with room(home) as (bench, link):
        await link.run("a", "get_ipython().execution_count = 10**30")
        run = await link.run("b", "1 + 1")
        assert (run.status, run.count) == ("ok", None)
        assert [one.code for one in bench.record.of(ev.Noticed)][:1] == [KernelMisspoke.code]
        assert not any("10000000" in line for line in bench.log().splitlines())
