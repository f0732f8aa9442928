"""The documentation says what there is: generated pages are up to date, guides name everything, their code runs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fumehood.client
from fumehood.client.notebook import Notebook
from fumehood.client.results import Result
from fumehood.core.errors import BY_CODE
from fumehood.protocol.methods import METHODS, NOTIFICATIONS
from scripts import reference

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = DOCS / "guide" / "python-client.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", sorted(reference.files()), ids=lambda path: path.name)
def test_the_reference_is_up_to_date(path: Path) -> None:
    assert path.read_text() == reference.files()[path], "say `make generate`"


def test_every_error_method_and_notification_is_in_the_reference() -> None:
    errors = (DOCS / "reference" / "errors.md").read_text()
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", errors, re.MULTILINE)) == set(BY_CODE)
    protocol = (DOCS / "reference" / "protocol.md").read_text()
    titles = set(re.findall(r"^### `([a-z_.]+)`$", protocol, re.MULTILINE))
    assert set(METHODS) | set(NOTIFICATIONS) <= titles
    targets = set(re.findall(r"\]\(#([a-z_]+)\)", protocol))
    assert targets <= {re.sub(r"[`.]", "", title).lower() for title in re.findall(r"^#+ (.+)$", protocol, re.MULTILINE)}


def test_the_guide_names_every_public_method() -> None:
    text = GUIDE.read_text()
    plain = {"id", "path", "format", "closed", "leave", "close", "cell", "execution", "started", "finished", "metadata"}
    names = {name for owner in (Notebook, Result) for name in vars(owner) if not name.startswith("_")}
    for name in names - plain - {"execute_each"}:
        assert re.search(rf"\b{name}\b", text), name
    for name in ("connect", "Run", "Result", "Missed", "Notebook"):
        assert name in text and hasattr(fumehood.client, name)


def test_the_command_line_guide_names_every_command_and_status() -> None:
    text = (DOCS / "guide" / "command-line.md").read_text()
    for command in (
        "run",
        "attach",
        "ps",
        "interrupt",
        "restart",
        "kill",
        "kernels",
        "convert",
        "daemon",
        "completion",
    ):
        assert re.search(rf"`(hood )?{command}`", text), command
    for leaf in BY_CODE.values():
        assert re.search(rf"^\| {leaf.exit_status} \|", text, re.MULTILINE), leaf.exit_status


def test_every_block_of_the_guides_is_python() -> None:
    for page in sorted((DOCS / "guide").glob("*.md")):
        for block in BLOCK.findall(page.read_text()):
            ast.parse(block)


def test_the_blocks_that_make_their_own_notebook_run(fumehood_home: Path, tmp_path: Path) -> None:
    blocks = [block for block in BLOCK.findall(GUIDE.read_text()) if "create=True" in block]
    assert len(blocks) == 2
    whole = "from fumehood.client import blocking\n" + "\n".join(blocks)
    run = subprocess.run(
        [sys.executable, "-c", whole], cwd=tmp_path, capture_output=True, text=True, timeout=60, env=dict(os.environ)
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "'Ada'\n"
    assert "import math" in (tmp_path / "new.ipynb").read_text()
