"""`hood policy`: what outputs may reach, whose word that is, and what is wrong with a policy file."""

from __future__ import annotations

import json
from pathlib import Path

from fumehood.testing.homes import processes_of
from fumehood.testing.notebooks import cell, write_notebook
from tests.cli.conftest import Hood


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(mode=0o700, exist_ok=True, parents=True)
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_the_policy_is_shown_with_whose_word_it_is_and_starts_nothing(hood: Hood, fumehood_home: Path) -> None:
    write(fumehood_home / "machine" / "policy.toml", "[outputs.own]\nscripts = ['*.corp.example']\n")
    shown = json.loads(hood("policy", "show", "--json").stdout)
    assert shown["own"]["levers"]["scripts"] == ["*.corp.example"]
    assert shown["own"]["sources"] == {"scripts": "machine"}
    assert "*.corp.example" in hood("policy", "show").stdout
    assert processes_of(fumehood_home) == []


def test_of_a_notebook_its_own_narrowing_is_shown(hood: Hood, tmp_path: Path) -> None:
    file = write_notebook(tmp_path / "a.ipynb", cell("1"))
    content = json.loads(file.read_text())
    content["metadata"]["fumehood"] = {"policy": {"styles": "none"}}
    file.write_text(json.dumps(content))
    shown = json.loads(hood("policy", "show", str(file), "--json").stdout)
    assert shown["own"]["sources"] == {"styles": "notebook"}
    assert "styles" not in shown["own"]["levers"]


def test_a_broken_policy_is_shown_as_broken(hood: Hood, fumehood_home: Path) -> None:
    write(fumehood_home / "config" / "policy.toml", "[outputs.own]\nscript = 'none'\n")
    done = hood("policy", "show")
    assert done.returncode == 2
    assert "policy.toml:2: 'script' is no lever." in done.stderr and "Did you mean 'scripts'?" in done.stderr


def test_a_file_is_checked_line_by_line(hood: Hood, tmp_path: Path) -> None:
    good = write(tmp_path / "good.toml", "[outputs.stranger]\nscripts = 'none'\n")
    assert hood("policy", "check", str(good)).returncode == 0
    bad = write(tmp_path / "bad.toml", "[outputs.own]\n\nfonts = 'all'\n")
    done = hood("policy", "check", str(bad), "--json")
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert (found["usable"], [one["line"] for one in found["problems"]]) == (False, [3])
    assert hood("policy", "check", str(tmp_path / "none.toml")).returncode == 3
