"""What the sealed page draws with, as the exported file carries it: once for all frames, and only what an output needs.

The files are those of the build (`assets/guest`): the page's own script, and plugins whose names are in `plugins.json`
by their source, with the files that each needs at once. What these files name in turn is found in their texts, because
each name holds its content's hash. Constant bytes of ours; nothing of a notebook comes in here.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

CORE: Final = "core.js"
"""The script inside the sealed page, which is no file of its own."""
STYLE: Final = "core.css"
_PAGE: Final = "guest.html"
CATALOGUE: Final = "plugins.json"
FORMULAS: Final = "formulas"
"""Draws formulas in the page itself, where Markdown stands."""
MARKDOWN: Final = "renderers/markdown"
MERMAID: Final = "renderers/mermaid"
WIDGET: Final = "renderers/widget"
BOKEH: Final = "bokeh/bring"
VEGA_OF_HTML: Final = "vega"
REQUIRE: Final = "require"

_NAMED: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}\.(?:m?js|css|woff2|png|svg|wasm)")
_TEXT: Final = (".js", ".mjs", ".css")
_SCRIPT: Final = re.compile(r'<script type="module">(.*)</script>', re.DOTALL)
_STYLE: Final = re.compile(r"<style>(.*)</style>", re.DOTALL)
# By far the largest part of what Markdown may need, and few need it.
_HEAVY: Final = "mermaid.min-"


class Needed(NamedTuple):
    """Of some plugins."""

    files: tuple[str, ...]
    """Each behind those that it names."""
    styles: tuple[str, ...]
    """Of these, the style sheets of the whole document."""
    absent: tuple[str, ...]
    """Named and not carried."""

    def said(self) -> dict[str, Any]:
        return {"files": self.files, "styles": self.styles, "absent": self.absent}


class Plugins:
    def __init__(self, folder: Path, page: str, catalogue: dict[str, list[str]]) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._here = {file.name for file in folder.iterdir()}
        self._read: dict[str, bytes] = {}
        for name, pattern in ((CORE, _SCRIPT), (STYLE, _STYLE)):
            found = pattern.search(page)
            self._read[name] = found[1].encode() if found else b""

    def __contains__(self, plugin: str) -> bool:
        return plugin in self._catalogue

    def needed(self, plugins: Iterable[str]) -> Needed:
        wanted = sorted(set(plugins))
        order: dict[str, None] = {}
        begun: set[str] = set()
        absent: set[str] = set()

        def take(name: str) -> None:
            if name in begun:
                return
            begun.add(name)
            for other in self._named(name):
                if other.startswith(_HEAVY) and MERMAID not in wanted:
                    absent.add(other)
                else:
                    take(other)
            order[name] = None

        roots = [name for plugin in wanted for name in self._catalogue[plugin]]
        for name in roots:
            take(name)
        styles = dict.fromkeys(name for name in roots if name.endswith(".css"))
        return Needed(tuple(order), tuple(styles), tuple(sorted(absent)))

    def packed(self, name: str) -> str:
        """A file's bytes, as text that a script element can hold."""
        return base64.b64encode(gzip.compress(self._bytes(name), 6, mtime=0)).decode("ascii")

    def entry(self, plugin: str) -> str:
        return self._catalogue[plugin][0]

    def _named(self, name: str) -> list[str]:
        if not name.endswith(_TEXT):
            return []
        text = self._bytes(name).decode("utf-8", "replace")
        return sorted({found for found in _NAMED.findall(text) if found in self._here and found != name})

    def _bytes(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = (self._folder / name).read_bytes()
        return self._read[name]


def load(folder: Path) -> Plugins | None:
    """Blocks. None where no pages were built: what a library would draw is then shown by what stands beside it."""
    try:
        return Plugins(folder, (folder / _PAGE).read_text("utf-8"), json.loads((folder / CATALOGUE).read_bytes()))
    except (OSError, ValueError):
        return None
