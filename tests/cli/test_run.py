"""`hood run`: a real notebook through daemon, runtime and kernel, from a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fumehood.client import blocking
from fumehood.testing.notebooks import cell, printed, read_outputs
from tests.cli.conftest import HOOD, Hood

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def _home(shared_home: Path) -> None:
    return None


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_notebook_is_run_shown_and_written(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook(
        cell("# Title", type="markdown"),
        "print('hello')",
        "import sys; print('to stderr', file=sys.stderr); 6 * 7",
        "   ",
    )
    run = hood("run", path.name)
    assert run.returncode == 0, run.stderr
    assert run.stdout == "hello\n42\n"
    assert run.stderr.startswith("to stderr\n✓ 2 of 2 cells in ")
    assert printed(path, "c1") == "hello\n"
    assert read_outputs(path)["c2"][-1]["data"]["text/plain"] in ("42", ["42"])
    assert hood("ps", "--json").stdout == "[]\n", "the run's kernel ends with it"


def test_the_notebook_stays_as_it_is_when_the_result_goes_elsewhere(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("print('x')")
    before = path.read_bytes()
    out = path.with_name("out.ipynb")
    assert hood("run", path.name, "-o", "out.ipynb").returncode == 0
    assert path.read_bytes() == before
    assert printed(out, "c0") == "x\n"
    assert hood("run", path.name, "-o", "out.ipynb").returncode == 0, "an older result is replaced"
    assert hood("run", path.name, "-o", str(path)).returncode == 0
    assert printed(path, "c0") == "x\n", "-o with the notebook's own name is as without"


def test_parameters_are_injected_below_the_defaults(hood: Hood, make_notebook: Make, tmp_path: Path) -> None:
    path = make_notebook("import os", cell("alpha = 1\nbeta = 'b'", tags=("parameters",)), "print(alpha, beta, gamma)")
    (tmp_path / "more.json").write_text('{"gamma": [1, null], "alpha": 7}')
    run = hood("run", path.name, "-o", "out.ipynb", "-p", "alpha=0.5", "-r", "beta=1", "-f", "more.json")
    assert run.returncode == 0, run.stderr
    assert run.stdout == "0.5 1 [1, None]\n"
    cells = json.loads((tmp_path / "out.ipynb").read_text())["cells"]
    assert cells[2]["metadata"]["tags"] == ["injected-parameters"]
    assert "".join(cells[2]["source"]).startswith("# Parameters\n")
    again = hood("run", "out.ipynb", "-p", "alpha=2", "-p", "gamma=3")
    assert again.stdout == "2 b 3\n"
    assert len(json.loads((tmp_path / "out.ipynb").read_text())["cells"]) == 4, "an injected cell is replaced"


def test_an_error_stops_the_run_and_what_there_is_is_written(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("print('before')", "raise ValueError('no')", "print('after')")
    run = hood("run", path.name)
    assert run.returncode == 1
    assert run.stdout == "before\n"
    assert "ValueError: no" in run.stderr
    assert "error[run.cell_failed]: Cell 2 raised ValueError: no." in run.stderr
    assert printed(path, "c0") == "before\n"
    assert read_outputs(path)["c1"][0]["ename"] == "ValueError"
    assert read_outputs(path)["c2"] == []


def test_errors_may_be_allowed_for_all_cells_or_for_tagged_ones(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("1/0", "print('after')")
    assert hood("run", path.name, "--allow-errors").stdout == "after\n"
    tagged = make_notebook(
        cell("1/0", tags=("raises-exception",)),
        cell("print('skipped')", tags=("skip-execution",)),
        "print('after')",
        "2/0",
        name="tagged.ipynb",
    )
    run = hood("run", tagged.name)
    assert run.returncode == 1
    assert run.stdout == "after\n"
    assert "Cell 4 raised ZeroDivisionError" in run.stderr


@pytest.mark.parametrize("option", ["--timeout", "--cell-timeout"])
def test_a_time_out_interrupts_and_writes_what_there_is(hood: Hood, make_notebook: Make, option: str) -> None:
    path = make_notebook("print('before', flush=True)\nimport time\ntime.sleep(60)", "print('never')")
    run = hood("run", path.name, option, "1")
    assert run.returncode == 6
    assert "error[timeout]:" in run.stderr
    assert printed(path, "c0") == "before\n"
    assert read_outputs(path)["c0"][-1]["ename"] == "KeyboardInterrupt"
    assert hood("ps", "--json").stdout == "[]\n"


def test_events_are_json_lines_that_end_with_the_result(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("print('\\x1b]0;title\\x07')", "'é'", "1/0")
    run = hood("run", path.name, "--json")
    assert run.returncode == 1
    assert run.stdout.isascii() and "\x1b" not in run.stdout
    told = lines(run.stdout)
    assert told[0] == {"event": "start", "path": str(path), "cells": 3}
    assert {"event": "stream", "cell": "c0", "number": 1, "stream": "stdout", "text": "\x1b]0;title\x07\n"} in told
    shown = [one["output"] for one in told if one["event"] == "display"]
    assert shown[0]["data"] == {"text/plain": "'é'"}
    assert shown[1]["ename"] == "ZeroDivisionError"
    result = told[-1]
    assert result["event"] == "result"
    assert result["status"] == "error" and result["saved"] is True
    assert result["error"]["code"] == "run.cell_failed"
    assert [one["status"] for one in result["cells"]] == ["ok", "ok", "error"]


def test_hostile_output_is_shown_not_obeyed(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("print('\\x1b]52;c;aGk=\\x07\\x1b[2J\\u202e')", "raise ValueError('\\x1b]0;t\\x07')")
    run = hood("run", path.name)
    assert run.stdout == "\\x1b]52;c;aGk=\\x07\\x1b[2J\\u202e\n"
    assert "\x1b]" not in run.stderr and "\x07" not in run.stderr
    assert "\\x1b]0;t\\x07" in run.stderr


def test_input_is_read_from_standard_input(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("a = input('first? ')\nb = input('second? ')\nprint(a, b)")
    run = hood("run", path.name, stdin="one\ntwo\n")
    assert run.returncode == 0, run.stderr
    assert "one two\n" in run.stdout
    assert "? code in cell 1 asks:\n  first? " in run.stderr


def test_input_that_nobody_can_give_ends_the_run_with_a_reason(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("print('x')", "input('name? ')")
    run = hood("run", path.name)
    assert run.returncode == 2
    assert "Cell 2 asks for input, and there is none." in run.stderr
    assert printed(path, "c0") == "x\n"


def test_a_kernel_that_dies_is_said_to_have_died(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("print('x', flush=True)\nimport os, time; time.sleep(0.5); os.kill(os.getpid(), 9)", "2")
    run = hood("run", path.name)
    assert run.returncode == 6
    assert "error[kernel.died]: The kernel died in cell 1." in run.stderr
    assert printed(path, "c0") == "x\n"


def test_a_kernel_that_is_not_installed_is_named(hood: Hood, make_notebook: Make) -> None:
    run = hood("run", make_notebook("1").name, "-k", "cobol")
    assert run.returncode == 3
    assert "error[kernelspec.missing]" in run.stderr
    assert hood("run", make_notebook("print(1)").name, "-k", "python3").stdout == "1\n"


def test_a_notebook_with_a_kernel_is_not_run_over(hood: Hood, make_notebook: Make) -> None:
    path = make_notebook("kept = 1")
    assert hood("run", path.name, "--keep").returncode == 0
    refused = hood("run", path.name)
    assert refused.returncode == 4
    assert "error[kernel.in_use]" in refused.stderr
    assert hood("run", path.name, "-o", "x.ipynb").returncode == 0
    with blocking.connect() as client, client.open(path) as notebook:
        notebook.edit("c0", "print('kept' in globals())")
        notebook.save()
    assert hood("run", path.name, "--reuse").stdout == "True\n"
    assert hood("run", path.name, "--restart").stdout == "False\n"
    assert hood("ps", "--json").stdout == "[]\n"


@pytest.mark.parametrize("content", ["", "{", '{"cells": 1}', "\xff\xfe"])
def test_what_is_no_notebook_is_refused_and_left_as_it_is(hood: Hood, tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content.encode("latin-1"))
    for words in (("run", "broken.ipynb"), ("run", "broken.ipynb", "-o", "out.ipynb")):
        run = hood(*words)
        assert run.returncode == 2
        assert "error[notebook.unreadable]" in run.stderr
    assert path.read_bytes() == content.encode("latin-1")
    assert not (tmp_path / "out.ipynb").exists()


def test_a_pipe_is_no_notebook_and_is_not_waited_for(hood: Hood, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    for words in (("run", "pipe.ipynb"), ("run", "pipe.ipynb", "-o", "out.ipynb"), ("convert", "pipe.ipynb")):
        run = hood(*words)
        assert run.returncode == 2
        assert "error[file.not_regular]" in run.stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 1), (signal.SIGTERM, 1)])
def test_a_signal_interrupts_and_writes_what_there_is(make_notebook: Make, number: signal.Signals, status: int) -> None:
    path = make_notebook("print('before', flush=True)\nimport time\ntime.sleep(60)")
    with subprocess.Popen(
        [*HOOD, "run", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "before\n"
        run.send_signal(number)
        _, said = run.communicate(timeout=40)
    assert run.returncode == status
    assert "error[run.cancelled]" in said
    assert printed(path, "c0") == "before\n"


def test_a_shared_notebook_runs(hood: Hood, notebooks: Path, tmp_path: Path) -> None:
    run = hood("run", str(notebooks / "nbformat-test4.5.ipynb"), "-o", "out.ipynb", "--allow-errors")
    assert run.returncode == 0, run.stderr


def test_the_bar_and_our_colours_are_for_terminals_only(hood: Hood, make_notebook: Make) -> None:
    run = hood("run", make_notebook("print('\\x1b[31mred\\x1b[0m')", "1/0").name)
    assert "\x1b" not in run.stdout and "\x1b" not in run.stderr
    assert run.stdout == "red\n"


def test_quiet_shows_only_the_end(hood: Hood, make_notebook: Make) -> None:

    run = hood("run", make_notebook("print('x')").name, "-q")
    assert run.stdout == ""
    assert run.stderr.startswith("✓ 1 of 1 cell in ")


def test_a_run_goes_on_when_nobody_reads_what_it_shows(make_notebook: Make) -> None:
    path = make_notebook("print('first', flush=True)", "for i in range(50_000): print('more', i)", "print('last')")
    with subprocess.Popen(
        [*HOOD, "run", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        run.stdout.close()
        assert run.wait(50) == 0
    assert printed(path, "c2") == "last\n"
