"""Which of an output's types the exported file shows, and what a frame needs to show it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from fumehood.document.html import markdown
from fumehood.document.html.carried import Carried
from fumehood.document.html.plugins import BOKEH, MARKDOWN, MERMAID, REQUIRE, VEGA_OF_HTML, WIDGET
from fumehood.document.html.widgets import Saved
from fumehood.document.outputs import lines_to_text
from fumehood.document.widgets import VIEW

# Jupyter's order, as the page has it (`web/packages/bridge/src/ranks.ts`), of what the sealed page's plugins draw.
DRAWN: Final = (
    (re.compile(re.escape(VIEW)), WIDGET),
    (re.compile(r"application/vnd\.vega(?:lite)?\.v\d+(?:\.\d+)*[.+]json"), "renderers/vega"),
    (re.compile(r"application/vnd\.plotly\.v1\+json"), "renderers/plotly"),
    (re.compile(r"application/geo\+json"), "renderers/geojson"),
    (re.compile(r"text/vnd\.mermaid"), MERMAID),
)
LOADER: Final = re.compile(r"application/vnd\.(?:bokehjs|holoviews)_load\.v0\+json")
_PLOTS: Final = ("application/vnd.bokehjs_exec.v0+json", "application/vnd.holoviews_exec.v0+json")
# As `web/packages/guest/src/expected.ts` looks for what a script expects.
_REQUIRE: Final = re.compile(
    r"""\b(?:require|requirejs)\s*(?:\(\s*\[|\.\s*config\s*\()|\bdefine\s*\(\s*['"[]""",
)
_FENCE: Final = re.compile(r"^\s*(?:```|~~~)\s*mermaid\s*$", re.MULTILINE)
_BESIDE: Final = ("text/html", "image/svg+xml", "text/plain")


class Piece(NamedTuple):
    """What a frame shows, one below the other."""

    mime: str
    text: str
    plugins: tuple[str, ...] = ()
    """Empty: markup and scripts, which need nothing but a browser."""
    beside: Mapping[str, str] = {}
    """The bundle's other types, where the first cannot be drawn."""
    metadata: Mapping[str, Any] = {}
    models: Sequence[Mapping[str, Any]] = ()

    def plain(self) -> dict[str, str]:
        return {"kind": "script" if self.mime == "application/javascript" else "html", "text": self.text}

    def output(self, id_: str) -> dict[str, Any]:
        """As the bridge tells a frame of outputs."""
        return {"id": id_, "data": {self.mime: self.text, **self.beside}, "metadata": dict(self.metadata)}


def drawn(data: Mapping[str, Any], metadata: Mapping[str, Any], carried: Carried, saved: Saved) -> Piece | None:
    """The best type that needs a plugin, where there is one that can draw it here."""
    for pattern, plugin in DRAWN:
        mime = next((one for one in data if pattern.fullmatch(one)), None)
        if mime is None or not carried.has(plugin):
            continue
        models = saved.shown_by(data[mime]) if plugin == WIDGET else []
        if plugin == WIDGET and not models:
            continue
        beside = {one: joined(data[one]) for one in _BESIDE if one in data and one != mime}
        return Piece(mime, joined(data[mime]), (plugin,), beside, metadata, models)
    return None


def markup(mime: str, text: str, metadata: Mapping[str, Any], carried: Carried) -> Piece:
    """HTML, SVG, a script, or Markdown with whatever is in it."""
    plugins: tuple[str, ...] = ()
    if mime == "text/markdown":
        if has_diagram(text):
            plugins = (MARKDOWN, MERMAID)
        elif markdown.has_maths(text):
            plugins = (MARKDOWN,)
    elif any(one in metadata for one in _PLOTS):
        plugins = (BOKEH,)
    elif "vegaEmbed" in text and "define.amd" in text:
        plugins = (VEGA_OF_HTML,)
    elif mime != "image/svg+xml" and _REQUIRE.search(text):
        plugins = (REQUIRE,)
    if not all(carried.has(plugin) for plugin in plugins):
        plugins = ()
    if mime == "text/markdown" and not plugins:
        return Piece("text/html", markdown.unsafe(text), (), {}, metadata)
    return Piece(mime, text, plugins, {}, metadata)


def has_diagram(text: str) -> bool:
    """Whether it has a fence of Mermaid."""
    return "mermaid" in text and _FENCE.search(text) is not None


def joined(value: Any) -> str:
    text = lines_to_text(value)
    return text if text is not None else json.dumps(value, ensure_ascii=False)
