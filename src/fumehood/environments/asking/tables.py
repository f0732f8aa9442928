"""The tables of a notebook's metadata that ask for packages: ours, nteract's, and what was there before it.

Ours is `metadata.fumehood.dependencies`: `requirements` (PEP 508), `python`, `indexes` (addresses, or tables of `url`
and `role`), `prerelease`, `files` (those beside the notebook whose packages it takes). nteract's is `metadata.runt`
with `uv`, `conda`, `pixi`; older notebooks have `metadata.uv` and `metadata.conda`, which count where `runt` has no
table of that name. Keys that nobody here knows stay in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from fumehood.core import limits
from fumehood.environments.asking import pythons, requirement
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.protocol.trust import Asker, IndexRole

_OURS: Final = frozenset(("requirements", "python", "indexes", "prerelease", "files"))
PRERELEASES: Final = frozenset(("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"))
_CONDA_DEFAULT: Final = "conda-forge"


def read(metadata: Mapping[str, Any], gathered: Gathered) -> None:
    ours = metadata.get("fumehood")
    if isinstance(ours, Mapping) and "dependencies" in ours:
        _own(ours["dependencies"], _asker("fumehood.dependencies"), gathered)
    runt = metadata.get("runt")
    if runt is not None and not isinstance(runt, Mapping):
        gathered.complain(_asker("runt"), "It is not a table.")
    theirs = runt if isinstance(runt, Mapping) else {}
    for name, reader in (("uv", _uv), ("conda", _conda), ("pixi", _pixi)):
        old = metadata.get(name) if name != "pixi" else None
        if name in theirs:
            _table(theirs[name], f"runt.{name}", reader, gathered)
            if old is not None and old != theirs[name]:
                gathered.complain(_asker(name), f"metadata.{name} is not read: metadata.runt.{name} is newer.")
        elif old is not None:
            _table(old, name, reader, gathered)


def files(metadata: Mapping[str, Any]) -> frozenset[str] | None:
    """Names of the files beside it whose offers the notebook takes up. None: it says nothing of any."""
    ours = metadata.get("fumehood")
    table = ours.get("dependencies") if isinstance(ours, Mapping) else None
    found = table.get("files") if isinstance(table, Mapping) else None
    if not isinstance(found, list | tuple):
        return None
    return frozenset(one for one in found[: limits.ASKED_FILES] if isinstance(one, str))


def _asker(name: str) -> Asker:
    return Asker(kind="metadata", name=name)


def _table(value: object, name: str, reader: Any, gathered: Gathered) -> None:
    if isinstance(value, Mapping):
        reader(value, _asker(name), gathered)
    elif value is not None:
        gathered.complain(_asker(name), "It is not a table.")


def _own(value: object, asker: Asker, gathered: Gathered) -> None:
    if not isinstance(value, Mapping):
        gathered.complain(asker, "It is not a table.", 'Write it as {"requirements": ["numpy"]}.')
        return
    for key in value:
        if key not in _OURS:
            gathered.complain(
                asker, f"{plain(str(key), 80)!r} is not known here.", f"Known: {', '.join(sorted(_OURS))}."
            )
    for text in _list(value, "requirements", asker, gathered):
        requirement.pypi(text, asker, gathered)
    if not all(isinstance(one, str) for one in _list(value, "files", asker, gathered)):
        gathered.complain(asker, "`files` are names of files beside the notebook.")
    for index in _list(value, "indexes", asker, gathered):
        _index(index, asker, gathered)
    _python(value.get("python"), asker, gathered)
    prerelease(value.get("prerelease"), asker, gathered)


def _index(value: object, asker: Asker, gathered: Gathered) -> None:
    if isinstance(value, str):
        gathered.index(value, "extra", asker)
        return
    url = value.get("url") if isinstance(value, Mapping) else None
    role = value.get("role", "extra") if isinstance(value, Mapping) else ""
    known: tuple[IndexRole, ...] = get_args(IndexRole)
    if isinstance(url, str) and role in known:
        gathered.index(url, known[known.index(role)], asker)
    else:
        gathered.complain(asker, "An index is an address, or a table of `url` and `role` (default, extra, links).")


def _uv(table: Mapping[str, Any], asker: Asker, gathered: Gathered) -> None:
    for text in _list(table, "dependencies", asker, gathered):
        requirement.pypi(text, asker, gathered)
    _python(table.get("requires-python"), asker, gathered)
    prerelease(table.get("prerelease"), asker, gathered)


def _conda(table: Mapping[str, Any], asker: Asker, gathered: Gathered) -> None:
    wanted = _list(table, "dependencies", asker, gathered)
    for text in wanted:
        requirement.conda(text, asker, gathered)
    _channels(table, bool(wanted), asker, gathered)
    _python(table.get("python"), asker, gathered)


def _pixi(table: Mapping[str, Any], asker: Asker, gathered: Gathered) -> None:
    wanted = _list(table, "dependencies", asker, gathered)
    for text in wanted:
        requirement.conda(text, asker, gathered)
    for text in _list(table, "pypi_dependencies", asker, gathered):
        requirement.pypi(text, asker, gathered)
    _channels(table, bool(wanted), asker, gathered)
    _python(table.get("python"), asker, gathered)


def _channels(table: Mapping[str, Any], wanted: bool, asker: Asker, gathered: Gathered) -> None:
    channels = _list(table, "channels", asker, gathered)
    if not channels and wanted:
        channels = [_CONDA_DEFAULT]
    for name in channels:
        if isinstance(name, str):
            gathered.channel(name, asker)
        else:
            gathered.complain(asker, "A channel must be a text.")


def _python(value: object, asker: Asker, gathered: Gathered) -> None:
    if found := pythons.constraint(value, asker, gathered):
        gathered.pythons.append(found)


def prerelease(value: object, asker: Asker, gathered: Gathered) -> None:
    if value is None:
        return
    if isinstance(value, str) and value in PRERELEASES:
        gathered.prerelease = gathered.prerelease or value
    else:
        gathered.complain(asker, f"{plain(str(value), 80)!r} says nothing about pre-releases.")


def _list(table: Mapping[str, Any], key: str, asker: Asker, gathered: Gathered) -> list[object]:
    value = table.get(key)
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return list(value)
    gathered.complain(asker, f"`{key}` is not a list.")
    return []
