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
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1) + "\n")
    return path
