"""The threat model promises nothing that no test holds."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "docs" / "threat-model.md", ROOT / "docs" / "decisions" / "0005-sockets-are-roles.md")


def test_every_test_that_is_named_is_there() -> None:
    for page in PAGES:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page.read_text())
        assert named
        for file, name in named:
            text = (ROOT / file).read_text()
            assert not name or re.search(rf"^(async )?def {name}\(", text, re.M), f"{page.name}: {file}::{name}"


def test_every_browser_test_that_is_named_is_there() -> None:
    text = PAGES[0].read_text()
    named = re.findall(r"`(web/[\w/.-]+\.ts)`(?:\s+\(\"([^\"]+)\"\))?", text)
    assert len([name for _, name in named if name]) > 10
    for file, name in named:
        held = (ROOT / file).read_text()
        assert f'"{" ".join(name.split())}"' in held if name else held, f"{file}: {name}"


def test_every_promise_names_a_test() -> None:
    text = PAGES[0].read_text().split("## What is not defended")[0]
    promises = re.split(r"^(\d+)\. ", text, flags=re.M)[1:]
    numbers, bodies = promises[::2], promises[1::2]
    assert numbers == [str(n + 1) for n in range(len(numbers))]
    for number, body in zip(numbers, bodies, strict=True):
        assert re.search(r"`(tests/|web/e2e/|web/packages/[^`]*\.test\.ts`)", body), f"promise {number} has no test"
