"""What a benchmark hands over: rows of samples, and the table that they make."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: what was measured, of whom, with the samples as they came."""

    what: str
    who: str
    unit: str
    samples: list[float]
    budget: float | None = None
    """Of ours, in the same unit; reported, never asserted."""
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    def quantile(self, part: float) -> float:
        return quantile(self.samples, part)


def quantile(samples: Sequence[float], part: float) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


class Line(NamedTuple):
    what: str
    who: str
    median: str
    p10: str
    p90: str
    n: str
    ratio: str
    budget: str
    note: str


HEAD = Line("what", "who", "median", "p10", "p90", "n", "x raw", "budget", "note")
BASELINES = ("raw jupyter_client", "nginx")


def _number(value: float) -> str:
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def lines(rows: Iterable[Row]) -> list[Line]:
    rows = list(rows)
    base = {row.what: row.median for row in rows if row.who in BASELINES}
    made = []
    shown = ""
    for row in rows:
        raw = base.get(row.what)
        ratio = f"{row.median / raw:.2f}" if raw else ""
        budget = ""
        if row.budget is not None:
            budget = f"≤ {_number(row.budget)} {'met' if row.median <= row.budget else 'MISSED'}"
        made.append(
            Line(
                f"{row.what} [{row.unit}]" if row.what != shown else "",
                row.who,
                _number(row.median),
                _number(row.quantile(0.1)),
                _number(row.quantile(0.9)),
                str(len(row.samples)),
                ratio,
                budget,
                row.note,
            )
        )
        shown = row.what
    return made


def table(rows: Iterable[Row]) -> str:
    body = [HEAD, *lines(rows)]
    widths = [max(len(line[column]) for line in body) for column in range(len(HEAD))]
    texts = []
    for number, line in enumerate(body):
        cells = [
            cell.ljust(width) if column in (0, 1, 7, 8) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        texts.append("  ".join(cells).rstrip())
        if number == 0:
            texts.append("-" * sum(width + 2 for width in widths))
    return "\n".join(texts)


def as_json(rows: Iterable[Row], about: dict[str, Any]) -> str:
    found = [
        {**msgspec.to_builtins(row), "median": row.median, "p10": row.quantile(0.1), "p90": row.quantile(0.9)}
        for row in rows
    ]
    return json.dumps({"about": about, "rows": found}, indent=1, ensure_ascii=False) + "\n"
