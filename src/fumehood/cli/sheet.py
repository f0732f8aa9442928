"""A sheet in the terminal: what a notebook asks for, what comes with it, what is odd about it, and what changed.

Every word of it is a stranger's, and passes `terminal.line`. The whole list is said, however long: what a person
approves they must be able to see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from fumehood.cli import terminal, words
from fumehood.protocol.trust import Asker, Change, Complaint, Judgement, Package, Plan, Requirement, Sheet

_STATUS: Final = {
    "nothing": "It asks for nothing.",
    "offered": "It asks for nothing itself; files beside it would.",
    "unchecked": "Nobody has approved this, and it was not checked yet.",
    "checking": "It is being checked.",
    "checked": "It was checked; nobody has approved it.",
    "proposed": "An agent proposed this; nobody has approved it.",
    "approved": "It is approved.",
    "failed": "It could not be checked or installed.",
}
_CODES: Final = {"warn": words.YELLOW, "stop": words.RED, "block": words.RED}
_SIGNS: Final = {"added": ("+", words.GREEN), "removed": ("-", words.RED), "changed": ("~", words.YELLOW)}


def say(shown: Sheet, *, difference: bool = False) -> None:
    """On standard output. `difference`: to what was approved before, where it can be asked for the rest of it."""
    asked = shown.asked
    difference = difference and bool(shown.changes)
    words.say(_STATUS[shown.status], words.GREEN if shown.status == "approved" else words.BOLD)
    if shown.status == "proposed" and shown.proposed_by:
        words.say(f"Proposed by {terminal.line(shown.proposed_by)}.", words.YELLOW)
    if shown.problem:
        words.say(terminal.line(shown.problem, 2000), words.RED)
    if shown.changes:
        _title("Changed since it was approved")
        for change in shown.changes:
            _say_change(change)
        if shown.nothing_new:
            words.say("Nothing new: every file of it was approved before.", words.GREEN)
    if asked.requirements and not difference:
        _title("It asks for")
        _say_requirements(asked.requirements)
    if asked.python:
        words.say(f"  Python {terminal.line(asked.python)}")
    if asked.offered:
        _title("Files beside it offer (nothing of it counts before you take it up)")
        _say_requirements(asked.offered)
    if asked.magics:
        _title("Cells would install while they run")
        _say_requirements(asked.magics)
    foreign = [one for one in asked.indexes if one.foreign]
    if foreign or asked.channels:
        _title("From places that the notebook or its folder names")
        for index in foreign:
            words.say(f"  {terminal.line(index.url)}  ({where(index.asker)})", words.YELLOW)
        for channel in asked.channels:
            words.say(f"  channel {terminal.line(channel)}")
    if asked.complaints:
        _title("Could not be read")
        _say_complaints(asked.complaints)
    if shown.plan is not None:
        say_plan(shown.plan, {one.name for one in shown.changes if one.what == "package"} if difference else None)
    say_judgements(shown.judgements)


def find(shown: Sheet, text: str) -> None:
    """What has `text` in its name, of everything on the sheet."""
    wanted = text.strip().lower()
    asked = (*shown.asked.requirements, *shown.asked.offered, *shown.asked.magics)
    _say_requirements(one for one in asked if wanted in one.text.lower())
    packages = () if shown.plan is None else shown.plan.packages
    found = [one for one in packages if wanted in one.name.lower()]
    if found:
        _say_packages(found)
    say_judgements(one for one in shown.judgements if wanted in one.name.lower())
    every = words.count(len(packages), "file")
    words.say(f"{len(found)} of {every} with {terminal.line(text)!r} in the name" if wanted else every, words.DIM)


def say_plan(plan: Plan, only: Collection[str] | None = None) -> None:
    """`only`: packages to be shown, beside those that run code at the installation; the rest is counted."""
    total = sum(one.size for one in plan.packages)
    least = "" if all(one.size for one in plan.packages) else "at least "
    size = f", {least}{words.size(total)}" if total else ""
    _title(f"Exactly this would be installed: {words.count(len(plan.packages), 'file')}{size}")
    told = [one for one in plan.packages if only is None or one.name in only or one.build]
    if told:
        _say_packages(told)
    if len(told) < len(plan.packages):
        same = words.count(len(plan.packages) - len(told), "file")
        words.say(f"  {same} as approved before (`/` instead of an answer shows all)", words.DIM)
    if plan.left:
        _title("This would not be installed")
        _say_complaints(plan.left)
    words.say(
        f"Python {terminal.line(plan.python)}, {terminal.line(plan.platform)}; "
        f"from {terminal.line(', '.join(plan.hosts) or 'no host', 1000)}",
        words.DIM,
    )


def _say_packages(packages: Iterable[Package]) -> None:
    rows = [
        (one.name, one.version, words.size(one.size) if one.size else "?", _kind(one), _why(one))
        for one in sorted(packages, key=lambda one: (not one.direct, one.name))
    ]
    words.table(("PACKAGE", "VERSION", "SIZE", "AS", "WHY"), rows)


def _say_complaints(found: Iterable[Complaint]) -> None:
    for one in found:
        words.say(f"  {where(one.asker)}: {terminal.line(one.message)} {terminal.line(one.hint)}".rstrip())


def say_judgements(judgements: Iterable[Judgement]) -> None:
    found = list(judgements)
    if found:
        _title("Look twice")
    for one in found:
        like = f" looks like {terminal.line(one.target)}" if one.target else ""
        why = (*one.reasons, *one.facts)
        reasons = f": {terminal.line('; '.join(why), 1000)}" if why else ""
        words.say(f"  {one.verdict:<5} {terminal.line(one.name)}{like}{reasons}", _CODES.get(one.verdict, ""))


def where(asker: Asker) -> str:
    line = f", line {asker.line}" if asker.line else ""
    named = {"cell": f"cell {asker.name}", "metadata": f"metadata.{asker.name}"}.get(asker.kind, asker.name)
    return f"{terminal.line(named)}{line}"


def _say_requirements(found: Iterable[Requirement]) -> None:
    for one in found:
        host = f" from {terminal.line(one.host)}" if one.host else ""
        words.say(f"  {terminal.line(one.text)}{host}  ({where(one.asker)})")


def _say_change(change: Change) -> None:
    sign, code = _SIGNS[change.kind]
    versions = " -> ".join(terminal.line(one) for one in (change.before, change.after) if one and one != change.name)
    words.say(f"  {sign} {change.what} {terminal.line(change.name)} {versions}".rstrip(), code)


def _title(text: str) -> None:
    words.say("")
    words.say(text, words.BOLD)


def _kind(one: Package) -> str:
    return "source, runs its code" if one.build else "wheel, to build others" if one.builder else "wheel"


def _why(one: Package) -> str:
    parts = ["asked for"] if one.direct else []
    if one.yanked:
        parts.append("YANKED")
    if one.needed_by:
        parts.append(f"needed by {', '.join(one.needed_by[:3])}{' …' if len(one.needed_by) > 3 else ''}")
    return "; ".join(parts)
