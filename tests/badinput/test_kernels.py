"""Kernels that flood, die, never answer or lie: told with code and hint; the others, and what was saved, stay."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.core import limits
from fumehood.core.errors import KernelDied, KernelSpecUnsafe, KernelStartFailed
from fumehood.protocol.state import RoomState
from fumehood.testing.homes import processes_of, temporary_home
from fumehood.testing.notebooks import printed, write_notebook
from tests.badinput.background import Background
from tests.badinput.house import Bystander, fingerprint, said
from tests.kernels import hostile_kernel


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """With kernelspecs that no good is to be had from."""
    jupyter = tmp_path_factory.mktemp("jupyter")
    kernels = jupyter / "kernels"
    kernels.mkdir()
    hostile_kernel.install(kernels)
    _spec(kernels / "silent", [sys.executable, "-c", "import time; time.sleep(1000)", "{connection_file}"])
    _spec(kernels / "brief", [sys.executable, "-c", "import sys; sys.exit('it has no licence')", "{connection_file}"])
    _spec(kernels / "missing", ["/nowhere/at/all", "{connection_file}"])
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(jupyter)
    try:
        with temporary_home() as home:
            yield home
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before


def _spec(folder: Path, argv: list[str]) -> None:
    folder.mkdir()
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": folder.name, "language": "none"}))


def lying(folder: Path, *sources: str, spec: str = "hostile") -> Path:
    kernelspec = {"name": spec, "display_name": spec, "language": "lies"}
    return write_notebook(folder / "n.ipynb", *sources, metadata={"kernelspec": kernelspec})


def told(code: str, state: RoomState) -> bool:
    return any(one.code == code and one.message and one.hint for one in state.notices)


# -- flooding


def test_a_kernel_that_prints_for_ever_is_interrupted_and_every_line_up_to_there_is_kept(
    client: blocking.Client, shared_bystander: Bystander, tmp_path: Path
) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "n = 0\nwhile True:\n    print(n)\n    n += 1", "print(n)")
    with client.open(path) as opened:
        running = Background(lambda: opened.execute("c0", timeout=60))
        opened.until(lambda state: len(state.cells.get("c0", _NOTHING).outputs) > 0, 40)
        for _ in range(5):
            shared_bystander.works()
        opened.interrupt()
        result = running.result(40)
        assert result.status == "error"
        assert result.error is not None
        assert result.error.name == "KeyboardInterrupt"
        lines = result.stdout.split("\n")
        assert lines[:-1] == [str(number) for number in range(len(lines) - 1)]
        count = int(opened.execute("c1", timeout=30).stdout)
        assert count - len(lines) in (-2, -1, 0), "not one line that was printed is missing"
        opened.save()
        assert printed(path, "c0") == result.stdout
        opened.close()


class _Nothing:
    outputs: tuple[object, ...] = ()


_NOTHING = _Nothing()


# -- dying

DEATHS = {
    "SIGKILL": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "a segmentation fault": "import ctypes; ctypes.string_at(0)",
    "os._exit": "import os; os._exit(3)",
    "abort": "import os; os.abort()",
}


@pytest.mark.parametrize("name", DEATHS)
def test_a_kernel_that_dies_leaves_what_it_printed_and_the_reason(
    client: blocking.Client, tmp_path: Path, name: str
) -> None:
    source = f"print('last words', flush=True)\nimport time; time.sleep(0.3)\n{DEATHS[name]}"
    path = write_notebook(tmp_path / "n.ipynb", "print('saved')", source, "print('never')", "print('again')")
    with client.open(path) as opened:
        assert opened.execute("c0", timeout=40).ok
        opened.save()
        first, dying, never = opened.execute_cells(["c0", "c1", "c2"], timeout=40)
        assert (first.status, dying.status, never.status) == ("ok", "lost", "cancelled")
        assert dying.stdout == "last words\n"
        opened.until(lambda state: state.kernel.status == "dead", 20)
        assert opened.kernel.reason.startswith("The kernel ")
        with pytest.raises(KernelDied) as refused:
            opened.execute("c3", timeout=20)
        said(refused.value, "kernel.died")
        opened.save()
        assert (printed(path, "c0"), printed(path, "c1")) == ("saved\n", "last words\n")
        opened.restart()
        assert opened.execute("c3", timeout=40).stdout == "again\n"
        opened.close()


# -- never answering


def test_a_kernel_that_never_answers_is_waited_for_in_its_notebook_only_and_can_be_given_up(
    client: blocking.Client, shared_home: Path, shared_bystander: Bystander, tmp_path: Path
) -> None:
    path = lying(tmp_path, "1", spec="silent")
    before = fingerprint(path)
    with client.open(path) as opened:
        running = Background(lambda: opened.execute("c0", timeout=60))
        opened.until(lambda state: bool(state.queue), 30)
        shared_bystander.works()
        assert opened.kernel.status == "starting"
        opened.shutdown(force=True)
        assert running.result(30).status in ("cancelled", "lost")
        assert not opened.kernel.pid
        assert not [pid for pid in processes_of(shared_home) if b"time.sleep(1000)" in _command(pid)]
        opened.edit("c0", "2")
        opened.save()
        assert fingerprint(path) != before
        opened.close()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.all
@pytest.mark.timeout(150)
def test_a_kernel_that_never_answers_is_ended_after_its_time_and_the_reason_is_told(
    client: blocking.Client, tmp_path: Path
) -> None:
    with client.open(lying(tmp_path, "1", spec="silent")) as opened:
        result = opened.execute("c0", timeout=limits.KERNEL_READY_SECONDS + 40)
        assert result.status in ("cancelled", "lost")
        assert told("kernel.start_failed", opened.state)
        assert "did not answer" in opened.kernel.reason
        opened.close()


def test_a_kernel_that_ends_at_once_says_why(client: blocking.Client, tmp_path: Path) -> None:
    path = lying(tmp_path, "1", spec="brief")
    before = fingerprint(path)
    with client.open(path) as opened:
        assert opened.execute("c0", timeout=40).status in ("cancelled", "lost")
        opened.until(lambda state: state.kernel.status == "dead", 20)
        assert told("kernel.start_failed", opened.state)
        assert "it has no licence" in opened.kernel.reason
        with pytest.raises(KernelStartFailed) as refused:
            opened.restart()
        said(refused.value, "kernel.start_failed")
        assert fingerprint(path) == before
        opened.close()


def test_a_kernel_whose_program_is_not_there_is_refused(client: blocking.Client, tmp_path: Path) -> None:
    path = lying(tmp_path, "1", spec="missing")
    before = fingerprint(path)
    with client.open(path) as opened:
        with pytest.raises(KernelSpecUnsafe) as refused:
            opened.execute("c0", timeout=40)
        said(refused.value, "kernelspec.unsafe")
        assert "/nowhere/at/all" in refused.value.message
        assert fingerprint(path) == before
        opened.close()


def test_a_kernel_that_ignores_interrupts_is_said_to_and_can_be_restarted(
    client: blocking.Client, tmp_path: Path
) -> None:
    # It ignores them before it says a word: what is waited for below must not come earlier.
    path = lying(tmp_path, "ignore_signals\nprint before\nhang 1000", "print after")
    with client.open(path) as opened:
        running = Background(lambda: opened.execute("c0", timeout=60))
        opened.until(lambda state: len(state.cells.get("c0", _NOTHING).outputs) > 0, 30)
        opened.interrupt()
        opened.until(lambda state: state.kernel.status == "unresponsive", limits.INTERRUPT_PATIENCE + 20)
        assert told("kernel.unresponsive", opened.state)
        opened.restart()
        assert running.result(30).stdout == "before\n"
        assert opened.execute("c1", timeout=30).stdout == "after\n"
        opened.close()


# -- lying

LIES = [
    "bad_signature",
    "unsigned",
    "wrong_parent",
    "future_parent",
    "wrong_session",
    "parent_is_a_list",
    "no_type",
    "big_header",
    "invalid_json",
    "not_an_object",
    "wrong_types",
    "deep 250",
    "deep 100000",
    "few_frames",
    "no_delimiter",
    "many_buffers",
]


def test_every_lie_is_dropped_and_told_and_what_is_true_is_kept(client: blocking.Client, tmp_path: Path) -> None:
    path = lying(tmp_path, *(f"print before\n{lie}\nprint after" for lie in LIES))
    with client.open(path) as opened:
        for number, lie in enumerate(LIES):
            result = opened.execute(f"c{number}", timeout=40)
            assert (result.status, result.stdout) == ("ok", "before\nafter\n"), lie
        assert told("kernel.misspoke", opened.state)
        opened.save()
        assert {printed(path, f"c{number}") for number in range(len(LIES))} == {"before\nafter\n"}
        opened.close()


def test_a_flood_of_lies_is_told_a_few_times_only(client: blocking.Client, tmp_path: Path) -> None:
    with client.open(lying(tmp_path, "flood_of_lies 5000\nprint after")) as opened:
        assert opened.execute("c0", timeout=40).stdout == "after\n"
        assert 0 < len([one for one in opened.state.notices if one.code == "kernel.misspoke"]) < 20
        opened.close()


@pytest.mark.parametrize("trick", ["no_reply", "no_idle"])
def test_half_an_answer_is_enough_for_the_cell_to_end(client: blocking.Client, tmp_path: Path, trick: str) -> None:
    with client.open(lying(tmp_path, f"print said\n{trick}", "print after")) as opened:
        result = opened.execute("c0", timeout=40)
        assert (result.status, result.stdout) == ("ok", "said\n")
        assert opened.execute("c1", timeout=30).stdout == "after\n"
        opened.close()


def test_a_message_of_half_a_gigabyte_is_not_read_the_cell_ends_and_the_kernel_can_be_used(
    client: blocking.Client, shared_bystander: Bystander, tmp_path: Path
) -> None:
    """libzmq resets IOPub at such a message, and the idle status that follows it may be gone with the connection."""
    with client.open(lying(tmp_path, "print before", "huge 500000000\nprint lost?", "print after")) as opened:
        assert opened.execute("c0", timeout=40).stdout == "before\n"
        running = Background(lambda: opened.execute("c1", timeout=50))
        shared_bystander.works()
        assert running.result(50).status == "ok"
        opened.until(lambda state: any("reset" in one.message for one in state.notices), 20)
        assert told("kernel.misspoke", opened.state)
        assert opened.execute("c2", timeout=30).stdout == "after\n"
        opened.close()


def test_a_kernel_whose_iopub_is_gone_for_good_still_ends_its_cells(client: blocking.Client, tmp_path: Path) -> None:
    with client.open(lying(tmp_path, "print before\nmute", "print never heard")) as opened:
        assert opened.execute("c0", timeout=40).status == "ok"
        assert opened.execute("c1", timeout=40).status == "ok"
        opened.close()
