"""Every link of the documentation leads somewhere: relative links, their headings, and the paths that it names.

A path in backticks that starts with a top folder of the repository (`src/…`, `tests/…`) must exist, too; that is how
the threat model names the code of a door and the tests that hold it. Decision records tell of their day and may name
what is gone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\s]+)`")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
FOLDERS = ("src", "tests", "docs", "scripts", "benchmarks", "examples", "requirements", "web")


def anchors(text: str) -> set[str]:
    """The names that headings get, as GitHub makes them."""
    names: set[str] = set()
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", FENCE.sub("", text), re.M):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        names.add(re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain)))
    return names


def problems(page: Path) -> Iterator[str]:
    text = FENCE.sub(lambda m: "\n" * m.group().count("\n"), page.read_text("utf-8"))
    name = page.relative_to(ROOT).as_posix()
    decision = name.startswith("docs/decisions/")
    for number, line in enumerate(text.splitlines(), 1):
        for match in LINK.finditer(line):
            target = match.group(1) or match.group(2)
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            there = (page.parent / path).resolve() if path else page
            if not there.exists():
                yield f"{name}:{number}: {target} leads nowhere"
            elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text("utf-8")):
                yield f"{name}:{number}: {target}: no such heading"
        for token in () if decision else CODE.findall(line):
            path, _, test = token.partition("::")
            if path.split("/")[0] not in FOLDERS or "/" not in path or re.search(r"[*<>{}…]", path):
                continue
            there = ROOT / path
            if not there.exists():
                yield f"{name}:{number}: `{token}` is not there"
            elif test and f"def {test}(" not in there.read_text("utf-8"):
                yield f"{name}:{number}: `{path}` has no {test}"


def main() -> int:
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"),
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    pages = [ROOT / name for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).is_file()]
    found = [problem for page in pages for problem in problems(page)]
    print("\n".join(found) or f"The links of {len(pages)} pages lead somewhere.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
