"""Findings as SARIF 2.1.0, which forges and editors read.

Forges want more than the format does: a region for every result, a whole description of each rule, and a fingerprint
that stays where lines move, so that a finding that somebody closed is not told again.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from fumehood import __version__
from fumehood.environments.scanning.findings import RULES, Finding, Report

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(reports: Iterable[Report], problems: Iterable[str] = ()) -> dict[str, Any]:
    known = list(reports)
    wrong = [*problems, *(f"{report.path}: {report.problem}" for report in known if report.problem)]
    results = {finding: None for report in known for finding in report.findings}
    numbers = {rule: number for number, rule in enumerate(RULES)}
    seen: Counter[str] = Counter()
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "hood scan",
                        "version": __version__,
                        "rules": [
                            {
                                "id": rule.id,
                                "name": _named(rule.id),
                                "shortDescription": {"text": f"{rule.title}."},
                                "fullDescription": {"text": rule.help},
                                "help": {"text": rule.help},
                                "defaultConfiguration": {"level": rule.level},
                            }
                            for rule in RULES.values()
                        ],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not wrong,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": _text(one)}} for one in wrong
                        ],
                    }
                ],
                "results": [_result(finding, numbers[finding.rule], seen) for finding in results],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _result(finding: Finding, rule: int, seen: Counter[str]) -> dict[str, Any]:
    # Of a whole file, its first line: a forge shows nothing that has no region.
    physical = {"artifactLocation": {"uri": _uri(finding.path)}, "region": {"startLine": max(1, finding.line)}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.cell:
        where = f"cell {finding.cell}" + (f", line {finding.cell_line}" if finding.cell_line else "")
        location["logicalLocations"] = [{"name": where, "fullyQualifiedName": _text(finding.cell_id), "kind": "cell"}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": f"{RULES[finding.rule].title}: {_text(finding.message)}"},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding, seen)},
    }


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """The same for the same finding wherever its cell has moved to; the number tells alike ones of a cell apart."""
    where = (finding.rule, _uri(finding.path), _text(finding.cell_id), _text(finding.message))
    digest = hashlib.sha256("\n".join(where).encode()).hexdigest()[:16]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _named(rule: str) -> str:
    return "".join(word.capitalize() for word in rule.split("-"))


def _uri(path: str) -> str:
    """Relative paths stay so; whatever bytes they have are legal in it."""
    quoted = quote(os.fsencode(path), safe="/")
    return f"file://{quoted}" if path.startswith("/") else quoted


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
