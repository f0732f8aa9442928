"""The checks that `make check` runs find what they are there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import complete_lock, golden, links, tree, typescript


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tree, "ROOT", tmp_path)
    monkeypatch.setattr(links, "ROOT", tmp_path)
    return tmp_path


def page(folder: Path, text: str) -> list[str]:
    there = folder / "page.md"
    there.write_text(text)
    return [problem.split(": ", 1)[1] for problem in links.problems(there)]


def test_a_link_must_lead_somewhere(repository: Path) -> None:
    (repository / "other.md").write_text("# The `one` heading\n")
    assert page(repository, "[a](other.md) [b](other.md#the-one-heading) [c](https://example.org) [d](#x)\n# X\n") == []
    assert page(repository, "[a](gone.md)") == ["gone.md leads nowhere"]
    assert page(repository, "[a](other.md#another)") == ["other.md#another: no such heading"]


def test_a_path_in_backticks_must_be_there_and_its_test_too(repository: Path) -> None:
    (repository / "tests").mkdir()
    (repository / "tests" / "test_x.py").write_text("def test_it() -> None: ...\n")
    assert page(repository, "`tests/test_x.py` `tests/test_x.py::test_it` `src/<name>/x` `make test`") == []
    assert page(repository, "`tests/test_y.py`") == ["`tests/test_y.py` is not there"]
    assert page(repository, "`tests/test_x.py::test_that`") == ["`tests/test_x.py` has no test_that"]


def test_what_stands_in_a_code_block_is_not_a_link(repository: Path) -> None:
    assert page(repository, "```\n[a](gone.md) `src/gone.py`\n```\n") == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("long.py", "x = 1\n" * (tree.LONGEST + 1), "601 lines"),
        ("path.md", "see /" + "work/project", "path of one machine"),
        ("host.txt", "https://pypi" + ".org/simple", "registry's host"),
        ("stub.py", "raise NotImpl" + "ementedError\n", "placeholder"),
        ("data.bin", "x" * (tree.LARGEST + 1), "large data"),
    ],
)
def test_what_may_not_be_in_the_tree_is_found(repository: Path, name: str, text: str, found: str) -> None:
    (repository / name).write_text(text)
    assert [found in problem for problem in tree.problems(repository / name)] == [True]


def test_an_ordinary_file_has_no_problems(repository: Path) -> None:
    (repository / "fine.py").write_text("x = '/usr/bin/env'\n" * 600)
    assert list(tree.problems(repository / "fine.py")) == []


def test_generated_text_is_the_same_every_time() -> None:
    for generator in (typescript, golden):
        assert generator.files() == generator.files()


def test_a_lock_file_gets_the_platforms_that_a_mirror_lacks() -> None:
    packages = {
        "node_modules/tool": {"optionalDependencies": {"@tool/cli-linux-x64": "1", "@tool/cli-linux-x64-musl": "1"}},
        "node_modules/@tool/cli-linux-x64": {"version": "1"},
    }
    added = complete_lock.missing(packages)
    assert list(added) == ["node_modules/@tool/cli-linux-x64-musl"]
    assert added["node_modules/@tool/cli-linux-x64-musl"]["libc"] == ["musl"]
