"""A notebook as one static HTML file: `export` (docs/decisions/0020)."""

from __future__ import annotations

from fumehood.document.html.page import export
from fumehood.document.html.plugins import Plugins, load

__all__ = ["Plugins", "export", "load"]
