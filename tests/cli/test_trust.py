"""`hood trust` and what `hood run` does about packages: a real index, a real installation, a person at a terminal."""

from __future__ import annotations

import io
import json
import re
import sys
import time
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
def shop(marker: Path) -> Iterator[Index]:
    """This user's own index, and a fumehood of its own with its daemon."""
    with pytest.MonkeyPatch.context() as patch, index(kernel=False) as made, temporary_home():
        made.put(kernel(), wheel("good", code="word = 'installed'"), wheel("more"), sdist("built", marker), tool())
        patch.setenv("UV_DEFAULT_INDEX", made.url)
        patch.delenv("UV_INDEX_URL", raising=False)
        patch.setenv("PIP_CONFIG_FILE", "/dev/null")
        yield made


@pytest.fixture(autouse=True)
def _own(shop: Index) -> None:
    return None


@pytest.fixture(scope="module")
def marker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written by the build of `built`."""
    return tmp_path_factory.mktemp("markers") / "marker"


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
    assert "It runs in the environment " in ran.stderr
    shown = hood("trust", "show", path.name).stdout
    assert "good" in shown and "yes, as long as it asks for the same" in shown
    notebook(path, "good", "more", cells=("import good; print(good.word)",))
    with review(path) as terminal:
        shown = plain(terminal.until("to approve exactly this"))
        difference = shown.rsplit("PACKAGE", 1)[-1]
        assert "+ package more 1.0" in shown and "more" in difference and "ipykernel" not in shown
        assert re.search("[0-9]+ files? as approved before", difference)
        terminal.enter("/\n")
        assert "ipykernel" in plain(terminal.until(r"[0-9]+ files\x1b\[0m\s+Type"))
        terminal.enter("no\n")
        assert terminal.finish() == 5
    assert hood("trust", "revoke", path.name).returncode == 0
    assert hood("run", path.name).returncode == 5
    assert hood("trust", "revoke", path.name).returncode == 5


def test_what_a_cell_would_have_installed_is_added_from_the_terminal_and_asked_about(
    hood: Hood, tmp_path: Path
) -> None:
    path = notebook(tmp_path / "a b.ipynb", cells=("%pip install more", "1"))
    ran = hood("run", path.name)
    assert ran.returncode == 1
    assert "`hood trust review 'a b.ipynb' --add more` asks." in ran.stderr
    with review(path, "--add", "more") as terminal:
        assert "more" in plain(terminal.until("to approve exactly this"))
        terminal.enter("no\n")
        assert terminal.finish() == 5
    assert "more" in json.dumps(json.loads(path.read_text())["metadata"]["fumehood"]["dependencies"])
    with review(path, "--drop", "more") as terminal:
        assert terminal.finish() == 0
    assert hood("trust", "review", path.name, "--json").returncode == 0


def test_what_cannot_be_checked_says_the_ways_out(hood: Hood, tmp_path: Path) -> None:
    for asked, way in (
        ({"fumehood": {"dependencies": ["good"]}}, '{"requirements": ["numpy"]}'),
        ({"runt": {"uv": {"dependencies": ["reqeusts"]}}}, "--drop reqeusts --add requests"),
    ):
        with review(notebook(tmp_path / "a.ipynb", **asked)) as terminal:
            assert terminal.finish() == 5
            assert way in plain(terminal.seen) and "hood run a.ipynb --without" in plain(terminal.seen)


def test_nothing_but_a_terminal_approves(hood: Hood, tmp_path: Path, shop: Index) -> None:
    path = notebook(tmp_path / "a.ipynb", "good")
    asked = list(shop.requests)
    piped = hood("trust", "review", path.name, stdin="approve\n" * 9)
    assert piped.returncode == 5
    assert "Only a person at a terminal" in piped.stderr
    assert shop.requests == asked, "who cannot approve asks no index"
    assert "--approved DIGEST" in piped.stderr and "good" in piped.stdout
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


def test_a_build_is_allowed_by_its_name_and_a_foreign_host_by_its_own(
    hood: Hood, tmp_path: Path, shop: Index, marker: Path
) -> None:
    with index(kernel=False) as other:
        other.put(wheel("far"))
        asked = {"requirements": ["built", "far"], "indexes": [other.url]}
        path = notebook(tmp_path / "a.ipynb", fumehood={"dependencies": asked}, cells=("1",))
        for words in ((), ("--approved", "0" * 64, "--allow-build", "built")):
            assert hood("run", path.name, *words).returncode == 5, words
        for host in ("", "evil.test"):
            with review(path) as terminal:
                terminal.until("Type that name to accept it")
                terminal.enter(f"{host}\n")
                assert terminal.finish() == 5
        assert other.requests == []
        assert not marker.exists(), "nothing was built for anybody"
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
            terminal.enter("/FA\n")
            found = plain(terminal.until("1 of [0-9]+ files with 'FA' in the name"))
            assert "far" in found.rsplit("PACKAGE", 1)[-1]
            terminal.until("Type its name to allow that: [^$]*Type its name to allow that: ")
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
        notebook(path, fumehood={"dependencies": {**asked, "requirements": ["built", "far", "good"]}})
        with review(path) as terminal:
            shown = terminal.until("Type its name to allow that")
            assert "you accepted it before" in shown and "Type that name" not in shown
            terminal.enter("no\n")
            assert terminal.finish() == 5
        assert hood("trust", "revoke", "--all").returncode == 0


def test_what_the_index_says_of_a_package_stands_in_terminal_and_json(hood: Hood, tmp_path: Path, shop: Index) -> None:
    """PEP 691 with 700, 740 and 792, as a real index has them."""
    shop.put(wheel("newborn"), wheel("left-alone", "1.0"), wheel("left-alone", "2.0"), wheel("held"))
    shop.uploaded["newborn-1.0-py3-none-any.whl"] = time.strftime("%Y-%m-%dT%H:%M:%S.123456Z", time.gmtime())
    shop.status = {"left-alone": "archived", "held": "quarantined"}
    shop.yanked = {"left_alone-2.0-py3-none-any.whl"}
    shop.publishers = {"left_alone-1.0-py3-none-any.whl": "a/a", "left_alone-2.0-py3-none-any.whl": "mallory/a"}
    path = notebook(tmp_path / "a.ipynb", "newborn", "left-alone==2.0")
    words = ("is archived", "withdrew version 2.0", "by GitHub a/a, this one by GitHub mallory/a", "it is brand new")
    sheet = json.loads(hood("trust", "review", path.name, "--check", "--json").stdout)
    assert "plan" in sheet, sheet
    facts = {one["name"]: " ".join(one["facts"]) for one in sheet["judgements"] if one.get("facts")}
    assert set(facts) == {"newborn", "left-alone"}, sheet
    assert [word in facts["left-alone"] for word in words] == [True, True, True, False]
    assert words[3] in facts["newborn"]
    with review(path) as terminal:
        shown = plain(terminal.until("to approve exactly this"))
        assert [word for word in words if word not in shown] == []
        terminal.enter("no\n")
        assert terminal.finish() == 5
    bad = notebook(tmp_path / "b.ipynb", "held")
    sheet = json.loads(hood("trust", "review", bad.name, "--check", "--json").stdout)
    assert "plan" not in sheet and "holds held in quarantine" in sheet["problem"]
