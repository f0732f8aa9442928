from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fumehood.core import limits
from fumehood.kernels import guards, installs
from tests.kernels.conftest import Start
from tests.kernels.listening import reply_of, run

SETUP = "open({marker!r}, 'w').close()\nfrom setuptools import setup\nsetup(name='evil', version='1')\n"


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A package whose build leaves a marker beside it."""
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "setup.py").write_text(SETUP.format(marker=str(tmp_path / "marker")))
    return folder


def guarded(place: Path) -> dict[str, str]:
    return guards.around(os.environ, place)


def by_pip(evil: Path) -> list[str]:
    # --no-build-isolation: the build runs at once, and asks no index.
    return [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--dry-run", str(evil)]


def test_without_the_guard_the_build_of_a_package_runs(tmp_path: Path, evil: Path) -> None:
    environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(by_pip(evil), env=environ, capture_output=True, timeout=60, check=False)
    assert (tmp_path / "marker").exists()


def test_whichever_way_pip_is_started_it_installs_nothing_and_says_where_packages_are_added(
    tmp_path: Path, evil: Path, place: Path
) -> None:
    environ = guarded(place)
    ways = [by_pip(evil), [str(Path(sys.executable).with_name("pip")), *by_pip(evil)[3:]]]
    ways.append(["sh", "-c", f"cd /; {sys.executable} -m pip -q install {evil}"])
    for way in ways:
        done = subprocess.run(way, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1, way
        assert "hood trust review" in done.stderr and str(evil) in done.stderr
    assert not (tmp_path / "marker").exists()


def test_a_command_that_means_to_passes_the_guard(tmp_path: Path, evil: Path, place: Path) -> None:
    """Only a sandbox stops it: the threat model says so."""
    subprocess.run(
        ["env", "-u", "PIP_PYTHON", "-u", "PIP_REQUIRE_HASHES", *by_pip(evil)],
        env=guarded(place),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (tmp_path / "marker").exists()


def test_pip_still_shows_what_is_there_and_takes_what_is_there_for_installed(place: Path) -> None:
    environ = guarded(place)

    def pip(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pip", *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)

    assert "Name: msgspec" in pip("show", "msgspec").stdout
    assert pip("install", "-q", "msgspec").returncode == 0
    assert pip("install", "-q", "msgspec", "no-such-package-here").returncode == 1
    assert pip("install", "--upgrade", "msgspec").returncode == 1


def test_the_other_tools_are_found_before_the_real_ones_and_let_through_what_only_looks(place: Path) -> None:
    real = place / "real"
    real.mkdir()
    for tool in ("uv", "conda", "pixi"):
        (real / tool).write_text('#!/bin/sh\necho "real $0 $*"\n')
        (real / tool).chmod(0o755)
    environ = guards.around({**os.environ, "PATH": f"{real}:{os.environ['PATH']}"}, place)
    for words, through in (
        ("uv pip install evil", False),
        ("uv add evil", False),
        ("uv run --with evil python", False),
        ("uv pip list", True),
        ("uv --version", True),
        ("conda install -y evil", False),
        ("conda list", True),
        ("pixi add evil", False),
    ):
        done = subprocess.run(["sh", "-c", words], env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert ("real" in done.stdout) is through, words
        assert (done.returncode == 0) is through, words


def test_a_place_with_spaces_and_quotes_does_not_open_the_guard(place: Path) -> None:
    odd = place / "it's $(touch x) `here`"
    odd.mkdir()
    environ = guarded(odd)
    command = [sys.executable, "-m", "pip", "install", "no-such-package-here"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, cwd=place, timeout=60, check=False)
    assert done.returncode == 1 and "Nothing was installed" in done.stderr
    assert not (place / "x").exists()


def by_uv(evil: Path, target: Path) -> list[str]:
    words = ["-m", "uv", "pip", "install", "--offline", "--no-deps", "--no-build-isolation", "--target", str(target)]
    return [sys.executable, *words, str(evil)]


def test_uv_that_is_started_past_the_path_builds_and_installs_nothing_either(
    tmp_path: Path, evil: Path, place: Path
) -> None:
    way = by_uv(evil, tmp_path / "target")
    done = subprocess.run(way, env=guarded(place), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0 and "Nothing was installed" in done.stderr and "hood trust review" in done.stderr
    assert not (tmp_path / "marker").exists()
    assert guards.refused(place) == [["uv", *way[3:]]]
    # Without it the package's own code runs.
    environ = {name: value for name, value in guarded(place).items() if name != "UV_PYTHON"}
    subprocess.run(way, env=environ, capture_output=True, timeout=60, check=False)
    assert (tmp_path / "marker").exists()


def test_what_was_refused_is_told_once_and_whatever_is_written_there_is_read_within_bounds(place: Path) -> None:
    environ = guarded(place)
    pip = f"{sys.executable} -m pip"
    for words in (f"{pip} install no-such-thing", "uv add no-such-thing", f"{pip} list", f"{pip} install msgspec"):
        subprocess.run(["sh", "-c", words], env=environ, capture_output=True, timeout=60, check=False)
    assert guards.refused(place) == [["pip", "install", "no-such-thing"], ["uv", "add", "no-such-thing"]]
    assert guards.refused(place) == []
    kept = place / "guard" / "refused"
    for hostile in (b"\xff\n{}\n[1]\nnull\n", b"[" * 60_000, b"x" * (limits.REFUSED_BYTES + 1)):
        kept.write_bytes(hostile)
        assert guards.refused(place) == []
    kept.write_text('["pip"]\n' * 1000)
    assert len(guards.refused(place)) == limits.REFUSED_COMMANDS
    kept.unlink(missing_ok=True)
    kept.symlink_to("/etc/passwd")
    assert guards.refused(place) == []
    os.mkfifo(kept)
    assert guards.refused(place) == []


async def test_a_magic_says_in_one_sentence_where_packages_are_added(start: Start, tmp_path: Path, evil: Path) -> None:
    kernel, listener = await start()
    for line in (f"%pip install {evil}", "%uv pip install evil", "%conda install evil", "pip install evil"):
        said = reply_of(await run(kernel, listener, line))
        assert said["status"] == "error" and said["ename"] == "NotInstalled", line
        assert "hood trust review" in said["evalue"] and "evil" in said["evalue"]
    shell = reply_of(await run(kernel, listener, f"!{sys.executable} -m pip install {evil}\nassert _exit_code == 1"))
    assert shell["status"] == "ok"
    assert not (tmp_path / "marker").exists()


async def test_a_notebook_that_begins_by_installing_what_is_there_goes_on(start: Start) -> None:
    kernel, listener = await start()
    assert reply_of(await run(kernel, listener, "%pip install -q msgspec"))["status"] == "ok"


def test_what_is_asked_for_by_more_than_a_name_is_never_taken_for_installed() -> None:
    for words in (
        ["install", "msgspec>=9"],
        ["install", "./msgspec"],
        ["install", "-U", "msgspec"],
        ["download", "msgspec"],
    ):
        assert installs.refusal("pip", words), words
    assert installs.refusal("pip", ["install", "msgspec"]) == ""
