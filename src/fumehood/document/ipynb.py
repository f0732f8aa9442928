"""Notebook files, in and out: `read` and `build` make the document, `write` makes the file's bytes."""

from __future__ import annotations

from fumehood.document.loaded import FileOutputs, Loaded, build, read
from fumehood.document.writing import UNCHANGED, Unchanged, write

__all__ = ["UNCHANGED", "FileOutputs", "Loaded", "Unchanged", "build", "read", "write"]
