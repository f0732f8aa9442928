"""What a person is shown, made of what is asked for, what it comes to, and what was said before. Pure.

The digest is over everything on the sheet. An approval names it, so that what is signed is what was shown: whatever
changes in between makes another sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from fumehood.protocol.trust import Asked, Change, Index, Judgement, Package, Plan, Requirement, Sheet, TrustStatus
from fumehood.trust import canonical, indexed
from fumehood.trust.records import Record

_WORST_FIRST: Final = {"block": 0, "stop": 1, "warn": 2, "ok": 3}

Judge = Callable[[str], Judgement]


class Before(NamedTuple):
    """What was approved last for this notebook."""

    record: Record
    plan: Plan | None


class Situation(NamedTuple):
    """Of one notebook, beside what it asks for."""

    asks: bool = True
    """It asks for something itself, or tried to: files beside it only offer."""
    plan: Plan | None = None
    """What the last check came to, whatever was asked for then."""
    approved: bool = False
    checking: bool = False
    proposed_by: str = ""
    problem: str = ""
    day: str = ""
    """Today, `2026-11-22`; empty: nothing is called new."""


def with_offers(asked: Asked, taken: Iterable[str]) -> Asked:
    """As if what these files offer were the notebook's own wish."""
    files = frozenset(taken)
    own = tuple(one for one in asked.offered if one.asker.name in files)
    if not own:
        return asked
    rest = tuple(one for one in asked.offered if one.asker.name not in files)
    return msgspec.structs.replace(asked, requirements=(*asked.requirements, *own), offered=rest)


def foreign_hosts(asked: Asked) -> tuple[str, ...]:
    """That a check or an installation would contact and that this user's own configuration does not name.

    Repositories are never fetched, so that nobody is asked about theirs.
    """
    own = {index.host for index in asked.indexes if not index.foreign}
    said = {index.host for index in asked.indexes if index.foreign}
    said.update(one.host for one in asked.requirements if one.kind == "url" and one.ecosystem == "pypi")
    return tuple(sorted(said - own - {""}))


def accepted_before(asked: Asked, record: Record) -> tuple[str, ...]:
    """Of the record's hosts those about which nothing changed: what names them is what named them then.

    A host to which an index led is named by nothing: it counts as long as no other index is asked.
    """
    indexes = [one for one in asked.indexes if one.foreign and one.url not in record.indexes]
    changed = {one.host for one in indexes}
    changed.update(one.host for one in asked.requirements if one.text not in record.requirements)
    named = foreign_hosts(asked)
    return tuple(host for host in record.hosts if host not in changed and (host in named or not indexes))


def status(asked: Asked, now: str, situation: Situation) -> TrustStatus:
    """`now`: the digest of `asked`."""
    if not situation.asks:
        return "offered" if asked.offered else "nothing"
    if situation.checking:
        return "checking"
    if situation.approved:
        return "approved"
    if situation.proposed_by:
        return "proposed"
    if situation.problem:
        return "failed"
    return "unchecked" if current(situation.plan, now) is None else "checked"


def current(plan: Plan | None, now: str) -> Plan | None:
    """The plan, where it answers what is asked for now."""
    return plan if plan is not None and plan.asked == now else None


def sheet(asked: Asked, now: str, situation: Situation, judge: Judge, before: Before | None) -> Sheet:
    plan = current(situation.plan, now)
    made = Sheet(
        status=status(asked, now, situation),
        digest="",
        asked=asked,
        plan=plan,
        judgements=judged(asked, plan, judge, situation.day),
        hosts=foreign_hosts(asked),
        accepted=() if before is None else accepted_before(asked, before.record),
        changes=() if before is None else changes(asked, plan, before),
        nothing_new=before is not None and plan is not None and nothing_new(asked, plan, before),
        approved_by="" if before is None else before.record.by,
        approved_at=0.0 if before is None else before.record.at / 1000,
        proposed_by=situation.proposed_by,
        problem=situation.problem,
    )
    return msgspec.structs.replace(made, digest=digest(made))


def digest(shown: Sheet) -> str:
    """Over all of it but the digest. Scores and times are counted in thousandths: no floats are signed."""
    return canonical.digest("sheet", _counted(msgspec.to_builtins(msgspec.structs.replace(shown, digest=""))))


def _counted(value: Any) -> Any:
    if isinstance(value, float):
        return round(value * 1000)
    if isinstance(value, Mapping):
        return {key: _counted(one) for key, one in value.items()}
    return [_counted(one) for one in value] if isinstance(value, list | tuple) else value


def judged(asked: Asked, plan: Plan | None, judge: Judge, day: str = "") -> tuple[Judgement, ...]:
    """What is not `ok` among the names, the worst first; conda's names are not PyPI's."""
    names = {one.name: None for one in (*asked.requirements, *asked.offered, *asked.magics) if one.ecosystem == "pypi"}
    packages = plan.packages if plan is not None else ()
    names.update((one.name, None) for one in packages)
    names.pop("", None)
    asked_for = {one.name: one for one in packages if one.direct and not one.builder}
    found = [
        one if (package := asked_for.get(name)) is None else indexed.weigh(one, package, day)
        for name, one in ((name, judge(name)) for name in names)
    ]
    told = (one for one in found if one.verdict != "ok")
    return tuple(sorted(told, key=lambda one: (_WORST_FIRST[one.verdict], -one.score, one.name)))


# -- what is new


def nothing_new(asked: Asked, plan: Plan, before: Before) -> bool:
    """The plan's files, with their hashes, are among the approved ones; nothing else is contacted or built."""
    if before.plan is None or (plan.python, plan.platform) != (before.plan.python, before.plan.platform):
        return False
    known = {_file(one) for one in before.plan.packages}
    return (
        all(_file(one) in known and (not one.build or one.name in before.record.builds) for one in plan.packages)
        and set(plan.hosts) <= set(before.plan.hosts)
        and set(foreign_hosts(asked)) <= set(before.record.hosts)
    )


def _file(one: Package) -> tuple[str, str, str, bool]:
    return (one.name, one.version, one.hash, one.build)


def changes(asked: Asked, plan: Plan | None, before: Before) -> tuple[Change, ...]:
    """Of the wishes, and, where both plans are known, of the packages."""
    old = before.record
    found = [
        *_listed("requirement", old.requirements, texts(asked.requirements)),
        *_listed("index", old.indexes, addresses(asked.indexes)),
        *_listed("channel", old.channels, asked.channels),
    ]
    if old.python != asked.python:
        found.append(Change("changed", "python", "python", old.python, asked.python))
    if plan is not None and before.plan is not None:
        found += _packages(before.plan.packages, plan.packages)
    return tuple(found)


def texts(requirements: Iterable[Requirement]) -> tuple[str, ...]:
    return tuple(sorted({one.text for one in requirements}))


def addresses(indexes: Iterable[Index]) -> tuple[str, ...]:
    return tuple(sorted({one.url for one in indexes}))


def _listed(what: Any, old: Iterable[str], new: Iterable[str]) -> list[Change]:
    before, after = set(old), set(new)
    return [
        *(Change("added", what, one, after=one) for one in sorted(after - before)),
        *(Change("removed", what, one, before=one) for one in sorted(before - after)),
    ]


def _packages(old: Iterable[Package], new: Iterable[Package]) -> list[Change]:
    before, after = {one.name: one for one in old}, {one.name: one for one in new}
    found = []
    for name in sorted(before.keys() | after.keys()):
        was, is_ = before.get(name), after.get(name)
        if was is None and is_ is not None:
            found.append(Change("added", "package", name, after=is_.version))
        elif is_ is None and was is not None:
            found.append(Change("removed", "package", name, before=was.version))
        elif was is not None and is_ is not None and _file(was) != _file(is_):
            # The same version from another file is a change that one must see.
            told = (was.version, is_.version) if was.version != is_.version else (_named(was), _named(is_))
            found.append(Change("changed", "package", name, *told))
    return found


def _named(one: Package) -> str:
    return f"{one.version} ({one.hash[:19]})"
