"""Running cells through a real daemon, runtime and kernel."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import fumehood.client
from fumehood.client import Client, Question
from fumehood.client.room import Room
from fumehood.core.errors import CellFailed, Internal, RunCancelled, StaleSource, TimedOut
from fumehood.core.ids import source_hash
from fumehood.protocol import events as ev
from fumehood.protocol.methods import CellRef, ExecuteParams

Make = Callable[..., Path]


async def test_a_cell_runs_and_gives_its_value(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("print('out')\n1 + 1")) as notebook:
        result = await notebook.execute("c0")
        assert (result.status, result.value, result.stdout, result.count) == ("ok", "2", "out\n", 1)
        assert result.text == "out\n2\n"
        assert result.raise_for_error() is result
        assert result.duration is not None and result.duration >= 0
        assert [one["output_type"] for one in result.outputs] == ["stream", "execute_result"]
        assert (await notebook.execute("c0")).count == 2
        await notebook.close()


async def test_an_edited_cell_runs_as_it_was_edited(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("1")) as notebook:
        notebook.edit("c0", "6 * 7")
        assert (await notebook.execute("c0")).value == "42"
        made = notebook.append("'new'")
        assert (await notebook.execute(made.cell)).value == "'new'"
        await notebook.close()


async def test_an_error_is_a_result_until_it_is_raised(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("raise ValueError('no')")) as notebook:
        result = await notebook.execute("c0")
        assert result.status == "error"
        assert result.error is not None
        assert (result.error.name, result.error.value) == ("ValueError", "no")
        assert "ValueError" in "".join(result.error.traceback)
        with pytest.raises(CellFailed, match="ValueError: no"):
            result.raise_for_error()
        await notebook.close()


async def test_an_error_cancels_what_waits_unless_told_otherwise(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("1/0", "2", "3")) as notebook:
        stopped = [await run for run in notebook.execute_all()]
        assert [one.status for one in stopped] == ["error", "cancelled", "cancelled"]
        with pytest.raises(RunCancelled):
            stopped[1].raise_for_error()
        through = [await run for run in notebook.execute_all(stop_on_error=False)]
        assert [one.status for one in through] == ["error", "ok", "ok"]
        mixed = [await run for run in notebook.execute_each([("c0", False), ("c1", True), ("c0", True), ("c2", True)])]
        assert [one.status for one in mixed] == ["error", "ok", "error", "cancelled"]
        await notebook.close()


async def test_what_happens_comes_while_it_happens(client: Client, make_notebook: Make) -> None:
    code = "print('one', flush=True)\ninput_line = input('go? ')\nprint('two', input_line)"
    async with client.open(make_notebook(code)) as notebook:
        run = notebook.execute("c0")
        seen: list[str] = []
        async for event in run:
            seen.append(type(event).__name__)
            if isinstance(event, ev.InputRequested):
                assert not run.done
                assert run.status == "running"
                text = "".join(getattr(one, "text", "") for one in run.outputs)
                assert text == "one\n"
                await notebook.answer(event.request, "yes")
        assert seen[0] in ("Queued", "Started") and seen[-1] == "Finished"
        result = await run
        assert "two yes\n" in result.stdout
        await notebook.close()


async def test_a_handler_answers_questions_and_a_password_is_marked(client: Client, make_notebook: Make) -> None:
    asked: list[Question] = []

    async def handler(question: Question) -> str:
        asked.append(question)
        return f"answer {len(asked)}"

    code = "import getpass\na = input('name: ')\nb = getpass.getpass('secret: ')\n(a, b)"
    async with client.open(make_notebook("x = 0", code)) as notebook:
        notebook.on_input(handler)
        result = await notebook.execute("c1")
        assert result.value == "('answer 1', 'answer 2')"
        assert [(one.cell, one.number, one.prompt, one.password) for one in asked] == [
            ("c1", 2, "name: ", False),
            ("c1", 2, "secret: ", True),
        ]
        await notebook.close()


async def test_a_question_that_another_client_answers_is_taken_back(client: Client, make_notebook: Make) -> None:
    taken_back = asyncio.Event()
    asked = asyncio.Event()

    async def handler(question: Question) -> str:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            taken_back.set()
        return "never"

    path = make_notebook("input('?')")
    async with client.open(path) as notebook, fumehood.client.connect("other") as other, other.open(path) as theirs:
        notebook.on_input(handler)
        run = notebook.execute("c0")
        await asked.wait()
        state = await theirs.until(lambda state: bool(state.inputs), timeout=30)
        await theirs.answer(next(iter(state.inputs)), "theirs")
        assert (await run).value == "'theirs'"
        async with asyncio.timeout(10):
            await taken_back.wait()
        await notebook.close()


async def test_interrupt_ends_what_runs_and_cancels_what_waits(client: Client, make_notebook: Make) -> None:
    path = make_notebook("print('in', flush=True)\nimport time\ntime.sleep(100)", "2")
    async with client.open(path) as notebook:
        runs = notebook.execute_all()
        async for event in runs[0]:
            if isinstance(event, (ev.OutputAdded, ev.StreamPatched)):
                break
        await notebook.interrupt()
        results = [await run for run in runs]
        assert results[0].error is not None and results[0].error.name == "KeyboardInterrupt"
        assert results[1].status == "cancelled"
        await notebook.close()


async def test_a_result_is_not_waited_for_longer_than_asked(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("import time; time.sleep(100)")) as notebook:
        run = notebook.execute("c0")
        with pytest.raises(TimedOut):
            await run.result(timeout=0.2)
        assert not run.done
        await notebook.interrupt()
        assert (await run).status in ("error", "cancelled"), "it depends on whether the kernel was up by then"
        await notebook.close()


async def test_an_interrupt_while_the_kernel_starts_is_not_lost(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("import time; time.sleep(100)")) as notebook:
        run = notebook.execute("c0")
        await notebook.until(lambda state: state.kernel.status == "starting")
        await notebook.interrupt()
        ended = (await run.result(timeout=30)).status
        assert ended in ("cancelled", "error"), "it depends on whether the kernel was up by then"
        await notebook.close()


async def read_by_somebody(fifo: Path) -> int:
    """A descriptor of its writing end, once there is a reader."""
    async with asyncio.timeout(30):
        while True:
            try:
                return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                await asyncio.sleep(0.01)


async def test_a_cell_that_waits_for_its_kernel_is_cancelled_and_the_kernel_comes_up_all_the_same(
    fumehood_home: Path, make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's start is held still while the interrupt is asked for and answered."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    code = f"open({str(gate)!r}).read(); import runpy; runpy.run_module('ipykernel_launcher', run_name='__main__')"
    held = {"argv": [sys.executable, "-c", code, "-f", "{connection_file}"], "display_name": "h", "language": "python"}
    (tmp_path / "jupyter" / "kernels" / "held").mkdir(parents=True)
    (tmp_path / "jupyter" / "kernels" / "held" / "kernel.json").write_text(json.dumps(held))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    metadata = {"kernelspec": {"name": "held", "display_name": "h", "language": "python"}}
    path = make_notebook("import time; time.sleep(100)", "6 * 7", metadata=metadata)
    async with fumehood.client.connect("test") as client, client.open(path) as notebook:
        run = notebook.execute("c0")
        with os.fdopen(await read_by_somebody(gate), "wb"):
            # The kernel's process reads, and goes on reading: it is there and is not up.
            await notebook.interrupt()
            result = await run.result(timeout=30)
            assert notebook.state.kernel.status == "starting"
        assert (result.status, result.outputs) == ("cancelled", [])
        assert notebook.state.cells["c0"].started is None
        assert (await notebook.execute("c1")).value == "42", "what came later was not interrupted"
        await notebook.close()


async def test_a_stale_source_does_not_run(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("1")) as notebook:
        ref = CellRef(cell="c0", source_hash=source_hash("something else"), execution="0" * 32)
        with pytest.raises(StaleSource):
            await client.call("cell.execute", ExecuteParams(room=notebook.id, cells=(ref,)))
        assert notebook.state.queue == {}


async def test_a_cell_may_be_queued_twice_and_each_run_has_its_own_result(client: Client, make_notebook: Make) -> None:
    path = make_notebook("n = globals().get('n', 0) + 1\nprint('run', n)\nn")
    async with client.open(path) as notebook:
        first, second = notebook.execute("c0"), notebook.execute("c0")
        results = [await second, await first]
        assert [(result.status, result.text) for result in results] == [("ok", "run 2\n2\n"), ("ok", "run 1\n1\n")]
        await notebook.close()


async def test_a_cell_that_is_queued_again_while_it_runs_still_gives_its_first_run_all_that_it_says(
    client: Client, make_notebook: Make, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    path = make_notebook(
        f"import os, time\nwhile not os.path.exists({str(go)!r}):\n    time.sleep(0.01)\nprint('said')"
    )
    async with client.open(path) as notebook:
        first = notebook.execute("c0")
        await notebook.until(lambda state: "c0" in state.cells and state.cells["c0"].status == "running")
        second = notebook.execute("c0")
        await notebook.until(lambda state: second.execution in state.queue)
        go.touch()
        assert [(await run).text for run in (first, second)] == ["said\n", "said\n"]
        await notebook.close()


async def test_large_outputs_and_images_are_whole(client: Client, make_notebook: Make) -> None:
    code = (
        "from IPython.display import display, Image\n"
        "display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(300_000), format='png'))\n"
        "print('x' * 500_000)\n"
        "'y' * 100_000"
    )
    async with client.open(make_notebook(code)) as notebook:
        result = (await notebook.execute("c0")).raise_for_error()
        assert result.stdout == "x" * 500_000 + "\n"
        assert result.value == repr("y" * 100_000)
        image = next(one for one in result.outputs if one["output_type"] == "display_data")
        assert base64.b64decode(image["data"]["image/png"]) == b"\x89PNG\r\n\x1a\n" + bytes(300_000)
        assert await notebook.outputs("c0") == result.outputs
        await notebook.close()


async def test_a_flood_reaches_the_result_to_the_byte(client: Client, make_notebook: Make) -> None:
    code = "for i in range(60_000): print('line', i)"
    async with client.open(make_notebook(code)) as notebook:
        result = (await notebook.execute("c0")).raise_for_error()
        assert result.stdout == "".join(f"line {i}\n" for i in range(60_000))
        await notebook.close()


async def test_the_kernel_completes_inspects_and_remembers(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("alphabet = 'abc'")) as notebook:
        await notebook.start()
        (await notebook.execute("c0")).raise_for_error()
        completed = await notebook.complete("alphab")
        assert "alphabet" in completed.matches
        assert (completed.start, completed.end) == (0, 6)
        inspected = await notebook.inspect("alphabet")
        assert inspected.found and "abc" in str(inspected.data["text/plain"])
        assert any("alphabet" in source for _, _, source in await notebook.history())
        await notebook.close()


async def test_a_restarted_kernel_has_forgotten_and_runs(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("kept = 1", "'kept' in globals()")) as notebook:
        [await run for run in notebook.execute_all()]
        before = notebook.kernel.pid
        await notebook.restart()
        assert notebook.kernel.status == "idle"
        assert (await notebook.execute("c1")).value == "False"
        assert notebook.kernel.pid != before
        await notebook.shutdown()
        await notebook.until(lambda state: state.kernel.status == "none", timeout=10)
        await notebook.close()


async def test_a_kernel_that_dies_loses_its_run(client: Client, make_notebook: Make) -> None:
    async with client.open(
        make_notebook("print('here', flush=True)\nimport os, time; time.sleep(0.5); os._exit(7)")
    ) as notebook:
        result = await notebook.execute("c0")
        assert result.status == "lost"
        assert result.stdout == "here\n"
        await notebook.until(lambda state: state.kernel.status == "dead", timeout=30)
        await notebook.close()


async def test_clearing_removes_outputs(client: Client, make_notebook: Make) -> None:
    async with client.open(make_notebook("1", "2")) as notebook:
        [await run for run in notebook.execute_all()]
        await notebook.clear("c0")
        assert await notebook.outputs("c0") == []
        assert await notebook.outputs("c1") != []
        await notebook.close()


async def test_the_program_environment_is_the_kernels(client: Client, make_notebook: Make) -> None:
    path = make_notebook("import os; os.environ.get('OF_THE_TEST')")
    async with client.open(path, env={"OF_THE_TEST": "yes", "PATH": "/usr/bin"}) as notebook:
        assert (await notebook.execute("c0")).value == "'yes'"
        await notebook.close()


async def test_a_defect_of_the_client_is_an_error_and_not_a_wait_without_end(
    shared_home: Path, make_notebook: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Room, news: object) -> None:
        raise ZeroDivisionError("private words")

    async with fumehood.client.connect("broken") as broken_client:
        notebook = await broken_client.open(make_notebook("1"))
        monkeypatch.setattr(Room, "happened", broken)
        with pytest.raises(Internal) as raised:
            await notebook.execute("c0").result(timeout=30)
        assert isinstance(raised.value.__cause__, ZeroDivisionError)
        assert "private words" not in str(raised.value)
        with pytest.raises(Internal):
            await broken_client.status()
