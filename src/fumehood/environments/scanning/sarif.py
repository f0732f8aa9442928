"""Findings as SARIF 2.1.0, which forges and editors read."""

from __future__ import annotations

import os
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
                                "shortDescription": {"text": rule.title},
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
                "results": [_result(finding, numbers[finding.rule]) for finding in results],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.path)}}
    if finding.line:
        physical["region"] = {"startLine": finding.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.cell:
        where = f"cell {finding.cell}" + (f", line {finding.cell_line}" if finding.cell_line else "")
        location["logicalLocations"] = [{"name": where, "fullyQualifiedName": finding.cell_id, "kind": "cell"}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": f"{RULES[finding.rule].title}: {_text(finding.message)}"},
        "locations": [location],
    }


def _uri(path: str) -> str:
    """Relative paths stay so; whatever bytes they have are legal in it."""
    quoted = quote(os.fsencode(path), safe="/")
    return f"file://{quoted}" if path.startswith("/") else quoted


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
