from __future__ import annotations

from pathlib import Path

import pytest

from fumehood.core.errors import ProcessStartFailed
from fumehood.sandbox.tools import find_tool


def program(folder: Path, name: str = "tool", mode: int = 0o755) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


def test_the_first_on_path_is_the_one(tmp_path: Path) -> None:
    first, second = program(tmp_path / "a"), program(tmp_path / "b")
    assert find_tool("tool", {"PATH": f"{tmp_path}/a:{tmp_path}/b"}) == first
    assert find_tool("tool", {"PATH": f"{tmp_path}/none:{tmp_path}/b"}) == second
    assert find_tool(str(second), {"PATH": ""}) == second


@pytest.mark.parametrize("entry", ["", ".", "a", "./a", "../x/a", "~/a"])
def test_an_entry_that_means_the_working_directory_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    work = tmp_path / "x"
    for decoy in (work, work / "a", tmp_path / "a", work / "~" / "a"):
        program(decoy)
    good = program(tmp_path / "good")
    monkeypatch.chdir(work)
    assert find_tool("tool", {"PATH": f"{entry}:{good.parent}"}) == good


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o702])
def test_an_entry_that_everybody_can_write_is_passed_over(tmp_path: Path, mode: int) -> None:
    decoy, good = program(tmp_path / "shared"), program(tmp_path / "good")
    decoy.parent.chmod(mode)
    assert find_tool("tool", {"PATH": f"{decoy.parent}:{good.parent}"}) == good


@pytest.mark.parametrize("mode", [0o644, 0o757, 0o000])
def test_a_file_that_is_no_program_or_everybodys_is_passed_over(tmp_path: Path, mode: int) -> None:
    decoy, good = program(tmp_path / "a", mode=mode), program(tmp_path / "b")
    assert find_tool("tool", {"PATH": f"{tmp_path}/a:{tmp_path}/b"}) == good
    with pytest.raises(ProcessStartFailed):
        find_tool(str(decoy), {})


def test_a_folder_of_that_name_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "a" / "tool").mkdir(parents=True)
    with pytest.raises(ProcessStartFailed, match="not on PATH"):
        find_tool("tool", {"PATH": str(tmp_path / "a")})


def test_without_a_path_the_systems_folders_are_looked_through() -> None:
    assert find_tool("sh", {}).name == "sh"


@pytest.mark.parametrize("name", ["", "a\0b", "./sh", "bin/sh", "../sh"])
def test_a_name_without_one_meaning_is_refused(name: str) -> None:
    with pytest.raises(ProcessStartFailed):
        find_tool(name)
