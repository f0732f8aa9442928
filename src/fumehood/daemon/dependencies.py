"""Changes of what a notebook asks for, in the table where it asks. Pure: metadata in, metadata out.

The table that is there is the one that is changed: nteract's where the notebook has it, else our own. What would not
be understood again is refused before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded
from fumehood.environments import asking
from fumehood.protocol.trust import Asked, Judgement, TrustStatus

_NOWHERE: Final = Path("/nonexistent")
_OURS: Final = ("fumehood", "dependencies")


class Edited(NamedTuple):
    metadata: dict[str, Any]
    added: tuple[str, ...]
    """Names."""


def edited(metadata: Mapping[str, Any], add: Iterable[str], remove: Iterable[str]) -> Edited:
    """A requirement takes the place of one with its name. Raises BadMessage, LimitExceeded."""
    wanted, unwanted = list(add), set(remove)
    if len(wanted) + len(unwanted) > limits.DEPENDENCIES_EDITED:
        raise LimitExceeded(f"At most {limits.DEPENDENCIES_EDITED} dependencies can be changed at once.")
    where, key = _table(metadata)
    old = _texts(metadata, where, key)
    names = _names(_with({}, _OURS, "requirements", wanted), wanted)
    gone = {one.lower().replace("_", "-").replace(".", "-") for one in unwanted}
    known = _names(_with({}, _OURS, "requirements", old), old, strict=False)
    kept = [one for one in old if known.get(one) not in gone and known.get(one) not in names.values()]
    if missing := sorted(gone - set(known.values())):
        raise BadMessage(f"This notebook's table does not ask for {missing[0][:80]}.", hint="")
    return Edited(_with(metadata, where, key, [*kept, *wanted]), tuple(dict.fromkeys(names.values())))


def taking(metadata: Mapping[str, Any], files: Iterable[str]) -> dict[str, Any]:
    """What these files beside the notebook offer is its own wish from now on, wherever it and they are copied to."""
    return _with(metadata, _OURS, "files", sorted(files))


def advice(status: TrustStatus, judgements: Iterable[Judgement], notebook: str) -> str:
    """For whoever changed it: what would be safe, and who decides."""
    said = []
    for one in judgements:
        if one.verdict != "ok" and one.target:
            said.append(f"`{one.name}` looks like `{one.target}`: ask for `{one.target}` if that is meant.")
        elif one.verdict != "ok":
            said.append(
                f"`{one.name}` is not a name that is known: {'; '.join(one.reasons) or 'nobody vouches for it'}."
            )
    if status not in ("nothing", "offered", "approved"):
        said.append(f"Nothing is installed before a person approves it: `hood trust review {notebook}`.")
        said.append("The kernel that runs goes on as it is; names that the standard library has need no approval.")
    return " ".join(said)


def _table(metadata: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """Path of the table to change, and the key of its list."""
    runt = metadata.get("runt")
    if isinstance(runt, Mapping) and isinstance(runt.get("uv"), Mapping):
        return ("runt", "uv"), "dependencies"
    if isinstance(metadata.get("uv"), Mapping) and not isinstance(runt, Mapping):
        return ("uv",), "dependencies"
    return _OURS, "requirements"


def _texts(metadata: Mapping[str, Any], where: tuple[str, ...], key: str) -> list[str]:
    table: Any = metadata
    for name in where:
        table = table.get(name) if isinstance(table, Mapping) else None
    found = table.get(key) if isinstance(table, Mapping) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _with(metadata: Mapping[str, Any], where: tuple[str, ...], key: str, texts: list[str]) -> dict[str, Any]:
    if not where:
        return {**metadata, key: texts}
    inner = metadata.get(where[0])
    return {**metadata, where[0]: _with(inner if isinstance(inner, Mapping) else {}, where[1:], key, texts)}


def _names(metadata: Mapping[str, Any], texts: list[str], strict: bool = True) -> dict[str, str]:
    """Requirement to normal name. Raises BadMessage for one that cannot be read."""
    asked: Asked = asking.read(metadata, (), None, {}, _NOWHERE)
    if strict and asked.complaints:
        raise BadMessage(asked.complaints[0].message, hint=asked.complaints[0].hint)
    found = {one.text: one.name for one in asked.requirements}
    return {text: found.get(text.strip(), "") for text in texts}
