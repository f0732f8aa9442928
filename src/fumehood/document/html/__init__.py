"""A notebook as one static HTML file: `export` (docs/decisions/0020)."""

from __future__ import annotations

from fumehood.document.html.page import export

__all__ = ["export"]
