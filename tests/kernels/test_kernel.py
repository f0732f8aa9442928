from __future__ import annotations

import asyncio
import os
import resource
import signal
import stat
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from fumehood.core import limits
from fumehood.core.errors import KernelDied, KernelStartFailed, PlaceUnsafe
from fumehood.core.identity import ancestors
from fumehood.kernels.kernel import Kernel
from fumehood.kernels.specs import KernelSpec, default_spec
from fumehood.kernels.wire import KernelMessage
from tests.kernels.conftest import Start
from tests.kernels.listening import Listener, ask, reply_of, run, text_of


def fake(name: str, *argv: str, **more: object) -> KernelSpec:
    spec = {"name": name, "display_name": name, "language": "none", "argv": argv, "folder": Path("/")}
    return KernelSpec(**{**spec, **more})  # type: ignore[arg-type]


async def test_a_started_kernel_runs_code_in_its_folder_with_its_environment(start: Start, place: Path) -> None:
    (place / "here").mkdir()
    kernel, listener = await start(cwd=place / "here", env={"COLOUR": "blue"})
    said = await run(kernel, listener, "import os; print(os.getcwd(), os.environ['COLOUR'], os.environ['PWD']); 1+1")
    assert text_of(said) == f"{place}/here blue {place}/here\n"
    assert [m.content["data"]["text/plain"] for m in said if m.msg_type == "execute_result"] == ["2"]
    assert reply_of(said)["execution_count"] == 1
    assert kernel.info["language_info"]["name"] == "python"
    assert kernel.faults.total() == 0


async def test_the_first_output_of_a_kernel_is_heard_and_our_own_questions_are_not(start: Start) -> None:
    kernel, listener = await start()
    said = await run(kernel, listener, "print('first')")
    assert text_of(said) == "first\n"
    others = {m.msg_type for m in listener.messages if m.parent_id == ""}
    assert others <= {"status", "stream"}, "a welcome is nobody's news"
    assert {m.parent_id for m in listener.messages} - {""} == {said[0].parent_id}


async def test_three_kernels_start_at_once_beside_a_busy_one(start: Start) -> None:
    busy, _ = await start()
    ask(busy, "while True: pass")
    started = await asyncio.gather(start(), start(), start())
    for number, (kernel, listener) in enumerate(started):
        assert text_of(await run(kernel, listener, f"print({number})")) == f"{number}\n"


async def test_its_sockets_and_its_key_are_for_this_user_alone(start: Start, place: Path) -> None:
    await start()
    folder = place / "1"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "kernel.json").stat().st_mode) == 0o600
    assert sorted(p.name for p in folder.iterdir()) == ["guard", "k-1", "k-2", "k-3", "k-4", "k-5", "kernel.json"]


async def test_a_folder_that_others_can_enter_is_refused(place: Path) -> None:
    (place / "open").mkdir(mode=0o755)
    (place / "open").chmod(0o755)
    with pytest.raises(PlaceUnsafe):
        await Kernel.start(default_spec(), place / "open", place, dict(os.environ), print)


async def test_input_and_getpass_are_asked_for_and_answered(start: Start) -> None:
    kernel, listener = await start()
    msg_id = ask(kernel, "from getpass import getpass\nprint(input('name? '), getpass('word? '))")
    for number, (answer, password) in enumerate((("Ada", False), ("s3cret", True))):
        await listener.until(partial(has_asked, listener, number + 1))
        request = asked(listener)[number]
        assert request.content["password"] is password
        assert request.parent_id == msg_id
        kernel.send("stdin", "input_reply", {"value": answer, "status": "ok"}, parent=request)
    await listener.until(lambda: listener.done(msg_id))
    assert listener.text(msg_id) == "Ada s3cret\n"


def has_asked(listener: Listener, times: int) -> bool:
    return len(asked(listener)) == times


def asked(listener: Listener) -> list[KernelMessage]:
    return [m for m in listener.messages if m.msg_type == "input_request"]


@pytest.mark.parametrize("code", ["while True: pass", "time.sleep(3600)"])
async def test_an_interrupt_ends_what_runs_and_nothing_else(start: Start, code: str) -> None:
    kernel, listener = await start()
    # Python may lose an interrupt that comes within an import's own callbacks.
    msg_id = ask(kernel, f"import time; print('begun', flush=True)\n{code}")
    await listener.until(lambda: "begun" in listener.text(msg_id))
    await kernel.interrupt()
    await listener.until(lambda: listener.done(msg_id))
    assert reply_of(listener.of(msg_id))["ename"] == "KeyboardInterrupt"
    assert text_of(await run(kernel, listener, "print('lives')")) == "lives\n"


async def test_a_kernel_that_wants_a_message_is_interrupted_by_one(start: Start) -> None:
    kernel, listener = await start(msgspec.structs.replace(default_spec(), interrupt_mode="message"))
    msg_id = ask(kernel, "print('begun', flush=True)\nwhile True: pass")
    await listener.until(lambda: "begun" in listener.text(msg_id))
    await kernel.interrupt()
    await listener.until(lambda: listener.done(msg_id))
    replies = [m.msg_type for m in listener.messages if m.channel == "control"]
    assert replies == ["interrupt_reply"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import os; os._exit(3)", "ended with exit status 3"),
        ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by SIGKILL"),
    ],
)
async def test_a_kernel_that_dies_says_how(start: Start, code: str, sentence: str) -> None:
    kernel, listener = await start()
    await run(kernel, listener, "print('first words')")
    ask(kernel, code)
    ended = await kernel.wait()
    assert ended.describe().startswith(sentence)
    assert kernel.exit == ended
    with pytest.raises(KernelDied):
        ask(kernel, "1")


async def test_all_that_a_dying_kernel_still_wrote_is_handed_over_before_its_end_is(
    start: Start, hostile: KernelSpec
) -> None:
    kernel, listener = await start(hostile)
    msg_id = ask(kernel, "flood 20000\nwrite_all\nexit 3")
    assert (await kernel.wait()).status == 3
    assert listener.text(msg_id) == "".join(f"{i}\n" for i in range(20000))


async def test_the_peak_memory_of_a_dead_kernel_is_known(start: Start) -> None:
    kernel, _ = await start()
    # What is below the starter's own peak may be the starter's: other tests may have made it large.
    size = max(700_000_000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + 100_000_000)
    ask(kernel, f"data = bytearray({size}); data[::4096] = b'x' * len(data[::4096])\nimport os; os._exit(1)")
    ended = await kernel.wait()
    assert ended.peak_memory is not None
    assert size < ended.peak_memory < size + 400_000_000
    assert ended.describe().startswith("ended with exit status 1; it had used ")


async def test_what_a_crash_wrote_to_stderr_is_kept(start: Start) -> None:
    kernel, _ = await start()
    ask(kernel, "import faulthandler, ctypes, sys; faulthandler.enable(sys.__stderr__); ctypes.string_at(0)")
    await kernel.wait()
    assert "Segmentation fault" in kernel.stray


async def test_a_polite_end_is_an_end_by_itself(start: Start, place: Path) -> None:
    kernel, _ = await start()
    ended = await kernel.shutdown(30)
    assert ended.status == 0
    assert kernel.exit == ended
    assert list((place / "1").iterdir()) == [], "no socket, no key stays"
    assert await kernel.shutdown() == ended


async def test_a_kernel_that_does_not_listen_is_ended_after_its_grace(start: Start, hostile: KernelSpec) -> None:
    kernel, listener = await start(hostile)
    msg_id = ask(kernel, "ignore_signals\nprint deaf\nhang")
    await listener.until(lambda: listener.text(msg_id) == "deaf\n")
    ended = await kernel.shutdown(0.5)
    assert ended.signal == signal.SIGKILL
    assert ended.asked
    assert "memory" not in ended.describe().partition(";")[0]


async def test_children_of_a_kernel_end_with_it(start: Start) -> None:
    kernel, listener = await start()
    said = await run(kernel, listener, "import subprocess; p = subprocess.Popen(['sleep', '3600']); print(p.pid)")
    child = int(text_of(said))
    assert ancestors(child) is not None
    ask(kernel, "import os; os._exit(0)")
    await kernel.wait()
    for _ in range(100):
        if ancestors(child) is None or _is_zombie(child):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError("the child lives on")


def _is_zombie(pid: int) -> bool:
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


async def test_a_program_that_ends_at_once_is_a_failed_start_with_its_last_words(place: Path) -> None:
    spec = fake("broken", sys.executable, "-c", "import sys; sys.exit('no module named happiness')")
    with pytest.raises(KernelStartFailed) as caught:
        await Kernel.start(spec, place / "k", place, dict(os.environ), print)
    assert "ended with exit status 1" in caught.value.message
    assert "no module named happiness" in caught.value.message
    assert caught.value.data["stderr"].endswith("no module named happiness\n")
    assert list((place / "k").iterdir()) == []


async def test_a_start_that_fails_before_there_is_a_socket_does_not_wait_for_last_words(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fumehood.kernels.kernel.LAST_WORDS", 3600.0)
    with pytest.raises(KernelStartFailed):
        await Kernel.start(fake("brief", "/bin/false"), place / "k", place, dict(os.environ), print)


async def test_a_program_that_never_answers_is_ended(place: Path) -> None:
    with pytest.raises(KernelStartFailed, match=r"did not answer within 0.5 seconds"):
        await Kernel.start(
            fake("mute", "/bin/sleep", "3600"), place / "k", place, dict(os.environ), print, ready_within=0.5
        )


async def test_the_words_of_a_failed_start_are_bounded(place: Path) -> None:
    spec = fake("loud", sys.executable, "-c", "print('x' * 5_000_000); raise SystemExit(1)")
    with pytest.raises(KernelStartFailed) as caught:
        await Kernel.start(spec, place / "k", place, dict(os.environ), print)
    assert len(caught.value.message) < 600
    assert len(caught.value.data["stderr"]) <= 4_000


async def test_a_start_that_is_cancelled_leaves_no_process(place: Path) -> None:
    mark = place / "pid"
    spec = fake("slow", "/bin/sh", "-c", f"echo $$ > {mark}; exec sleep 3600")
    task = asyncio.create_task(Kernel.start(spec, place / "k", place, dict(os.environ), print))
    for _ in range(200):
        if mark.exists() and mark.read_text().strip():
            break
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ancestors(int(mark.read_text())) is None


@pytest.mark.parametrize("missing", ["folder", "program"])
async def test_what_is_not_there_cannot_be_started(place: Path, missing: str) -> None:
    spec = fake("x", "/bin/true" if missing == "folder" else "/nowhere/kernel")
    cwd = place / "gone" if missing == "folder" else place
    with pytest.raises(KernelStartFailed):
        await Kernel.start(spec, place / "k", cwd, dict(os.environ), print)


async def test_a_path_too_long_for_a_socket_is_refused_in_words(place: Path) -> None:
    with pytest.raises(KernelStartFailed, match="too long a path"):
        await Kernel.start(default_spec(), place / ("d" * 100), place, dict(os.environ), print)


async def test_files_beside_the_notebook_do_not_run_when_a_kernel_starts(start: Start, place: Path) -> None:
    folder = place / "decoys"
    folder.mkdir()
    trap = f"open({str(place / 'sprung')!r}, 'a').write(__file__ + '\\n')\n"
    names = ["ipykernel_launcher", "ipykernel", "sitecustomize", "usercustomize", "random", "fnmatch", "zmq", "runpy"]
    names += ["jupyter_config", "ipython_config", "ipython_kernel_config", "jupyter_client", "tornado", "code", "stat"]
    for name in names:
        (folder / f"{name}.py").write_text(trap)
    (folder / "IPython").mkdir()
    (folder / "IPython" / "__init__.py").write_text(trap)
    for name in ("python", "python3", "sh"):
        (folder / name).write_text(f"#!/bin/sh\necho {name} >> {place / 'sprung'}\n")
        (folder / name).chmod(0o755)
    kernel, listener = await start(cwd=folder)
    said = await run(kernel, listener, "import os; print(os.getcwd())")
    assert text_of(said) == f"{folder}\n"
    assert not (place / "sprung").exists(), (place / "sprung").read_text()


async def test_every_line_of_a_flushed_flood_arrives_once(start: Start) -> None:
    kernel, listener = await start()
    code = "import sys\nfor i in range(20000):\n    sys.stdout.write(f'{i}\\n'); sys.stdout.flush()"
    said = await run(kernel, listener, code)
    assert text_of(said) == "".join(f"{i}\n" for i in range(20000))


@pytest.mark.parametrize(
    ("flood", "most"),
    [("flood 30000", limits.KERNEL_TURN_MESSAGES), ("flood_of_walls 1000", 6)],
    ids=["lines", "walls"],
)
async def test_a_flooding_kernel_leaves_the_rest_of_the_process_its_turns(
    start: Start, hostile: KernelSpec, flood: str, most: int
) -> None:
    kernel, listener = await start(hostile)
    turns: list[int] = []
    over = False

    async def other_work() -> None:
        while not over:
            turns.append(len(listener.messages))
            await asyncio.sleep(0)

    worker = asyncio.create_task(other_work())
    said = await run(kernel, listener, flood)
    over = True
    await worker
    assert len(said) == int(flood.split()[1]) + 3
    steps = [after - before for before, after in pairwise(turns)]
    # Lines end a turn by their number, walls of text by their size: what cannot leave as fast would pile up.
    assert max(steps) <= 2 * most, "at most one portion of each channel between two turns of the others"
