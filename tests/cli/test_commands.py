"""ps, kernels, interrupt, restart, kill, daemon, convert, completion: as processes, against a real daemon."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fumehood.cli.connecting import match
from fumehood.cli.main import main
from fumehood.client import blocking
from fumehood.protocol.methods import RoomSummary
from fumehood.testing.homes import processes_of
from fumehood.testing.notebooks import cell, write_notebook
from tests.cli.conftest import Hood

Make = Callable[..., Path]


def test_the_daemon_starts_says_what_it_is_and_ends(hood: Hood, fumehood_home: Path) -> None:
    assert hood("daemon", "status").returncode == 6
    assert json.loads(hood("daemon", "status", "--json").stdout) == {"running": False}
    assert processes_of(fumehood_home) == [], "asking starts nothing"
    assert hood("ps").stderr == "No notebook is open.\n"
    assert processes_of(fumehood_home) == []
    started = json.loads(hood("daemon", "start", "--json").stdout)
    assert started["running"] is True and started["pid"] in processes_of(fumehood_home)
    assert json.loads(hood("daemon", "start", "--json").stdout)["pid"] == started["pid"]
    status = json.loads(hood("daemon", "status", "--json").stdout)
    assert status["control_socket"] == str(fumehood_home / "run" / "control.sock")
    assert status["agent_socket"] == str(fumehood_home / "run" / "agent.sock")
    assert status["rooms"] == []
    shown = hood("daemon", "status").stdout
    assert f"{started['pid']}" in shown and "control socket" in shown
    logs = hood("daemon", "logs")
    assert logs.returncode == 0 and "daemon.ready" in logs.stdout
    assert hood("daemon", "stop").stderr == "The daemon has ended.\n"
    assert started["pid"] not in processes_of(fumehood_home)
    assert hood("daemon", "stop").stderr == "The daemon does not run.\n"


def test_a_log_is_shown_not_obeyed(hood: Hood, fumehood_home: Path) -> None:
    assert hood("daemon", "logs").returncode == 3
    (fumehood_home / "state").mkdir()
    (fumehood_home / "state" / "daemon.log").write_bytes(b"one\n\x1b]0;title\x07 two \xff\n")
    assert hood("daemon", "logs").stdout == "one\n\\x1b]0;title\\x07 two \ufffd\n"
    assert hood("daemon", "logs", "-n", "1").stdout == "\\x1b]0;title\\x07 two \ufffd\n"


def test_open_notebooks_are_listed_restarted_and_ended(hood: Hood, shared_home: Path, make_notebook: Make) -> None:
    path = make_notebook("kept = 1", name="evil\x1b]0;t\x07.ipynb")
    with blocking.connect() as client, client.open(path) as notebook:
        notebook.execute("c0")
        before = notebook.kernel.pid
        listed = json.loads(hood("ps", "--json").stdout)
        assert [(one["path"], one["kernel"], one["kernel_pid"]) for one in listed] == [(str(path), "idle", before)]
        table = hood("ps").stdout
        assert "evil\\x1b]0;t\\x07.ipynb" in table and "\x1b" not in table
        assert re.match(r"NOTEBOOK +KERNEL +RUNNING +WAITING +CLIENTS +SPEC +PID\n", table)
        restarted = json.loads(hood("restart", str(path), "--json").stdout)
        assert restarted["kernel"] == "idle" and restarted["pid"] not in (before, None)
    by_id = hood("interrupt", listed[0]["room"][:8])
    assert by_id.returncode == 0
    ended = hood("kill", str(path))
    assert (ended.returncode, "is closed" in ended.stderr) == (0, True)
    assert hood("ps", "--json").stdout == "[]\n"
    assert hood("kill", str(path)).returncode == 3
    assert hood("kill").returncode == 2
    assert hood("kill", "--all", "--json").stdout == "[]\n"


def test_a_room_is_found_by_its_file_or_the_first_digits_of_its_id(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.touch()
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    rooms = [
        RoomSummary(room="ab" * 16, path=str(path), kernel="idle"),
        RoomSummary(room="cd" * 16, path="/x", kernel="none"),
    ]
    assert match(rooms, str(path)) is rooms[0]
    assert match(rooms, str(link)) is rooms[0]
    assert match(rooms, "cdcdcdcd") is rooms[1]
    assert match(rooms, "cd") is None
    assert match(rooms, str(tmp_path / "b.ipynb")) is None


def test_kernels_are_listed_and_an_unsafe_one_says_why(hood: Hood, shared_home: Path, tmp_path: Path) -> None:
    found = json.loads(hood("kernels", "--json").stdout)
    assert found["default"] in {spec["name"] for spec in found["specs"] if spec["usable"]}
    table = hood("kernels").stdout
    assert re.search(rf"^{found['default']} \(default\) +python +.* ok +/", table, re.MULTILINE)


def test_a_script_has_the_code_as_it_is_and_the_rest_as_comments(hood: Hood, tmp_path: Path) -> None:
    write_notebook(
        tmp_path / "n.ipynb",
        cell("# Title\n\ntext", type="markdown"),
        cell("x = 1\n%matplotlib inline\n!ls\nprint(x)"),
        cell("raw", type="raw"),
    )
    run = hood("convert", "n.ipynb")
    assert run.stdout == (
        "# %% [markdown]\n# # Title\n#\n# text\n\n"
        "# %%\nx = 1\n# %matplotlib inline\n# !ls\nprint(x)\n\n"
        "# %% [raw]\n# raw\n"
    )
    compile(run.stdout, "script", "exec")
    assert hood("convert", "n.ipynb", "-o", "n.py").returncode == 0
    assert (tmp_path / "n.py").read_text() == run.stdout
    again = hood("convert", "n.ipynb", "-o", "n.py")
    assert again.returncode == 4 and "--force" in again.stderr
    assert hood("convert", "n.ipynb", "-o", "n.py", "--force").returncode == 0


def test_another_language_has_its_own_comments(hood: Hood, tmp_path: Path) -> None:
    write_notebook(
        tmp_path / "n.ipynb", cell("t", type="markdown"), "%x", metadata={"language_info": {"name": "JavaScript"}}
    )
    assert hood("convert", "n.ipynb").stdout == "// %% [markdown]\n// t\n\n// %%\n%x\n"


def test_a_text_has_the_outputs(hood: Hood, tmp_path: Path) -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
        {"output_type": "display_data", "data": {"image/png": "aGk="}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": "42"}, "metadata": {}, "execution_count": 7},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": []},
    ]
    write_notebook(tmp_path / "n.ipynb", cell("x", outputs=outputs, execution_count=7))
    shown = hood("convert", "n.ipynb", "-t", "text").stdout
    assert re.match(r"── cell 1 \[7\] ─+\nx\n  a\n  b\n  \[image/png 4 B\]\n  42\n  E: v\n", shown)


def test_converting_starts_nothing(fumehood_home: Path, notebooks: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for path in sorted(notebooks.glob("*.ipynb")):
        for kind in ("script", "text"):
            status = main(["convert", str(path), "-t", kind])
            shown = capfd.readouterr()
            assert status == 0 or (status == 2 and "error[notebook.unreadable]" in shown.err), (path, shown.err)
            assert status or shown.out.startswith(("# %%", "── cell 1"))
    assert processes_of(fumehood_home) == []
    assert list(fumehood_home.iterdir()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_that_knows_the_commands(hood: Hood, shell: str, tmp_path: Path) -> None:
    script = hood("completion", shell)
    assert script.returncode == 0
    for word in ("attach", "interrupt", "allow-errors", "ipynb"):
        assert word in script.stdout, word


def test_bash_parses_the_completion_and_completes(hood: Hood, tmp_path: Path) -> None:
    script = tmp_path / "hood.bash"
    script.write_text(hood("completion", "bash").stdout)
    assert subprocess.run(["bash", "-n", script], capture_output=True, check=True).stderr == b""
    (tmp_path / "note book.ipynb").touch()
    (tmp_path / "analysis.ipynb").touch()
    (tmp_path / "other.txt").touch()

    def complete(*words: str) -> set[str]:
        code = (
            f"source {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; "
            'COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}; '
            "f=$(complete -p hood | sed -E 's/.*-F ([^ ]+).*/\\1/'); $f; printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        run = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=tmp_path, env=dict(os.environ))
        return set(run.stdout.split("\n"))

    assert {"run", "restart"} <= complete("hood", "r")
    assert "--allow-errors" in complete("hood", "run", "--all")
    assert "status" in complete("hood", "daemon", "sta")
    offered = complete("hood", "run", "ana")
    assert "analysis.ipynb" in offered and "other.txt" not in offered
