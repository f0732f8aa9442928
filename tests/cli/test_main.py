"""What every command shares: help that is quick, errors with code, hint and exit status, JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fumehood import __version__
from fumehood.cli.main import report
from fumehood.cli.parser import make_parser
from fumehood.core.errors import BY_CODE
from tests.cli.conftest import Hood

COMMANDS = ("run", "attach", "ps", "interrupt", "restart", "kill", "kernels", "daemon", "convert", "completion")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['hood', '--help']\nfrom fumehood.cli.main import main\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "print('\\n'.join(sorted(sys.modules)), file=sys.stderr)"
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(run.stderr.split())
    assert run.stdout.startswith("usage: hood")
    heavy = "asyncio aiohttp pycrdt msgspec rich nbformat zmq jupyter_client shtab watchfiles sqlite3 ssl subprocess"
    assert loaded & set(heavy.split()) == set()
    ours = {name for name in loaded if name.startswith("fumehood")}
    assert ours == {
        "fumehood",
        "fumehood.cli",
        "fumehood.cli.main",
        "fumehood.cli.parser",
        "fumehood.cli.parser_datasets",
        "fumehood.cli.parts",
        "fumehood.core",
        "fumehood.core.errors",
        "fumehood.core.errors.base",
        "fumehood.core.errors.datasets",
        "fumehood.core.errors.notebooks",
    }


def test_importing_the_client_package_loads_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import fumehood.client\n"
    code += "print('\\n'.join(sorted(set(sys.modules) - before)))"
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(run.stdout.split())
    assert {name for name in loaded if name.startswith("fumehood")} == {"fumehood", "fumehood.client"}
    assert not loaded & {"asyncio", "aiohttp", "pycrdt", "msgspec"}


def test_every_command_is_in_the_help_and_has_its_own(hood: Hood) -> None:
    shown = hood("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^    {command}\b", shown, re.MULTILINE), command
        own = hood(command, "--help")
        assert own.returncode == 0
        assert own.stdout.startswith(f"usage: hood {command}")


def test_the_version_is_told(hood: Hood) -> None:
    assert hood("--version").stdout == f"hood {__version__}\n"


@pytest.mark.parametrize("words", [(), ("nonsense",), ("run",), ("run", "a.ipynb", "--timeout", "-1")])
def test_wrong_words_are_a_usage_error(hood: Hood, words: tuple[str, ...]) -> None:
    run = hood(*words)
    assert run.returncode == 2
    assert "usage: hood" in run.stderr


def test_an_error_has_its_code_a_hint_and_the_status_of_its_class(hood: Hood, fumehood_home: Path) -> None:
    run = hood("convert", "missing.ipynb")
    assert run.returncode == 3
    assert run.stdout == ""
    assert re.fullmatch(r"error\[file\.missing\]: missing\.ipynb is not there\.\n  Check the path\.\n", run.stderr)


def test_an_error_is_json_too_where_json_was_asked_for(hood: Hood, fumehood_home: Path) -> None:
    run = hood("interrupt", "missing.ipynb", "--json")
    assert run.returncode == 3
    told = json.loads(run.stdout)
    assert told["event"] == "error" and told["code"] == "room.missing" and told["hint"]


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_error_is_reported_with_its_status(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    leaf = BY_CODE[code]
    assert report(leaf("It \x1b]0;went\x07 wrong.\nTwice."), as_json=False) == leaf.exit_status
    shown = capsys.readouterr().err
    assert shown.startswith(f"error[{code}]: It \\x1b]0;went\\x07 wrong.\\nTwice.\n")
    assert "\x1b" not in shown


def test_a_defect_is_an_internal_error_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from fumehood.cli import main as program
    from fumehood.cli.commands import completion

    def broken(shell: str) -> str:
        raise ZeroDivisionError("private words")

    monkeypatch.setattr(completion, "script", broken)
    assert program.main(["completion", "bash"]) == 70
    shown = capsys.readouterr().err
    assert "error[internal]: ZeroDivisionError in `hood completion`." in shown
    assert "private words" not in shown and "Traceback" not in shown


def test_a_reader_that_has_gone_ends_the_command_quietly(tmp_path: Path) -> None:
    from tests.cli.conftest import HOOD

    path = tmp_path / "big.ipynb"
    cells = [{"cell_type": "code", "source": "x" * 1000, "metadata": {}, "outputs": []} for _ in range(2000)]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    with subprocess.Popen([*HOOD, "convert", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.read(10)
        run.stdout.close()
        assert run.wait(30) == 141
        assert run.stderr.read() == b""


def test_no_command_takes_an_option_that_the_help_does_not_explain() -> None:
    for action in make_parser()._actions:
        for name, parser in (action.choices or {}).items() if isinstance(action.choices, dict) else ():
            for option in parser._actions:
                if not isinstance(option.choices, dict):
                    assert option.help, f"{name} {option.option_strings or option.dest}"
