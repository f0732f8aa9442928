"""What may not be in the tree: long files, paths of one machine, registry hosts, placeholders.

Looks at the files that git tracks, and at new ones that it does not ignore.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 600
"""Lines of one source file."""
LARGEST = 1024 * 1024
"""Bytes of one file,"""
COMPILED = {"src/fumehood/trust/lookalikes/names.bin": 6 * 1024 * 1024}
"""but for what is made from lists that do not belong here themselves (scripts/names)."""

SOURCES = (".py", ".ts", ".tsx", ".sh")
GENERATED = re.compile(r"(^|/)(generated|golden)[./]")
LOCKS = ("web/package-lock.json",)
# Spelt in parts, so that this file does not find itself.
MACHINE = re.compile(r"/(?:wo" r"rk|fa" r"rm|ro" r"ot|ho" r"me)/[A-Za-z0-9]")
REGISTRY = re.compile(r"registry\.npm" r"js|files\.python" r"hosted|pypi\.o" r"rg|deb\.deb" r"ian|\"resolved\": \"http")
INDEX = "src/fumehood/environments/sources.py"
"""Names the index of whoever has configured none: a fact of the program, not of the machine that it was written on."""
PLACEHOLDER = re.compile(r"\b(?:NotImpl" r"ementedError|TO" r"DO|FIX" r"ME|XX" r"X)\b")


def files() -> list[Path]:
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    return [ROOT / name for name in sorted(set(listed.decode().split("\0"))) if name and (ROOT / name).is_file()]


def problems(path: Path) -> Iterator[str]:
    name = path.relative_to(ROOT).as_posix()
    data = path.read_bytes()
    if len(data) > COMPILED.get(name, LARGEST):
        yield f"{name}: {len(data)} bytes; large data does not belong here"
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        return
    if path.suffix in SOURCES and not GENERATED.search(name) and len(lines) > LONGEST:
        yield f"{name}: {len(lines)} lines; more than {LONGEST} want a second look at the design"
    for number, line in enumerate(lines, 1):
        if MACHINE.search(line) and name not in LOCKS:
            yield f"{name}:{number}: a path of one machine: {line.strip()[:100]}"
        if REGISTRY.search(line) and name != INDEX:
            yield f"{name}:{number}: a registry's host: {line.strip()[:100]}"
        # What a library raises may be caught.
        if path.suffix in SOURCES and PLACEHOLDER.search(line) and "except " not in line:
            yield f"{name}:{number}: a placeholder: {line.strip()[:100]}"


def main() -> int:
    found = [problem for path in files() for problem in problems(path)]
    print("\n".join(found) or "The tree is clean.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
