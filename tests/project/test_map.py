"""The maps that a newcomer reads name what is there."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if name]


def test_every_top_folder_is_in_the_map_and_nothing_else() -> None:
    folders = {name.split("/")[0] + "/" for name in tracked() if "/" in name}
    section = (ROOT / "CONTRIBUTING.md").read_text().split("## The map")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+/)` \|", section, re.M)) == folders


def test_every_folder_of_the_package_is_drawn_in_the_architecture() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text().split("## The folders")[1].split("## Where")[0]
    folders = {p.parent.name for p in (ROOT / "src" / "fumehood").glob("*/__init__.py")} - {"testing"}
    assert folders <= set(re.findall(r"\w+", drawn))


def test_the_drawn_layers_are_the_checked_ones() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    picture = (ROOT / "docs" / "architecture.md").read_text().split("## The folders")[1].split("```")[1]
    drawn = [re.split(r"\s{2,}", line)[0].strip() for line in picture.strip().splitlines()]
    assert drawn == settings


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\((\d{4}-[^)]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {page.name for page in folder.glob("[0-9]*.md")}


def test_every_decision_has_its_five_parts_and_one_state() -> None:
    for page in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        text = page.read_text()
        assert re.search(
            r"^(Status: |\*\*Status:?\*\*:? ?|## Status\n+)(proposed|accepted|superseded)", text, re.M | re.I
        ), page
        missing = [part for part in ("Context", "Decision", "Consequences", "Reject") if part not in text]
        assert missing == [], page.name


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "make demo" in text and "make test" in text


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    bare = [line for line in lines if re.match(r'  "[A-Za-z0-9_.-]+>=[0-9.]+",\s*$', line)]
    assert bare == []
    reasons = (ROOT / "web" / "README.md").read_text()
    tools = re.findall(r'"((?:@[\w-]+/)?[\w-]+)": "\d', (ROOT / "web" / "package.json").read_text())
    assert [tool for tool in tools if f"`{tool}`" not in reasons] == []


def test_versions_are_pinned_without_addresses() -> None:
    for name in ("constraints.txt", "peers-constraints.txt"):
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)] == []
