"""Notebooks looked through without opening them: what they ask for, what their cells and outputs would do."""

from __future__ import annotations

from fumehood.environments.scanning.findings import RULES, Dependency, Finding, Level, Report, Rule
from fumehood.environments.scanning.notebooks import scan
from fumehood.environments.scanning.sarif import sarif
from fumehood.environments.scanning.walking import Walk, walk

__all__ = ["RULES", "Dependency", "Finding", "Level", "Report", "Rule", "Walk", "sarif", "scan", "walk"]
