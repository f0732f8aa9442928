"""The files beside a notebook that ask for packages: offers, of which nothing acts until a person takes them up.

Of all folders the nearest that has any of them speaks, with all that it has there. The groups and extras of a project
are offers of their own, named `pyproject.toml [extra plot]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from fumehood.core import limits
from fumehood.environments.asking import conda_files, pip_lines, requirement, toml_text, yaml_events
from fumehood.environments.asking.folders import Files, existing
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.environments.asking.groups import Groups
from fumehood.environments.asking.poetry import Poetry
from fumehood.environments.asking.scripts import line_of
from fumehood.environments.asking.uv_options import UvOptions
from fumehood.protocol.trust import Asker

_NAME: Final = 80
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def read(folders: list[Path], files: Files, gathered: Gathered) -> None:
    for folder in folders:
        found = list(existing(folder, tuple(_READERS)))
        for file in found:
            _READERS[file.name](file, files, gathered)
        if found:
            return


def toml(file: Path, files: Files, gathered: Gathered) -> tuple[dict[str, Any], list[str]] | None:
    """Its table and its lines; None where there is none, and after a complaint."""
    text = files.text(file)
    if text is None:
        return None
    try:
        return toml_text.read(text), text.split("\n")
    except ValueError as error:
        gathered.complain(files.asker(file), "It is no TOML.", plain(str(error)))
        return None


def table(value: object, *keys: str) -> dict[str, Any]:
    """What is below `keys`; an empty table where that is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, dict) else {}


def _pyproject(file: Path, files: Files, gathered: Gathered) -> None:
    found = toml(file, files, gathered)
    if found is None:
        return
    whole, lines = found
    options = UvOptions(table(whole, "tool", "uv"), files.asker(file), gathered)
    options.take()

    def at(text: object, offer: str = "") -> Asker:
        asker = files.asker(file, line_of(lines, text))
        return structs.replace(asker, name=f"{asker.name} [{plain(offer, _NAME)}]") if offer else asker

    def take(wanted: object, offer: str) -> None:
        options.require(wanted, at(wanted, offer))

    def complain(message: str) -> None:
        gathered.complain(files.asker(file), message)

    def each(wanted: object, what: str) -> list[object]:
        if not isinstance(wanted, list):
            complain(f"`{what}` is not a list.")
        return wanted if isinstance(wanted, list) else []

    project = table(whole, "project")
    groups = Groups(project, table(whole, "dependency-groups"), take, complain)
    for one in each(project.get("dependencies", []), "project.dependencies"):
        groups.wish(one, "")
    dynamic = project.get("dynamic")
    if isinstance(dynamic, list) and "dependencies" in dynamic and not table(whole, "tool", "poetry", "dependencies"):
        complain("Its dependencies are dynamic: only a build would tell them.")
    for one in each(table(whole, "tool", "uv").get("dev-dependencies", []), "tool.uv.dev-dependencies"):
        take(one, "group dev")
    groups.offer()
    if poetry := table(whole, "tool", "poetry"):
        # Where `[project]` says what is needed, Poetry's table only says more of it.
        own = "dependencies" in project

        def taken(wanted: object, offer: str) -> None:
            if offer or not own:
                name = _KEY.match(str(wanted))
                requirement.pypi(wanted, at(_key(lines, name[0] if name else ""), offer), gathered)

        Poetry(poetry, files.asker(file), lambda name: at(_key(lines, name)), gathered).read(taken)
    if pixi := table(whole, "tool", "pixi"):
        conda_files.pixi(pixi, files.asker(file), gathered)


def _key(lines: list[str], name: str) -> str | None:
    """The line that gives this key a value, as it is written."""
    return next((line for line in lines if (found := _KEY.match(line)) and found[0] == name), None)


def _pixi(file: Path, files: Files, gathered: Gathered) -> None:
    found = toml(file, files, gathered)
    if found is not None:
        conda_files.pixi(found[0], files.asker(file), gathered)


def _environment(file: Path, files: Files, gathered: Gathered) -> None:
    text = files.text(file)
    if text is None:
        return
    try:
        value = yaml_events.read(text)
    except ValueError as error:
        gathered.complain(files.asker(file), "It is no YAML that is read here.", plain(str(error)))
        return
    conda_files.environment(value, files.asker(file), gathered)


def _requirements(file: Path, files: Files, gathered: Gathered) -> None:
    """With the files that it includes, from its own folder: what they ask for is asked for where they are included, so
    that whoever takes this file up takes up all of it."""
    waiting = [(file, 0, 0)]
    seen = {file}
    while waiting:
        current, depth, through = waiting.pop(0)
        text = files.text(current)
        if text is None:
            if current != file:
                gathered.complain(files.asker(current), "It is included, and not there.")
            continue
        for number, line in pip_lines.lines(text):
            asker = files.asker(file, through or number)
            name = pip_lines.take(line, asker, gathered)
            if name is None:
                continue
            further = files.included(name, current)
            if further is None:
                gathered.complain(asker, f"{plain(name, 120)!r} is not read: it is not in this folder.")
            elif depth == limits.ASKED_INCLUDES or len(seen) == limits.ASKED_FILES:
                gathered.complain(asker, f"{plain(name, 120)!r} is not read: there are too many such files.")
            elif further not in seen:
                seen.add(further)
                waiting.append((further, depth + 1, through or number))


_READERS: Final[dict[str, Callable[[Path, Files, Gathered], None]]] = {
    "pyproject.toml": _pyproject,
    "requirements.txt": _requirements,
    "environment.yml": _environment,
    "environment.yaml": _environment,
    "pixi.toml": _pixi,
}
