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


def test_every_promise_names_a_test() -> None:
    text = PAGES[0].read_text().split("## What is not defended")[0]
    promises = re.split(r"^(\d+)\. ", text, flags=re.M)[1:]
    numbers, bodies = promises[::2], promises[1::2]
    assert numbers == [str(n + 1) for n in range(len(numbers))]
    for number, body in zip(numbers, bodies, strict=True):
        assert "`tests/" in body, f"promise {number} has no test"
