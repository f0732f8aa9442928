"""`hood trust` and what `hood run` does about packages: a real index, a real installation, a person at a terminal."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fumehood.testing.homes import temporary_home
from fumehood.testing.indexes import Index, index, sdist, tool, wheel
from tests.cli.conftest import HOOD, Hood
from tests.cli.terminals import Terminal, plain
from tests.daemon.trusted import notebook

pytestmark = pytest.mark.timeout(180)


def kernel() -> tuple[str, bytes]:
    """ipykernel for an environment: the one of these tests, found through a path file."""
    sites = "".join(f"{one}\n" for one in sys.path if one.endswith("-packages"))
    name, body = wheel("ipykernel", "7.0", extra={"tests.pth": sites.encode()})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.endswith("RECORD"):
                data = b"".join(line for line in data.splitlines(True) if not line.startswith(b"ipykernel.py"))
            if entry.filename != "ipykernel.py":
                new.writestr(entry, data)
    return name, out.getvalue()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """This user's own index, and a fumehood of its own with its daemon."""
    marker = tmp_path_factory.mktemp("markers") / "marker"
    with pytest.MonkeyPatch.context() as patch, index(kernel=False) as made, temporary_home():
        made.put(kernel(), wheel("good", code="word = 'installed'"), wheel("more"), sdist("built", marker), tool())
        patch.setenv("UV_DEFAULT_INDEX", made.url)
        patch.delenv("UV_INDEX_URL", raising=False)
        patch.setenv("PIP_CONFIG_FILE", "/dev/null")
        yield made


@pytest.fixture(autouse=True)
def _own(shop: Index) -> None:
    return None


def review(path: Path, *words: str) -> Terminal:
    return Terminal([*HOOD, "trust", "review", str(path), *words], path.parent)


def test_a_notebook_is_refused_reviewed_approved_and_run(hood: Hood, tmp_path: Path, shop: Index) -> None:
    path = notebook(tmp_path / "a b.ipynb", "good", cells=("import good; print(good.word)",))
    refused = hood("run", path.name)
    assert refused.returncode == 5
    assert "asks for good" in refused.stderr
    assert "hood trust review 'a b.ipynb'" in refused.stderr
    assert shop.requests == []
    for said, status in (("no", 5), ("approve", 0)):
        with review(path) as terminal:
            shown = plain(terminal.until("to approve exactly this"))
            assert "good" in shown and "asked for" in shown and "ipykernel" in shown
            terminal.enter(f"{said}\n")
            assert terminal.finish() == status
        listed = json.loads(hood("trust", "list", "--json").stdout)
        assert [one["path"] for one in listed] == ([] if status else [str(path)])
    ran = hood("run", path.name)
    assert (ran.returncode, ran.stdout) == (0, "installed\n"), ran.stderr
    shown = hood("trust", "show", path.name).stdout
    assert "good" in shown and "yes, as long as it asks for the same" in shown
    assert hood("trust", "revoke", path.name).returncode == 0
    assert hood("run", path.name).returncode == 5
    assert hood("trust", "revoke", path.name).returncode == 5


def test_nothing_but_a_terminal_approves(hood: Hood, tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "good")
    piped = hood("trust", "review", path.name, stdin="approve\n" * 9)
    assert piped.returncode == 5
    assert "Only a person at a terminal" in piped.stderr
    assert str(path) not in hood("trust", "list", "--json").stdout
    # What was typed before the question is no answer, and neither is standard input beside a terminal.
    with Terminal(["sh", "-c", f"yes approve | {' '.join(HOOD)} trust review a.ipynb"], tmp_path) as terminal:
        terminal.enter("approve\n")
        terminal.until("to approve exactly this")
        terminal.enter("\n")
        assert terminal.finish() == 5
    assert "--yes" not in hood("trust", "review", "--help").stdout


@pytest.mark.all
def test_in_ci_a_notebook_runs_only_as_the_lock_that_was_written_down(hood: Hood, tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "good", cells=("import good; print(good.word)",))
    shown = json.loads(hood("trust", "review", path.name, "--check", "--json").stdout)
    lock = shown["plan"]["digest"]
    other = hood("run", path.name, "--approved", "0" * 64)
    assert other.returncode == 5
    assert lock in other.stderr
    ran = hood("run", path.name, "--approved", lock)
    assert (ran.returncode, ran.stdout) == (0, "installed\n"), ran.stderr
    notebook(path, "good", "more", cells=("1",))
    assert hood("run", path.name, "--approved", lock).returncode == 5
    bare = hood("run", path.name, "--without")
    assert bare.returncode == 0, bare.stderr


def test_a_build_is_allowed_by_its_name_and_a_foreign_host_by_its_own(hood: Hood, tmp_path: Path, shop: Index) -> None:
    with index(kernel=False) as other:
        other.put(wheel("far"))
        asked = {"requirements": ["built", "far"], "indexes": [other.url]}
        path = notebook(tmp_path / "a.ipynb", fumehood={"dependencies": asked})
        for host in ("", "evil.test"):
            with review(path) as terminal:
                terminal.until("Type that name to accept it")
                terminal.enter(f"{host}\n")
                assert terminal.finish() == 5
        assert other.requests == []
        with review(path) as terminal:
            terminal.until("Type that name to accept it")
            terminal.enter(f"{other.host}\n")
            terminal.until("runs its own code while it is installed. Type its name")
            terminal.enter("no\n")
            assert terminal.finish() == 5
        with review(path) as terminal:
            # Accepted a moment ago, in the same open notebook or not: it is asked again where nothing is kept.
            terminal.until("Type that name to accept it|Type its name")
            if "Type its name" not in terminal.seen:
                terminal.enter(f"{other.host}\n")
                terminal.until("Type its name")
            terminal.enter("built\n")
            terminal.until("to approve exactly this")
            # A name that looks like another one, or that nobody knows, is said with the word.
            word = re.findall(r"Type `([^`]+)` to approve", terminal.seen)[-1]
            assert word.split()[0] == "approve"
            terminal.enter(f"{word}\n")
            assert terminal.finish() == 0
        listed = json.loads(hood("trust", "list", "--json").stdout)
        (given,) = [one for one in listed if one["path"] == str(path)]
        assert (given["builds"], given["hosts"]) == (["built"], [other.host])
        assert hood("trust", "revoke", "--all").returncode == 0
