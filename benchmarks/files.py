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


def rich(path: Path, outputs: int) -> Path:
    """A cell for each output of HTML, with a style and a table, as a report has them."""
    rows = "".join(f"<tr><td>{row}</td><td>{row * 1.5}</td></tr>" for row in range(8))
    return live(path, [f"show({number})" for number in range(outputs)], f"<table class='bench'>{rows}</table>")


def live(path: Path, sources: list[str], markup: str = "") -> Path:
    """Cells with code to run, each with this HTML as its output."""
    data = {"text/html": f"<style>.bench td {{ padding: 2px 8px }}</style>{markup}", "text/plain": "as text"}
    output: dict[str, Any] = {"output_type": "display_data", "data": data, "metadata": {}}
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": 1 if markup else None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [output] if markup else [],
            "source": source.splitlines(True),
        }
        for number, source in enumerate(sources)
    ]
    return _save(path, cells)


def _save(path: Path, cells: list[dict[str, Any]]) -> Path:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1) + "\n")
    return path
