"""Columns as plain values, so that two programs can be compared. Imported by programs that have nothing of ours."""

from __future__ import annotations

from typing import Any


def describe(frame: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for name in frame.columns:
        column = frame[name]
        categories = [str(one) for one in column.cat.categories] if str(column.dtype) == "category" else None
        found[str(name)] = {
            "dtype": str(column.dtype),
            "categories": categories,
            "values": [None if value != value else str(value) for value in column.tolist()],
        }
    return found
