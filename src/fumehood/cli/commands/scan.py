"""`hood scan`: notebooks looked through from their files alone; nothing is run and no daemon is asked."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from fumehood.cli import terminal, words
from fumehood.cli.commands.convert import read_file
from fumehood.core.errors import BadSetting, HoodError
from fumehood.environments import scanning
from fumehood.environments.scanning import RULES, Finding, Report, Walk
from fumehood.protocol.base import encode_json
from fumehood.trust.lookalikes import Names

_LEVELS: Final = {"error": words.RED, "warning": words.YELLOW, "note": words.DIM}
_VERDICTS: Final = {"ok": words.GREEN, "warn": words.YELLOW, "stop": words.RED, "block": words.RED}
_FOUND: Final = 1
_UNREAD: Final = 2
_SHOWN: Final = 12
"""Packages in the line of one notebook."""


def main(arguments: argparse.Namespace) -> int:
    ignored = frozenset(arguments.ignore)
    for rule in sorted(ignored - set(RULES)):
        raise BadSetting(f"There is no rule {rule!r}.", hint=f"The rules: {', '.join(RULES)}.")
    found = scanning.walk(Path(path) for path in arguments.paths)
    reports = _told_once(_reports(found, ignored))
    counted: Counter[str] = Counter(finding.level for report in reports for finding in report.findings)
    problems = [*found.problems, *(f"{report.path}: {report.problem}" for report in reports if report.problem)]
    if arguments.sarif:
        words.say(words.as_json(scanning.sarif(reports, found.problems)))
    elif arguments.json:
        totals = {level: counted[level] for level in _LEVELS}
        words.say(encode_json({"notebooks": reports, "problems": problems, "totals": totals}).decode())
    else:
        for report in reports:
            _show(report)
        for problem in problems:
            words.note(terminal.line(problem, 1000), words.RED)
        _sum(found, reports, counted)
    if problems:
        return _UNREAD
    bad = counted["error"] + counted["warning"] + (counted["note"] if arguments.strict else 0)
    return _FOUND if bad else 0


def _reports(found: Walk, ignored: frozenset[str]) -> Iterator[Report]:
    names = Names.load()
    home = Path.home()
    progress = terminal.is_terminal(sys.stderr) and len(found.notebooks) > 20
    for number, path in enumerate(found.notebooks, 1):
        if progress and number % 10 == 0:
            terminal.put(f"\r{number} of {len(found.notebooks)} notebooks", sys.stderr)
        try:
            report = scanning.scan(path, read_file(path), names, home)
        except HoodError as error:
            report = Report(path=str(path), problem=error.message)
        kept = tuple(finding for finding in report.findings if finding.rule not in ignored)
        yield msgspec.structs.replace(report, findings=kept)
    if progress:
        terminal.put("\r\x1b[K", sys.stderr)


def _told_once(reports: Iterator[Report]) -> list[Report]:
    """What is found in a file beside several notebooks belongs to the first of them."""
    seen: set[Finding] = set()
    kept = []
    for report in reports:
        new = tuple(finding for finding in report.findings if finding not in seen)
        seen.update(finding for finding in new if finding.path != report.path)
        kept.append(msgspec.structs.replace(report, findings=new))
    return kept


def _show(report: Report) -> None:
    asked = [one for one in report.dependencies if one.acts]
    if not report.findings and not asked:
        return
    words.say(terminal.line(report.path, 1000), words.BOLD)
    if asked:
        shown = [
            words.paint(terminal.line(one.name or one.text, 60), _VERDICTS.get(one.verdict, ""))
            for one in asked[:_SHOWN]
        ]
        more = f" and {len(asked) - _SHOWN} more" if len(asked) > _SHOWN else ""
        words.say(f"  asks for {', '.join(shown)}{more}")
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        if path != report.path:
            words.say(f"  {terminal.line(path, 1000)}")
        alike: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in findings:
            alike.setdefault((finding.level, finding.rule, finding.message), []).append(finding)
        for same in alike.values():
            _say(same)
    if report.more:
        words.say(f"  and {words.count(report.more, 'finding')} more", words.DIM)


def _say(same: list[Finding]) -> None:
    """One finding, or several that differ in their place alone."""
    one = same[0]
    places = [_place(finding) for finding in same]
    where = places[0] if len(places) == 1 else f"{len(places)} cells"
    level = words.paint(f"{one.level:<7}", _LEVELS[one.level])
    cells = f" ({', '.join(places[:_SHOWN])}{', …' if len(places) > _SHOWN else ''})" if len(places) > 1 else ""
    words.say(f"  {level}  {where:<10}  {one.rule:<23}  {terminal.line(one.message, 200)}{cells}")


def _place(finding: Finding) -> str:
    place = f"cell {finding.cell}" if finding.cell else f"line {finding.line}" if finding.line else ""
    return f"{place}:{finding.cell_line}" if finding.cell_line else place


def _sum(found: Walk, reports: list[Report], counted: Counter[str]) -> None:
    parts = [words.count(len(reports), "notebook")]
    parts += [words.count(counted[level], level) for level in _LEVELS if counted[level]]
    if found.links:
        parts.append(f"{words.count(found.links, 'link')} not followed")
    words.note(", ".join(parts), words.DIM)
