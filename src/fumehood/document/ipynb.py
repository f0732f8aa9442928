"""Notebook files, in and out: `read` and `build` make the document, `write` makes the file's bytes."""

from __future__ import annotations

from fumehood.document.loaded import FileOutputs, Loaded, build, is_old, read
from fumehood.document.writing import UNCHANGED, Unchanged, write

__all__ = ["UNCHANGED", "FileOutputs", "Loaded", "Unchanged", "build", "is_old", "read", "write"]
