"""The Pythons of this machine, and which of them a notebook's constraint means. None is ever downloaded.

Our own comes first: it is there, and its wheels are most likely cached. Then those on PATH, the newest first, as far
as nobody else could have written them. Each is asked once, without its site packages, what it is.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from packaging import tags
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from fumehood.core import limits
from fumehood.core.errors import HoodError, PlanImpossible, PythonMissing
from fumehood.environments import uv
from fumehood.sandbox.ownership import problem_with
from fumehood.sandbox.tools import find_tool

_OLDEST: Final = 9
_NEWEST: Final = 20
_SECONDS: Final = 20.0
_QUESTION: Final = (
    "import json, sys, sysconfig, platform; print(json.dumps([platform.python_version(), sys.implementation.name, "
    "bool(sysconfig.get_config_var('Py_GIL_DISABLED')), sysconfig.get_platform()]))"
)


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    path: Path
    version: str
    implementation: str
    free_threaded: bool
    platform: str

    def tags(self) -> dict[str, int]:
        """Every wheel tag that it takes, with its rank: 0 is the best."""
        return _tags(self.version, self.free_threaded)


@cache
def _tags(version: str, free_threaded: bool) -> dict[str, int]:
    major, minor = (int(part) for part in version.split(".")[:2])
    name = f"cp{major}{minor}"
    abi = f"{name}t" if free_threaded else name
    found = [*tags.cpython_tags((major, minor), [abi]), *tags.compatible_tags((major, minor), name)]
    return {str(tag): rank for rank, tag in reversed(list(enumerate(found)))}


def own() -> Interpreter:
    """That of our installation, without the environment that we are installed in."""
    return Interpreter(
        path=Path(getattr(sys, "_base_executable", "") or sys.executable).resolve(),
        version=platform.python_version(),
        implementation=sys.implementation.name,
        free_threaded=not getattr(sys, "_is_gil_enabled", lambda: True)(),
        platform=_platform(),
    )


def _platform() -> str:
    import sysconfig

    return sysconfig.get_platform()


async def find(constraint: str, environ: Mapping[str, str]) -> Interpreter:
    """The first that the constraint allows. Raises PythonMissing, PlanImpossible."""
    try:
        wanted = SpecifierSet(constraint)
    except InvalidSpecifier as error:
        raise PlanImpossible(f"{constraint[:200]!r} is no constraint on Python's version.") from error
    seen = []
    async for one in _all(environ):
        if wanted.contains(one.version, prereleases=True):
            return one
        seen.append(one.version)
    there = ", ".join(dict.fromkeys(seen)) or "none"
    raise PythonMissing(f"The notebook asks for Python {constraint}; on this machine there is {there}.")


async def exact(version: str, kind: str, environ: Mapping[str, str]) -> Interpreter:
    """The one that a plan was made for. Raises PythonMissing."""
    async for one in _all(environ):
        if (one.version, one.platform) == (version, kind):
            return one
    raise PythonMissing(
        f"The plan was made for Python {version} on {kind}, which is not on this machine (any more).",
        hint="Check the notebook again.",
    )


async def _all(environ: Mapping[str, str]) -> AsyncIterator[Interpreter]:
    ours = own()
    if ours.implementation == "cpython":
        yield ours
    seen = {ours.path}
    for path in _named(environ):
        if path not in seen and len(seen) < limits.INTERPRETERS and not problem_with(path):
            seen.add(path)
            found = await _ask(path, path.stat().st_mtime)
            if found is not None:
                yield found


def _named(environ: Mapping[str, str]) -> Iterator[Path]:
    for minor in range(_NEWEST, _OLDEST - 1, -1):
        try:
            yield find_tool(f"python3.{minor}", environ).resolve()
        except (HoodError, OSError):
            continue


_ASKED: dict[tuple[Path, float], Interpreter | None] = {}


async def _ask(path: Path, modified: float) -> Interpreter | None:
    if (path, modified) not in _ASKED:
        with tempfile.TemporaryDirectory(prefix="hood-") as folder:
            env = {"PATH": uv.NOWHERE, "HOME": folder, "LC_ALL": "C.UTF-8"}
            ran = await uv.run_program(
                [str(path), "-I", "-S", "-c", _QUESTION], folder=Path(folder), env=env, seconds=_SECONDS
            )
        _ASKED[path, modified] = _answer(path, ran.out) if ran.ok else None
    return _ASKED[path, modified]


def _answer(path: Path, text: str) -> Interpreter | None:
    try:
        version, implementation, free_threaded, kind = msgspec.convert(json.loads(text), tuple[str, str, bool, str])
    except (ValueError, msgspec.ValidationError):
        return None
    if implementation != "cpython":
        return None  # a pyenv shim that leads nowhere, PyPy, whose wheels are others
    return Interpreter(
        path=path, version=version, implementation=implementation, free_threaded=free_threaded, platform=kind
    )


def program_of(environment: Path) -> Path:
    """The interpreter in an environment that was built."""
    return environment / "bin" / "python"


def stands(environment: Path) -> bool:
    """Whether the Python that an environment was made from is still there."""
    return os.access(program_of(environment), os.X_OK)
