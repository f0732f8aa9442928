"""Small notebook files for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def cell(
    source: str, *, id: str | None = None, type: str = "code", tags: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """An nbformat 4.5 cell."""
    found: dict[str, Any] = {"cell_type": type, "source": source, "metadata": {"tags": list(tags)} if tags else {}}
    if id is not None:
        found["id"] = id
    if type == "code":
        found |= {"execution_count": None, "outputs": []}
    return found | more


def write_notebook(path: Path, *cells: str | Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> Path:
    """Cells are `cell(...)` values, or the sources of code cells. Ids are c0, c1, ... where none is given."""
    whole = []
    for number, one in enumerate(cells):
        found = dict(cell(one) if isinstance(one, str) else one)
        found.setdefault("id", f"c{number}")
        whole.append(found)
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": dict(metadata or {}), "cells": whole}
    path.write_text(json.dumps(document, indent=1) + "\n")
    return path


def read_outputs(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Cell id to its outputs, as the file has them."""
    cells = json.loads(path.read_text())["cells"]
    return {one["id"]: one.get("outputs", []) for one in cells}


def printed(path: Path, id: str) -> str:
    """What the cell printed on standard output, as the file has it."""
    parts = []
    for output in read_outputs(path)[id]:
        if output["output_type"] == "stream" and output["name"] == "stdout":
            text = output["text"]
            parts.append(text if isinstance(text, str) else "".join(text))
    return "".join(parts)
