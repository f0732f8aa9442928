"""Notebook files to open: a third Markdown, two thirds code, half of that with a short text output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write(path: Path, cells: int) -> Path:
    made: list[dict[str, Any]] = []
    for number in range(cells):
        shared = {"id": f"cell-{number}", "metadata": {}}
        if number % 3 == 0:
            text = f"## Step {number}\n\nSome words about what comes next, as people write them.\n" * 3
            made.append({"cell_type": "markdown", **shared, "source": text.splitlines(True)})
            continue
        source = f"values = [n * {number} for n in range(100)]\nprint(sum(values))\n" * 4
        output = {"output_type": "stream", "name": "stdout", "text": [f"{number * 4950}\n"] * 4}
        made.append(
            {
                "cell_type": "code",
                "execution_count": number,
                **shared,
                "outputs": [output] if number % 2 else [],
                "source": source.splitlines(True),
            }
        )
    return _save(path, made)


PAINTED = """<script>requestAnimationFrame(() => {{
  const {{ port1, port2 }} = new MessageChannel();
  port1.onmessage = () => window.benchPainted?.({number}, performance.timeOrigin + performance.now() - {sent});
  port2.postMessage(0);
}});</script>"""
"""At the end of an output: says when it was painted, to who listens (`benchmarks.browser.rich`)."""


def rich(path: Path, outputs: int) -> Path:
    """A cell for each output of HTML, with a style and a table, as a report has them."""
    rows = "".join(f"<tr><td>{row}</td><td>{row * 1.5}</td></tr>" for row in range(8))
    style = "<style>.bench td { padding: 2px 8px }</style>"
    made = []
    for number in range(outputs):
        markup = f"{style}<table class='bench'>{rows}</table>{PAINTED.format(number=number, sent=0)}"
        data = {"text/html": markup, "text/plain": "as text"}
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        made.append(_code(number, f"show({number})", [output]))
    return _save(path, made)


def live(path: Path, sources: list[str]) -> Path:
    """Cells with code to run."""
    return _save(path, [_code(number, source, []) for number, source in enumerate(sources)])


def _code(number: int, source: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": 1 if outputs else None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": outputs,
        "source": source.splitlines(True),
    }


def _save(path: Path, cells: list[dict[str, Any]]) -> Path:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1) + "\n")
    return path
