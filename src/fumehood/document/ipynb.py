"""Notebook files, in and out: `read` and `build` make the document, `write` makes the file's bytes."""

from __future__ import annotations

from fumehood.document.loaded import FileOutputs, Loaded, build, read

__all__ = ["FileOutputs", "Loaded", "build", "read"]
