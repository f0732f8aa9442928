"""Compiled once, what every kernel imports at its start: half of a start in a new environment is compiling.

The bytecode of a wheel is kept in the cache beside the wheel's files, made by a process of ours that compiles and
imports nothing, and laid into each new environment as hard links. Only of what the kernel itself needs: to compile all
of pandas costs more than most notebooks ever import. Python takes it where the source is the very one that it was made
from, and compiles anew where it is not; so a stale or missing one costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from fumehood.environments import interpreters, uv
from fumehood.environments.shelf import record_of, site_packages
from fumehood.protocol.trust import Package
from fumehood.sandbox.spawn import NONE, spawn

_SECONDS: Final = 300.0
_COMPILE: Final = """\
import json, os, py_compile, sys
os.nice(19)
for source, target in json.load(open(sys.argv[1])):
    if os.getppid() != int(sys.argv[2]):
        break  # who waits for it has ended
    try:
        py_compile.compile(source, target, source, doraise=True, quiet=2)
    except (OSError, ValueError, SyntaxError, RecursionError, py_compile.PyCompileError):
        pass
"""


def of_kernel(packages: Sequence[Package]) -> list[Package]:
    """ipykernel and all that it needs."""
    found = {one.name for one in packages if one.name == "ipykernel"}
    grew = True
    while grew:
        more = {one.name for one in packages if found.intersection(one.needed_by)} - found
        found |= more
        grew = bool(more)
    return [one for one in packages if one.name in found and not one.builder and not one.build]


def lay(environment: Path, packages: Iterable[Package], cache: Path) -> int:
    """How many files were laid. A disk that refuses one is no reason to stop: Python can do without."""
    place, count = site_packages(environment), 0
    for package in packages:
        stored = _stored(cache, environment, package)
        for folder, _folders, names in os.walk(stored):
            target = place / Path(folder).relative_to(stored)
            with contextlib.suppress(OSError):
                target.mkdir(exist_ok=True)
                for name in names:
                    os.link(f"{folder}/{name}", target / name, follow_symlinks=False)
                    count += 1
    return count


def make(environment: Path, packages: Iterable[Package], cache: Path) -> None:
    """Blocks, for seconds; what is there already is not made again."""
    made: list[tuple[Path, Path]] = []
    pairs: list[tuple[str, str]] = []
    for package in packages:
        stored = _stored(cache, environment, package)
        if not stored.exists():
            aside = stored.with_name(f".{stored.name}.{secrets.token_hex(4)}")
            made.append((aside, stored))
            pairs += _pairs(environment, package, aside)
    if not made:
        return
    wishes = made[0][0].parent / f".wishes.{secrets.token_hex(4)}"
    try:
        wishes.parent.mkdir(parents=True, exist_ok=True)
        wishes.write_text(json.dumps(pairs))
        for aside, _ in made:
            aside.mkdir()
        python = str(interpreters.program_of(environment))
        env = {"PATH": uv.NOWHERE, "LC_ALL": "C.UTF-8"}
        process = spawn(
            NONE, [python, "-I", "-S", "-c", _COMPILE, str(wishes), str(os.getpid())], cwd=Path("/"), env=env
        )
        ended = process.wait_blocking(_SECONDS)
        if ended is None:
            process.kill_group()
            process.wait_blocking(None)
        elif ended.status == 0:
            for aside, stored in made:
                with contextlib.suppress(OSError):  # another builder was faster
                    aside.rename(stored)
    finally:
        wishes.unlink(missing_ok=True)
        for aside, _ in made:
            shutil.rmtree(aside, ignore_errors=True)


def _stored(cache: Path, environment: Path, package: Package) -> Path:
    python = site_packages(environment).parent.name
    return cache / "bytecode" / f"{package.hash.removeprefix('sha256:')}-{python}"


def _pairs(environment: Path, package: Package, aside: Path) -> Iterator[tuple[str, str]]:
    """Sources of a package, with where their bytecode goes."""
    place = site_packages(environment)
    tag = "cpython-" + place.parent.name.removeprefix("python").replace(".", "")
    for path in _recorded(place, package):
        source = place / path
        if path.suffix == ".py" and ".." not in path.parts and not path.is_absolute():
            yield str(source), str(aside / path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc")


def _recorded(place: Path, package: Package) -> list[Path]:
    try:
        with record_of(place, package.name).open(newline="", encoding="utf-8") as file:
            return [Path(row[0]) for row in csv.reader(file) if row]
    except (OSError, ValueError, csv.Error):
        return []
