"""Poetry's own tables in a `pyproject.toml`: its constraints as PEP 440 knows them, its groups and extras as offers.

Only what a requirement can say is carried over: a constraint with `||`, which none can, is a complaint and no guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.utils import canonicalize_name

from fumehood.core import limits
from fumehood.environments.asking import requirement
from fumehood.environments.asking.gathering import Gathered, plain
from fumehood.environments.asking.groups import Take
from fumehood.protocol.trust import Asker

_PART: Final = re.compile(r"(\^|~=|~|===|==|=|!=|>=|<=|>|<)?\s*([0-9A-Za-z.!+*_-]+)\Z")
_SPLIT: Final = re.compile(r"\s*,\s*|(?<=[0-9A-Za-z*])\s+(?=[\^~<>=!])")
_RELEASE: Final = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,5}")


class Poetry:
    def __init__(self, table: Mapping[str, Any], asker: Asker, at: Callable[[str], Asker], gathered: Gathered) -> None:
        """`at`: who asks, for a package's name, with the line where it stands."""
        self._table = table
        self._asker = asker
        self._at = at
        self._gathered = gathered

    def read(self, take: Take) -> None:
        main = _table(self._table, "dependencies")
        for name in main:
            for text in self._requirements(name, main[name], optional=False):
                take(text, "")
        for extra, names in _table(self._table, "extras").items():
            for name, value in main.items():
                if isinstance(names, list) and canonicalize_name(name) in {canonicalize_name(str(n)) for n in names}:
                    for text in self._requirements(name, value, optional=True):
                        take(text, f"extra {canonicalize_name(extra)}")
        groups = {name: _table(self._table, "group", name, "dependencies") for name in _table(self._table, "group")}
        groups["dev"] = {**_table(self._table, "dev-dependencies"), **groups.get("dev", {})}
        for group, wanted in groups.items():
            for name in wanted:
                for text in self._requirements(name, wanted[name], optional=None):
                    take(text, f"group {canonicalize_name(group)}")
        sources = self._table.get("source")
        for one in sources if isinstance(sources, list) else []:
            if isinstance(one, Mapping) and isinstance(one.get("url"), str):
                default = one.get("default") is True or one.get("priority") == "default"
                self._gathered.index(one["url"], "default" if default else "extra", self._asker)

    def _requirements(self, name: str, value: object, optional: bool | None) -> Iterator[str]:
        """`optional`: only such as are, or are not; `None`: all."""
        if name.lower() == "python":
            return
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                one = {"version": one}
            if not isinstance(one, dict):
                self._gathered.complain(self._at(name), f"{plain(name, 100)} is asked for in a way that is not read.")
            elif optional is None or (one.get("optional") is True) is optional:
                text = self._one(name, one)
                if text is not None:
                    yield text

    def _one(self, name: str, wanted: Mapping[str, Any]) -> str | None:
        listed = wanted.get("extras")
        extras = [str(one) for one in listed] if isinstance(listed, list) else []
        full = f"{name}[{','.join(extras)}]" if extras else name
        source = {"path": wanted["file"]} if isinstance(wanted.get("file"), str) else dict(wanted)
        address = requirement.sourced(full, source, self._at(name), self._gathered)
        marker = self._marker(name, wanted)
        if address is not None:
            return f"{address} ; {marker}" if marker else address
        version = self._constraint(name, wanted.get("version", "*"))
        if version is None or marker is None:
            return None
        return f"{full}{version}" + (f" ; {marker}" if marker else "")

    def _marker(self, name: str, wanted: Mapping[str, Any]) -> str | None:
        found = [f"({one})" for one in (wanted.get("markers"),) if isinstance(one, str) and one.strip()]
        if "python" in wanted:
            version = self._constraint(name, wanted["python"])
            if version is None:
                return None
            for part in map(Specifier, filter(None, version.split(","))):
                what = "python_full_version" if part.version.count(".") > 1 else "python_version"
                found.append(f'{what} {part.operator} "{part.version}"')
        if isinstance(platform := wanted.get("platform"), str):
            found.append(f"sys_platform == {platform!r}")
        return " and ".join(found)

    def _constraint(self, name: str, text: object) -> str | None:
        """As PEP 440 says it; `None` after a complaint."""
        found = constraint(text) if isinstance(text, str) and len(text) <= limits.ASKED_TEXT else None
        if found is None:
            said = plain(str(text), 80)
            self._gathered.complain(self._at(name), f"{plain(name, 100)} {said!r}: this constraint is not read.")
        return found


def constraint(text: str) -> str | None:
    """Poetry's `^1.2`, `~1.2`, `1.2.*`, `1.2`, `>=1,<2` as PEP 440; `None` where that cannot say it."""
    parts = []
    for part in _SPLIT.split(text.strip()):
        found = _PART.match(part)
        if found is None:
            return None
        operator, version = found[1] or "", found[2]
        if version == "*" and operator in ("", "==", "="):
            continue
        if operator in ("^", "~"):
            if not _RELEASE.match(version):
                return None
            parts += [f">={version}", f"<{_above(version, operator)}"]
        else:
            parts.append(f"{'==' if operator in ('', '=') else operator}{version}")
    try:
        SpecifierSet(",".join(parts))
    except (InvalidSpecifier, ValueError):
        return None
    return ",".join(parts)


def _above(version: str, operator: str) -> str:
    found = _RELEASE.match(version)
    assert found is not None
    numbers = [int(one) for one in found[0].split(".")]
    if operator == "^":
        # The first that is not zero; of nothing but zeros the last.
        at = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    else:
        at = min(1, len(numbers) - 1)
    return ".".join(map(str, [*numbers[:at], numbers[at] + 1]))


def _table(value: object, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, dict) else {}
