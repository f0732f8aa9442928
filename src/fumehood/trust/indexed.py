"""What an index says of a package, laid beside what its name says. Pure.

Facts of an index only ever make a verdict worse: what it does not say is not known, and never good. A name that looks
like another one's and that is brand new is what an attack looks like; either alone is mostly honest.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from fumehood.protocol.trust import Judgement, Package, Verdict

YOUNG_DAYS: Final = 90
LIKELY: Final = 0.5
"""From this score on a name looks like another one."""
_WEIGHT: Final[dict[Verdict, int]] = {"ok": 0, "warn": 1, "stop": 2, "block": 3}
_STATES: Final[dict[str, tuple[Verdict, str]]] = {
    "quarantined": ("stop", "its index holds it in quarantine"),
    "archived": ("warn", "its project is archived: nobody works on it any more"),
    "deprecated": ("warn", "its project is given up: another one takes its place"),
}


def weigh(one: Judgement, package: Package, day: str) -> Judgement:
    """The judgement of a package that is asked for by name; `day`: today, `2026-11-22`."""
    verdict, facts = one.verdict, list[str]()

    def add(at_least: Verdict, fact: str) -> None:
        nonlocal verdict
        verdict = max(verdict, at_least, key=_WEIGHT.__getitem__)
        facts.append(fact)

    alike = not one.rank and one.score >= LIKELY
    born = _date(package.born)
    if born is None:
        if alike:
            facts.append("how old it is, the index does not say")
    elif not one.rank and (today := _date(day)) is not None and (today - born).days < YOUNG_DAYS:
        add("stop" if alike else "warn", f"it is brand new: its first file was uploaded on {born}")
    if package.status in _STATES:
        add(*_STATES[package.status])
    if package.yanked:
        add("warn", f"its makers withdrew version {package.version}")
    if package.publisher_before:
        now = f"by {package.publisher}" if package.publisher else "by nobody who says so"
        add("warn", f"the release before was published by {package.publisher_before}, this one {now}")
    return msgspec.structs.replace(one, verdict=verdict, facts=tuple(facts))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
