"""What an exported notebook carries to draw with: what an output needs, once; and formulas in the page itself."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from fumehood.document import html, ipynb
from fumehood.document.html import maths
from fumehood.document.html.pieces import DRAWN
from fumehood.document.html.plugins import FORMULAS

ROOT = Path(__file__).resolve().parents[2]
VIEW = "application/vnd.jupyter.widget-view+json"
PLOTLY = "application/vnd.plotly.v1+json"


@pytest.fixture
def plugins(tmp_path: Path) -> html.Plugins:
    """As a build makes them, small."""
    files = {
        "guest.html": '<style>core</style><script type="module">import("./plotly-1.js")</script>',
        "plotly-1.js": 'import"./library-1.js";new URL("plotly.min-1.js",import.meta.url)',
        "plotly.min-1.js": "x" * 1000,
        "library-1.js": "1",
        "markdown-1.js": 'import"./katex-1.js";"mermaid.min-1.js"',
        "mermaid-1.js": '"mermaid.min-1.js"',
        "mermaid.min-1.js": "2",
        "katex-1.js": "3",
        "katex-1.css": "url(./font-1.woff2)",
        "font-1.woff2": "4",
        "widget-1.js": "5",
        "formulas-1.js": 'import"./katex-1.js"',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    catalogue = {
        "renderers/plotly": ["plotly-1.js", "library-1.js"],
        "renderers/markdown": ["markdown-1.js", "katex-1.js", "katex-1.css"],
        "renderers/mermaid": ["mermaid-1.js"],
        "renderers/widget": ["widget-1.js"],
        FORMULAS: ["formulas-1.js", "katex-1.js", "katex-1.css"],
    }
    (tmp_path / "plugins.json").write_text(json.dumps(catalogue))
    found = html.load(tmp_path)
    assert found is not None
    return found


class Page(HTMLParser):
    """The file, with what its data elements say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.data: dict[str, Any] = {}
        self.frames: list[Any] = []
        self.formulas: list[str] = []
        self.bare = ""
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in = (given.get("id") or "") if given.get("type") == "application/json" else ""
        if tag == "iframe":
            self.frames.append(Page(given["srcdoc"] or "").data["data"])
        if (tex := given.get("data-tex")) is not None:
            self.formulas.append(tex)

    def handle_data(self, data: str) -> None:
        if self._in:
            self.data[self._in] = json.loads(data)
            self._in = ""
        else:
            self.bare += data


def exported(plugins: html.Plugins | None, *cells: dict[str, Any], **metadata: Any) -> Page:
    made = [{"id": f"c{number}", "metadata": {}, **cell} for number, cell in enumerate(cells)]
    notebook = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return Page(html.export(ipynb.read(json.dumps(notebook).encode()), "a.ipynb", plugins))


def shown(*bundles: dict[str, Any]) -> dict[str, Any]:
    outputs = [{"output_type": "display_data", "data": data, "metadata": {}} for data in bundles]
    return {"cell_type": "code", "execution_count": 1, "source": "1", "outputs": outputs}


def test_a_chart_brings_what_draws_it_once_and_each_file_stands_behind_those_that_it_names(
    plugins: html.Plugins,
) -> None:
    chart = {PLOTLY: {"data": []}, "text/plain": "Figure()"}
    page = exported(plugins, shown({"text/html": "<b>x</b>"}), shown(chart), shown(chart))
    assert list(page.data["plugins"]["files"]) == [
        "core.css",
        "library-1.js",
        "plotly.min-1.js",
        "plotly-1.js",
        "core.js",
    ]
    packed = page.data["plugins"]["files"]["plotly.min-1.js"]
    assert gzip.decompress(base64.b64decode(packed)) == b"x" * 1000
    plain, one, other = page.frames
    assert plain == {"pieces": [{"kind": "html", "text": "<b>x</b>"}]}
    assert one["files"] == other["files"] == ["core.css", "library-1.js", "plotly.min-1.js", "plotly-1.js"]
    assert one["outputs"][0]["data"] == {PLOTLY: '{"data": []}', "text/plain": "Figure()"}


def test_a_notebook_that_needs_none_carries_none(plugins: html.Plugins) -> None:
    page = exported(plugins, shown({"text/html": "<table></table>"}), {"cell_type": "markdown", "source": "costs $5"})
    assert "plugins" not in page.data


def test_without_built_pages_the_text_beside_a_chart_is_shown(tmp_path: Path) -> None:
    assert html.load(tmp_path) is None
    page = exported(None, shown({PLOTLY: {}, "text/plain": "Figure()"}))
    assert page.frames == [] and "Figure()" in page.bare


def test_formulas_of_markdown_are_the_page_s_own_and_those_beside_markup_a_frame_s(plugins: html.Plugins) -> None:
    page = exported(
        plugins,
        {"cell_type": "markdown", "source": "$a$, `$no$`, costs $5 and $6\n\n$$\nb\n$$\n"},
        {"cell_type": "markdown", "source": "<b>x</b> $c$"},
        shown({"text/latex": "$d$ \\[e\\]"}),
    )
    assert page.formulas == ["a", "\nb\n", "d", "e"]
    (frame,) = page.frames
    assert frame["styles"] == ["core.css", "katex-1.css"] and frame["absent"] == ["mermaid.min-1.js"]
    assert frame["outputs"][0]["data"] == {"text/markdown": "<b>x</b> $c$"}
    assert page.data["plugins"]["formulas"]["entry"] == "formulas-1.js"


def test_a_widget_comes_with_the_models_that_it_names_and_no_others(plugins: html.Plugins) -> None:
    def model(module: str = "@jupyter-widgets/controls", **state: Any) -> dict[str, Any]:
        return {"model_name": "M", "model_module": module, "state": state}

    state = {
        "a": model(children=["IPY_MODEL_b"]),
        "b": {**model(), "buffers": [{"path": ["x"], "data": "00ff", "encoding": "hex"}]},
        "other": model(),
        "foreign": model("bqplot"),
    }
    saved = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    views = [shown({VIEW: {"model_id": id_}, "text/plain": f"text of {id_}"}) for id_ in ("a", "foreign", "gone")]
    page = exported(plugins, *views, widgets=saved)
    (frame,) = page.frames
    assert {one["id"] for one in frame["models"]} == {"a", "b"}
    (bytes_,) = next(one["buffers"] for one in frame["models"] if one["id"] == "b")
    assert base64.b64decode(bytes_["data"]) == b"\x00\xff"
    assert "text of foreign" in page.bare and "text of gone" in page.bare


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("$x$", "x"),
        ("$a\\$b$", "a\\$b"),
        ("$5 and $6", None),
        ("$ $", None),
        ("$a\n\nb$", None),
        ("$$a\n\nb$$", "a\n\nb"),
        ("\\\\(y\\\\)", "y"),
        ("\\begin{a}\\begin{a}\\end{a}\\end{a}", "\\begin{a}\\begin{a}\\end{a}\\end{a}"),
        ("\\begin{a}", None),
        ("$" + "x" * 30_000 + "$", None),
    ],
)
def test_a_formula_is_what_the_page_takes_for_one(text: str, tex: str | None) -> None:
    found = maths.at(text, 0, maths.IN_MARKDOWN)
    assert (found.tex if found else None) == tex


def test_what_is_drawn_in_the_file_is_what_the_sealed_page_draws() -> None:
    registry = (ROOT / "web/packages/guest/src/registry.ts").read_text("utf-8")
    for _, plugin in DRAWN:
        assert f'import("./{plugin}.js")' in registry
    known = set(re.findall(r'import\("\./(renderers/\w+)\.js"\)', registry))
    # What comes as bytes of a blob stays a note, and Markdown, formulas and JSON have ways of their own.
    assert known - {plugin for _, plugin in DRAWN} == {
        f"renderers/{name}" for name in ("markdown", "latex", "pdf", "table", "json")
    }
