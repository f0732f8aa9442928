"""The files beside a notebook that ask for packages: offers, of which nothing acts until a person takes them up.

Of all folders the nearest that has any of them speaks, with all that it has there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from fumehood.core import limits
from fumehood.environments.asking import conda_files, pip_lines, yaml_events
from fumehood.environments.asking.folders import Files, existing
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.environments.asking.scripts import line_of
from fumehood.environments.asking.uv_options import UvOptions


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
        return tomllib.loads(text), text.split("\n")
    except (ValueError, RecursionError) as error:
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

    def take(wanted: object, what: str) -> None:
        if not isinstance(wanted, list):
            gathered.complain(files.asker(file), f"`{plain(what, 80)}` is not a list.")
            return
        for one in wanted:
            if not (isinstance(one, dict) and isinstance(one.get("include-group"), str)):
                options.require(one, files.asker(file, line_of(lines, one)))

    project = table(whole, "project")
    take(project.get("dependencies", []), "project.dependencies")
    dynamic = project.get("dynamic")
    if isinstance(dynamic, list) and "dependencies" in dynamic:
        gathered.complain(files.asker(file), "Its dependencies are dynamic: only a build would tell them.")
    for name, group in table(whole, "dependency-groups").items():
        take(group, f"dependency-groups.{name}")
    take(table(whole, "tool", "uv").get("dev-dependencies", []), "tool.uv.dev-dependencies")
    if "poetry" in table(whole, "tool") and table(whole, "tool", "poetry", "dependencies"):
        gathered.complain(files.asker(file), "Poetry's own table of dependencies is not read.")
    if pixi := table(whole, "tool", "pixi"):
        conda_files.pixi(pixi, files.asker(file), gathered)


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
    """With the files that it includes, from its own folder."""
    waiting = [(file, 0)]
    seen = {file}
    while waiting:
        current, depth = waiting.pop(0)
        text = files.text(current)
        if text is None:
            if current != file:
                gathered.complain(files.asker(current), "It is included, and not there.")
            continue
        for number, line in pip_lines.lines(text):
            asker = files.asker(current, number)
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
                waiting.append((further, depth + 1))


_READERS: Final[dict[str, Callable[[Path, Files, Gathered], None]]] = {
    "pyproject.toml": _pyproject,
    "requirements.txt": _requirements,
    "environment.yml": _environment,
    "environment.yaml": _environment,
    "pixi.toml": _pixi,
}
