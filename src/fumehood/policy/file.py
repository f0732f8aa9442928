"""`policy.toml`, from text to a frozen value (design, section 6).

    [outputs.own]        # made by a run here; nobody else's reach more
    scripts = "https"
    [outputs.stranger]   # of files
    downloads = false

Parsed once, at the door. What is not known is refused with its line: a misspelt lever must not look like a set one.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from fumehood.core import limits
from fumehood.core.errors import BadInput
from fumehood.policy.levers import NAMES, Value
from fumehood.policy.places import Hosts, Types

TABLE: Final = "outputs"
_WHOSE: Final = ("own", "stranger")
_HEADER: Final = re.compile(r"\s*\[\s*([A-Za-z0-9_.\s\"'-]+?)\s*\]\s*(?:#.*)?\Z")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_.\"'-][A-Za-z0-9_.\s\"'-]*?)\s*=")
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")

Given = Mapping[str, Value]
NOTHING: Final[Given] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Trouble:
    line: int
    """From 1; 0: of the whole."""
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """What one file says, lever by lever; what it does not say is absent."""

    own: Given = field(default_factory=lambda: NOTHING)
    stranger: Given = field(default_factory=lambda: NOTHING)


SILENT: Final = PolicyFile()


def parse(text: str) -> tuple[PolicyFile, tuple[Trouble, ...]]:
    """What can be read of it, and what cannot. With a trouble in it, no part of a file may be used."""
    if len(text) > limits.POLICY_BYTES:
        return SILENT, (Trouble(0, f"A policy has at most {limits.POLICY_BYTES} bytes."),)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        message = _AT_LINE.sub("", str(error)).strip()
        return SILENT, (Trouble(int(at[1]) if at else text.count("\n") + 1, f"This is no TOML: {message}."),)
    except RecursionError:
        return SILENT, (Trouble(0, "It is nested too deeply."),)
    lines = _lines(text)
    given: dict[str, dict[str, Value]] = {whose: {} for whose in _WHOSE}
    troubles: list[Trouble] = []
    for path, value in _levers(found, lines, troubles):
        try:
            given[path[1]][path[2]] = lever(path[2], value)
        except BadInput as error:
            troubles.append(Trouble(_line(lines, path), error.message, error.hint))
    troubles.sort(key=lambda one: one.line)
    policy = PolicyFile(MappingProxyType(given["own"]), MappingProxyType(given["stranger"]))
    return policy, tuple(troubles[: limits.POLICY_PROBLEMS])


def lever(name: str, value: object) -> Value:
    """One lever's value, from TOML or JSON. Raises BadInput."""
    if name in ("workers", "downloads"):
        if not isinstance(value, bool):
            raise BadInput(f"{name!r} is true or false.")
        return value
    kind: type[Hosts | Types] = Types if name == "plugins" else Hosts
    if value == "none":
        return kind()
    if value == kind.WORD:
        return kind.all()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return kind.of(value)
    raise BadInput(f'{name!r} is "none", "{kind.WORD}", or a list of {"MIME types" if kind is Types else "hosts"}.')


def _levers(
    found: Mapping[str, Any], lines: Mapping[tuple[str, ...], int], troubles: list[Trouble]
) -> Iterator[tuple[tuple[str, str, str], object]]:
    def unknown(path: tuple[str, ...], known: tuple[str, ...], what: str) -> None:
        near = difflib.get_close_matches(path[-1], known, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
        troubles.append(Trouble(_line(lines, path), f"{path[-1][:80]!r} is no {what}.", hint))

    def table(path: tuple[str, ...], value: object) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        troubles.append(Trouble(_line(lines, path), f"{path[-1]!r} is a table: [{'.'.join(path)}]."))
        return {}

    for name in found:
        if name != TABLE:
            unknown((name,), (TABLE,), "part of a policy")
    outputs = table((TABLE,), found.get(TABLE, {}))
    for whose in outputs:
        if whose in NAMES:
            message = f"{whose!r} stands below nobody's name."
            hint = "Write it below [outputs.own], which bounds the others too, or [outputs.stranger]."
            troubles.append(Trouble(_line(lines, (TABLE, whose)), message, hint))
            continue
        if whose not in _WHOSE:
            unknown((TABLE, whose), _WHOSE, "kind of outputs")
            continue
        for name, value in table((TABLE, whose), outputs[whose]).items():
            if name in NAMES:
                yield (TABLE, whose, name), value
            else:
                unknown((TABLE, whose, name), NAMES, "lever")


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Where each key stands: the TOML reader does not say. A key inside an inline table has its table's line."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _words(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_words(key[1])), number)
    return found


def _words(dotted: str) -> tuple[str, ...]:
    return tuple(word.strip().strip("\"'") for word in dotted.split("."))


def _line(lines: Mapping[tuple[str, ...], int], path: tuple[str, ...]) -> int:
    while path:
        # A table that only its own tables' headers name is where the first of them stands.
        if found := [line for known, line in lines.items() if known[: len(path)] == path]:
            return lines.get(path, min(found))
        path = path[:-1]
    return 0
