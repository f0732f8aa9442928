"""How the terminal commands say numbers, times, states and tables; every foreign word passes `terminal.line`."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from typing import Any, Final, TextIO

from fumehood.cli import terminal

BOLD: Final = "1"
DIM: Final = "2"
RED: Final = "31"
GREEN: Final = "32"
YELLOW: Final = "33"
CYAN: Final = "36"
STATES: Final = {
    "idle": GREEN,
    "busy": YELLOW,
    "starting": YELLOW,
    "restarting": YELLOW,
    "unresponsive": RED,
    "dead": RED,
    "none": DIM,
}


def paint(text: str, code: str, stream: TextIO | None = None) -> str:
    """`text` in a colour, where that terminal wants colours."""
    wanted = code and terminal.colours(sys.stdout if stream is None else stream)
    return f"\x1b[{code}m{text}\x1b[0m" if wanted else text


def duration(seconds: float) -> str:
    """`0.3 s`, `12 s`, `4 min 05 s`, `2 h 03 min`"""
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def clock(seconds: float) -> str:
    """`0:07`, `12:34`, `1:02:03`"""
    whole = int(max(0.0, seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def since(start: float | None) -> str:
    return "" if start is None else duration(time.time() - start)


def size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def note(text: str, code: str = "") -> None:
    """A line of our own on standard error."""
    sys.stdout.flush()
    print(paint(text, code, sys.stderr), file=sys.stderr, flush=True)


def say(text: str, code: str = "") -> None:
    """A line of our own on standard output."""
    print(paint(text, code))


def as_json(value: Any) -> str:
    """One line. ASCII only: what a terminal would obey is escaped."""
    return json.dumps(value, ensure_ascii=True, separators=(", ", ": "))


def say_json(value: Any) -> None:
    print(as_json(value), flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], codes: Sequence[Sequence[str]] = ()) -> None:
    """Aligned columns on standard output; the cells are foreign text. `codes`: a colour for each cell, or ""."""
    from rich.cells import cell_len

    shown = [[terminal.line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[at]) for row in ([*head], *shown)) for at in range(len(head))]
    if terminal.is_terminal(sys.stdout):
        widths = _fitted(widths, [cell_len(one) for one in head], shutil.get_terminal_size().columns)
        shown = [[_shortened(cell, widths[at]) for at, cell in enumerate(row)] for row in shown]
    for number, row in enumerate(([*head], *shown)):
        parts = []
        for at, cell in enumerate(row):
            padding = " " * (widths[at] - cell_len(cell)) if at < len(head) - 1 else ""
            code = DIM if number == 0 else codes[number - 1][at] if codes else ""
            parts.append(paint(cell, code) + padding)
        print("  ".join(parts).rstrip())


def _fitted(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widest columns give way until a row fits, as far as their titles allow."""
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > room:
        able = [at for at, width in enumerate(fitted) if width > max(least[at], _NARROWEST)]
        if not able:
            break
        fitted[max(able, key=lambda at: fitted[at])] -= 1
    return fitted


def _shortened(cell: str, width: int) -> str:
    """Of a path the end stays: that is what tells paths apart."""
    from rich.cells import cell_len

    if cell_len(cell) <= width:
        return cell
    is_path = "/" in cell
    while cell and cell_len(cell) > width - 1:
        cell = cell[1:] if is_path else cell[:-1]
    return "…" + cell if is_path else cell + "…"


_NARROWEST: Final = 6
