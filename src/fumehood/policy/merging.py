"""Whose word counts: the machine's over the user's over the notebook's, by value and without I/O (design, section 6).

A lever that the machine's file names has that value as its cap: the user's file narrows it, a person's "allow for this
notebook" stays below it. One that only the user's file names is what the user says. What nobody names is built in, and
built-in values are no cap: a person may allow more for one notebook. A notebook's own keys are met with the end result,
so that whatever they hold, they can only narrow. What a stranger's output may reach is never more than what the user's
own may; what comes out of a kernel without network reaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fumehood.core.errors import BadInput
from fumehood.policy.file import NOTHING, SILENT, Given, PolicyFile, Trouble, lever
from fumehood.policy.levers import FLOOR, KINDS, NAMES, OPEN, OWN, STRANGER, Levers, Value
from fumehood.policy.places import Hosts
from fumehood.protocol.policy import AllowedHost, Origin, Source

NOTEBOOK_KEY: Final = "fumehood"
"""Of a notebook's metadata: `{"policy": {"scripts": "none"}}` in it narrows."""


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that was said about one notebook's outputs."""

    machine: PolicyFile = SILENT
    user: PolicyFile = SILENT
    notebook: Given = field(default_factory=lambda: NOTHING)
    allowed: tuple[AllowedHost, ...] = ()
    broken: bool = False
    """A policy file cannot be used: nothing is reached until it can."""


@dataclass(frozen=True, slots=True)
class Effective:
    """Of outputs of one origin."""

    levers: Levers
    cap: Levers
    """What a person could allow at most."""
    sources: Mapping[str, Source]
    """Which word was the last on each lever that is not the default's."""


def effective(said: Said, origin: Origin) -> Effective:
    if said.broken:
        return Effective(FLOOR, FLOOR, dict.fromkeys(NAMES, "broken"))
    own_base, own_sources = _base(OWN, said.machine.own, said.user.own)
    own_cap = OPEN.given(said.machine.own)
    narrow = OPEN.given(said.notebook)
    allowed = _allowed(said.allowed)
    if origin == "own":
        return _settled(own_base, own_cap, narrow, allowed, own_sources)
    base, sources = _base(STRANGER, said.machine.stranger, said.user.stranger)
    both = base & own_base
    for name in NAMES:
        if getattr(both, name) != getattr(base, name) and name in own_sources:
            sources[name] = own_sources[name]
    cap = OPEN.given(said.machine.stranger) & own_cap
    if origin == "stranger":
        return _settled(both, cap, narrow, allowed, sources)
    # Or the box would leak through its picture: no word of anybody opens this.
    shut = replace(both & narrow, **dict.fromkeys(KINDS, Hosts()))  # type: ignore[arg-type]
    return Effective(shut, shut, {name: one for name, one in sources.items() if name not in KINDS})


def _base(default: Levers, machine: Given, user: Given) -> tuple[Levers, dict[str, Source]]:
    """What the files make of the defaults."""
    sources: dict[str, Source] = {}
    values: dict[str, Value] = {}
    for name in NAMES:
        if name in user:
            values[name], sources[name] = user[name], "user"
        if name in machine:
            capped: Value = machine[name] if name not in user else user[name] & machine[name]  # type: ignore[operator]
            if name not in user or capped != user[name]:
                sources[name] = "machine"
            values[name] = capped
    return default.given(values), sources


def _settled(base: Levers, cap: Levers, narrow: Levers, allowed: Levers, sources: dict[str, Source]) -> Effective:
    opened = (base | allowed) & cap
    levers, bound = opened & narrow, cap & narrow
    for name in NAMES:
        if getattr(opened, name) != getattr(base, name):
            sources[name] = "allowed"
        # Also where nothing was open: nobody can open it either.
        if getattr(bound, name) != getattr(cap, name):
            sources[name] = "notebook"
    return Effective(levers, bound, sources)


def _allowed(hosts: Iterable[AllowedHost]) -> Levers:
    by_kind: dict[str, set[str]] = {}
    for one in hosts:
        by_kind.setdefault(one.kind, set()).add(one.host)
    return Levers(**{kind: Hosts(some=frozenset(found)) for kind, found in by_kind.items()})  # type: ignore[arg-type]


def narrowing(metadata: Mapping[str, object]) -> tuple[Given, tuple[Trouble, ...]]:
    """Of a notebook's metadata, which anybody may have written: what cannot be read narrows to nothing."""
    ours = metadata.get(NOTEBOOK_KEY)
    said = ours.get("policy") if isinstance(ours, dict) else None
    if said is None:
        return NOTHING, ()
    if not isinstance(said, dict):
        return NOTHING, (Trouble(0, "The notebook's policy is no table of levers."),)
    given: dict[str, Value] = {}
    troubles: list[Trouble] = []
    for name in NAMES:
        if name not in said:
            continue
        try:
            given[name] = lever(name, said[name])
        except BadInput as error:
            given[name] = getattr(Levers(), name)
            troubles.append(Trouble(0, f"In the notebook: {error.message}", error.hint))
    return given, tuple(troubles)
