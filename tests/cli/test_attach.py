"""`hood attach` and terminals that close: everything that was printed is there, to the byte."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.core.errors import TimedOut
from fumehood.testing.notebooks import printed
from tests.cli.conftest import HOOD, Hood
from tests.cli.terminals import Terminal, plain

Make = Callable[..., Path]


def slow(lines: int, pause: float) -> str:
    begin = "import time\nprint('begin', flush=True)\n"
    return begin + f"for i in range({lines}):\n    print('line', i, flush=True)\n    time.sleep({pause})"


def expected(lines: int) -> str:
    return "begin\n" + "".join(f"line {i}\n" for i in range(lines))


def daemon_pid(home: Path) -> int:
    return int(json.loads((home / "run" / "daemon.lock").read_text())["pid"])


def test_a_closed_terminal_leaves_the_run_to_the_daemon_and_attach_shows_all_of_it(
    hood: Hood, fumehood_home: Path, make_notebook: Make
) -> None:
    waits = "\nimport os\nwhile not os.path.exists('go'): time.sleep(0.01)\n"
    path = make_notebook(slow(30, 0.01) + waits + slow(30, 0.01), "print('second')\n6 * 7")
    with Terminal([*HOOD, "run", path.name], cwd=path.parent) as terminal:
        terminal.until("line 3")
        terminal.close()
        assert terminal.process.wait(20) == 129
    listed = json.loads(hood("ps", "--json").stdout)
    assert [(one["path"], one["kernel"], one["running"]) for one in listed] == [(str(path), "busy", "c0")]
    (path.parent / "go").touch()
    shown = hood("attach", path.name)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout == expected(30) * 2 + "second\n42\n"
    assert f"hood kill {path.name}" in shown.stderr
    assert hood("attach", path.name).stdout == shown.stdout, "it can be shown again"
    assert hood("kill", path.name).returncode == 0
    assert printed(path, "c0") == expected(30) * 2


def test_a_killed_daemon_does_not_end_the_run(hood: Hood, fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook(slow(60, 0.05), "print('second')")
    with subprocess.Popen(
        [*HOOD, "run", path],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        said = "".join(run.stdout.readline() for _ in range(5))
        before = daemon_pid(fumehood_home)
        os.kill(before, signal.SIGKILL)
        rest, errors = run.communicate(timeout=50)
    assert run.returncode == 0, errors
    assert said + rest == expected(60) + "second\n"
    assert daemon_pid(fumehood_home) != before
    assert printed(path, "c0") == expected(60)


def test_what_was_printed_while_nobody_was_there_at_all_is_shown(
    hood: Hood, fumehood_home: Path, make_notebook: Make
) -> None:
    """The terminal is killed, and the daemon too; the runtime goes on alone."""
    path = make_notebook(slow(30, 0.05))
    with subprocess.Popen([*HOOD, "run", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        run.stdout.readline()
        run.send_signal(signal.SIGKILL)
        os.kill(daemon_pid(fumehood_home), signal.SIGKILL)
    shown = hood("attach", path.name)
    assert shown.stdout == expected(30), shown.stderr
    assert json.loads(hood("ps", "--json").stdout)[0]["kernel"] == "idle"


def test_long_outputs_are_shown_whole(hood: Hood, fumehood_home: Path, make_notebook: Make) -> None:
    """Longer than what a room holds as text: the older parts are blobs."""
    code = "for i in range(40_000): print('a line of some length', i)\nprint('no end', end='')"
    path = make_notebook(code, "import sys\nprint('\\n€', 'x' * 300_000)\nprint('bad', file=sys.stderr)")
    with blocking.connect() as client, client.open(path) as notebook:
        [first, second] = notebook.execute_all()
    lines = "".join(f"a line of some length {i}\n" for i in range(40_000))
    shown = hood("attach", path.name)
    assert shown.stdout == lines + "no end" + "\n€ " + "x" * 300_000 + "\n"
    assert shown.stdout == first.stdout + second.stdout
    assert shown.stderr.startswith("bad\n")
    events = [json.loads(line) for line in hood("attach", path.name, "--json").stdout.splitlines()]
    assert "".join(one["text"] for one in events if one["event"] == "stream" and one["cell"] == "c0") == first.stdout
    assert events[-1]["event"] == "result"


def test_rewritten_lines_are_shown_as_they_ended(hood: Hood, fumehood_home: Path, make_notebook: Make) -> None:
    code = "import time\nfor i in range(5):\n    print(f'\\r{i} of 5', end='', flush=True); time.sleep(0.1)\nprint()"
    path = make_notebook(code)
    assert hood("run", path.name, "--keep").stdout == "4 of 5\n"
    assert hood("attach", path.name).stdout == "4 of 5\n"


def test_attach_does_not_wait_when_told_not_to(hood: Hood, fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("print('before', flush=True)\nimport time; time.sleep(60)")
    with blocking.connect() as client, client.open(path) as notebook:
        with pytest.raises(TimedOut):
            notebook.execute("c0", timeout=0.01)
        notebook.until(lambda state: any(one.outputs for one in state.cells.values()), timeout=30)
        shown = hood("attach", path.name, "--no-follow")
        assert shown.returncode == 0
        assert shown.stdout == "before\n"
        interrupted = hood("interrupt", path.name, "--json")
        assert json.loads(interrupted.stdout) == {"path": str(path), "interrupted": "c0", "cancelled": 0}
        notebook.idle(timeout=30)


def test_a_notebook_that_did_not_run_has_nothing_to_show(hood: Hood, fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("1")
    shown = hood("attach", path.name)
    assert (shown.returncode, shown.stdout) == (0, "")
    assert "has not run" in shown.stderr
    assert hood("attach", "missing.ipynb").returncode == 3


# -- at a terminal


def test_the_bar_is_drawn_and_taken_away_again(fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("print('one')", "import time; time.sleep(1)", "print('three')")
    with Terminal([*HOOD, "run", path.name], cwd=path.parent) as terminal:
        terminal.until(r"1/3.*cell 2 0:0\d  import time")
        assert terminal.finish() == 0
        shown = terminal.seen
    assert "━" in shown
    last = plain(shown).strip().split("\n")[-1].lstrip("\r")
    assert re.match(r"✓ 3 of 3 cells in [\d.]+ s, wrote notebook\.ipynb", last)
    assert "── cell 1 print('one')" in plain(shown)
    after = shown[shown.rindex("✓") :]
    assert "━" not in after
    assert shown.rstrip().endswith("notebook.ipynb")


def test_no_color_has_no_colours_at_a_terminal(fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("print('\\x1b[31mred\\x1b[0m')", "1/0")
    with Terminal([*HOOD, "run", path.name], cwd=path.parent, env={"NO_COLOR": "1"}) as terminal:
        assert terminal.finish() == 1
    assert not re.search(r"\x1b\[[0-9;:]*m", terminal.seen)
    assert "red" in terminal.seen


def test_colours_pass_and_hostile_sequences_do_not(fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("print('\\x1b[31mred\\x1b[0m \\x1b]52;c;aGk=\\x07 \\x1b[6n \\x1b[?1049h')")
    with Terminal([*HOOD, "run", path.name], cwd=path.parent) as terminal:
        assert terminal.finish() == 0
    assert "\x1b[31mred\x1b[0m \\x1b]52;c;aGk=\\x07 \\x1b[6n \\x1b[?1049h" in terminal.seen
    assert "\x1b]" not in terminal.seen and "\x1b[6n" not in terminal.seen and "\x1b[?1049h" not in terminal.seen


def test_ctrl_c_asks_once_then_interrupts(fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook("print('before', flush=True)\nimport time; time.sleep(60)", "print('never')")
    with Terminal([*HOOD, "run", path.name], cwd=path.parent) as terminal:
        terminal.until("before")
        terminal.interrupt()
        terminal.until("Ctrl-C again interrupts the notebook")
        assert terminal.process.poll() is None
        terminal.interrupt()
        assert terminal.finish() == 1
    assert "error[run.cancelled]" in plain(terminal.seen)
    assert printed(path, "c0") == "before\n"
    assert printed(path, "c1") == ""


def test_a_question_of_a_cell_is_framed_and_a_password_is_not_shown(fumehood_home: Path, make_notebook: Make) -> None:
    code = "import getpass\nname = input('your \\x1b]0;t\\x07name: ')\n"
    code += "secret = getpass.getpass('token: ')\nprint(name, len(secret))"
    path = make_notebook("x = 1", code)
    with Terminal([*HOOD, "run", path.name], cwd=path.parent) as terminal:
        terminal.until(r"code in cell 2 asks:\x1b?[^\n]*\r\n  your \\x1b\]0;t\\x07name: ")
        assert terminal.echoes()
        terminal.enter("Ada\n")
        terminal.until(r"code in cell 2 asks for a password:")
        terminal.until(r"  token: ")
        deadline = time.monotonic() + 10
        while terminal.echoes() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not terminal.echoes()
        terminal.enter("hunter2\n")
        assert terminal.finish() == 0
        assert "hunter2" not in terminal.seen
    assert "Ada 7" in terminal.seen


def test_ctrl_c_leaves_an_attached_notebook_alone(hood: Hood, fumehood_home: Path, make_notebook: Make) -> None:
    path = make_notebook(slow(2000, 0.05))
    with Terminal([*HOOD, "run", path.name], cwd=path.parent) as terminal:
        terminal.until("line 1")
        terminal.close()
        terminal.process.wait(20)
    with Terminal([*HOOD, "attach", path.name], cwd=path.parent) as terminal:
        terminal.until("line 5")
        terminal.interrupt()
        assert terminal.finish() == 130
    assert json.loads(hood("ps", "--json").stdout)[0]["running"] == "c0"
    assert hood("kill", "--all", "--force").returncode == 0


@pytest.mark.parametrize("width", [20, 200])
def test_a_narrow_and_a_wide_terminal_show_the_same_output(
    fumehood_home: Path, make_notebook: Make, width: int
) -> None:
    path = make_notebook("print('w' * 150)\nprint('last', end='')")
    with Terminal([*HOOD, "run", path.name], cwd=path.parent, width=width) as terminal:
        assert terminal.finish() == 0
    assert "w" * 150 + "\n" in plain(terminal.seen)
    assert "last\n" in plain(terminal.seen)
