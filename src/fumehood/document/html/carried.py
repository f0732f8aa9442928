"""What one exported file carries: grows while its cells are written, and is said once at its end."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from fumehood.document.html.plugins import CORE, FORMULAS, STYLE, Needed, Plugins


class Carried:
    def __init__(self, plugins: Plugins | None) -> None:
        self.nonce = secrets.token_urlsafe(24)
        self.plugins = plugins
        self.formulas = False
        """Whether the page itself has some to draw."""
        self._files: dict[str, None] = {}
        self._known: dict[frozenset[str], Needed] = {}

    def has(self, plugin: str) -> bool:
        return self.plugins is not None and plugin in self.plugins

    def take(self, plugins: Collection[str]) -> Needed | None:
        """For a frame. None where it needs none."""
        if self.plugins is None or not plugins:
            return None
        key = frozenset(plugins)
        if key not in self._known:
            files, styles, absent = self.plugins.needed(key)
            self._known[key] = Needed((STYLE, *files), (STYLE, *styles), absent)
            self._files.update(dict.fromkeys((*self._known[key].files, CORE)))
        return self._known[key]

    def said(self) -> dict[str, Any] | None:
        """None where nothing is carried."""
        if self.plugins is None or not (self._files or self.formulas):
            return None
        said: dict[str, Any] = {}
        if self.formulas:
            needed = self.plugins.needed((FORMULAS,))
            self._files.update(dict.fromkeys(needed.files))
            said["formulas"] = {**needed.said(), "entry": self.plugins.entry(FORMULAS)}
        return {"files": {name: self.plugins.packed(name) for name in self._files}, **said}
