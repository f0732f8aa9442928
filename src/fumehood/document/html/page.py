"""The exported file: cells in their order, static where they can be, and in sealed frames where they might act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fumehood.document.html import markdown, maths
from fumehood.document.html.ansi import terminal
from fumehood.document.html.carried import Carried
from fumehood.document.html.frames import data as data_element
from fumehood.document.html.frames import frame, head, ours, script
from fumehood.document.html.markup import Constant, Element, Node, element, name
from fumehood.document.html.markup import render as rendered
from fumehood.document.html.pieces import LOADER, Piece, drawn, has_diagram, joined, markup
from fumehood.document.html.plugins import BOKEH, FORMULAS, MERMAID, Plugins
from fumehood.document.html.widgets import Saved
from fumehood.document.loaded import Loaded

# Best first, of what needs no plugin of its own.
_ORDER: Final = (
    "text/html",
    "text/markdown",
    "image/svg+xml",
    *markdown.RASTERS,
    "application/javascript",
    "text/latex",
    "application/json",
    "text/plain",
)
_MEDIA: Final = re.compile(r"(audio|video)/[a-z0-9.+-]{1,60}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")


def export(loaded: Loaded, title: str, plugins: Plugins | None = None) -> str:
    """`title`: the file's name; hostile text like everything in the notebook. Without `plugins` what they would draw is
    shown by what stands beside it."""
    return _Page(loaded, Carried(plugins)).written(title)


class _Page:
    def __init__(self, loaded: Loaded, carried: Carried) -> None:
        self._loaded = loaded
        self._carried = carried
        self._saved = Saved(loaded.widgets)

    def written(self, title: str) -> str:
        cells = [self._cell(number, cell) for number, cell in enumerate(self._loaded.cells, 1)]
        said = self._carried.said()
        nonce = self._carried.nonce
        page = element(
            "html",
            element(
                "head",
                *head(nonce),
                element("meta", name="viewport", content="width=device-width"),
                element("title", title),
                element("style", Constant(ours("page.css"))),
                script(nonce, "page.js"),
            ),
            element(
                "body",
                element("header", element("h1", name(title))),
                element("main", *cells),
                element("footer", "Exported by fumehood. Its outputs reach neither this page nor the network."),
                *((data_element("plugins", said),) if said is not None else ()),
            ),
            lang="en",
        )
        return "".join(("<!DOCTYPE html>\n", *rendered((page,)), "\n"))

    def _cell(self, number: int, cell: Any) -> Element:
        if cell.type == "markdown":
            return element("section", self._markdown(number, cell), class_="cell")
        if cell.type == "raw":
            return element("section", element("pre", cell.source, class_="source"), class_="cell")
        outputs, count = self._loaded.outputs.get(cell.id, ((), None))
        return element(
            "section",
            element("div", f"[{count if count is not None else ' '}]", class_="prompt"),
            element("pre", cell.source, class_="source", dir="auto"),
            *self._outputs(outputs, f"Output of cell {number}"),
            class_="cell",
        )

    def _markdown(self, number: int, cell: Any) -> Element:
        tokens = markdown.parse(cell.source)
        if markdown.has_markup(tokens) or (has_diagram(cell.source) and self._carried.has(MERMAID)):
            return frame([markup("text/markdown", cell.source, {}, self._carried)], self._carried, f"Cell {number}")
        if markdown.has_formulas(tokens) and self._carried.has(FORMULAS):
            self._carried.formulas = True
        return element("div", *markdown.build(tokens, cell.attachments or {}), class_="markdown")

    def _outputs(self, outputs: tuple[dict[str, Any], ...], label: str) -> Iterator[Node]:
        """Rich ones that follow each other share a frame, as in the notebook."""
        waiting: list[Piece] = []
        for output in outputs:
            shown = self._output(output)
            if isinstance(shown, Piece):
                waiting.append(shown)
                continue
            if waiting:
                yield frame(waiting, self._carried, label)
                waiting = []
            yield from shown
        if waiting:
            yield frame(waiting, self._carried, label)

    def _output(self, output: dict[str, Any]) -> Piece | tuple[Node, ...]:
        kind = output.get("output_type")
        if kind == "stream":
            return (_text(joined(output.get("text")), "text stderr" if output.get("name") == "stderr" else "text"),)
        if kind == "error":
            lines = output.get("traceback")
            traceback = "\n".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ""
            return (_text(traceback or f"{output.get('ename')}: {output.get('evalue')}", "text error"),)
        data = output.get("data")
        if not isinstance(data, dict):
            return (_note("an output of an unknown kind"), _text(json.dumps(output), "text"))
        metadata = output.get("metadata")
        return self._bundle(data, metadata if isinstance(metadata, dict) else {})

    def _bundle(self, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Piece | tuple[Node, ...]:
        found = drawn(data, metadata, self._carried, self._saved)
        if found is not None:
            return found
        if self._carried.has(BOKEH) and any(LOADER.fullmatch(mime) for mime in data):
            # What it would load is in this file, for the plots that need it.
            return ()
        for mime in data:
            if _MEDIA.fullmatch(mime) and (bytes_ := _base64(data[mime])) is not None:
                return (element(mime.partition("/")[0], src=f"data:{mime};base64,{bytes_}", controls=True),)
        for mime in _ORDER:
            if mime not in data:
                continue
            text = joined(data[mime])
            match mime:
                case "text/html" | "image/svg+xml" | "text/markdown" | "application/javascript":
                    return markup(mime, text, metadata, self._carried)
                case "text/latex":
                    return (self._latex(text),)
                case "text/plain":
                    missing = [one for one in data if one not in _ORDER]
                    notes = (_note(f"{', '.join(missing)[:200]} is not in this file; its text is"),) if missing else ()
                    return (*notes, _text(text, "text"))
                case "application/json":
                    return (_text(json.dumps(data[mime], indent=2, ensure_ascii=False), "text"),)
                case _:
                    if (bytes_ := _base64(data[mime])) is not None:
                        return (_picture(mime, bytes_, data, metadata),)
        return (_note(f"{', '.join(data)[:200] or 'an empty output'} is not in this file"),)

    def _latex(self, text: str) -> Element:
        if not self._carried.has(FORMULAS):
            return _text(text, "text")
        self._carried.formulas = True
        return element("div", *maths.latex(text), class_="text latex", dir="auto")


def _picture(mime: str, bytes_: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Element:
    own = metadata.get(mime)
    sizes = own if isinstance(own, dict) else metadata

    def size(key: str) -> str | None:
        value = sizes.get(key)
        return str(int(value)) if isinstance(value, int | float) and 0 < value < 100_000 else None

    alt = joined(data.get("text/plain", ""))
    source = f"data:{mime};base64,{bytes_}"
    return element("img", src=source, alt=alt, width=size("width"), height=size("height"), class_="picture")


def _text(text: str, class_: str) -> Element:
    return element("pre", *terminal(text), class_=class_, dir="auto")


def _note(text: str) -> Element:
    return element("p", f"[{text}]", class_="note")


def _base64(value: Any) -> str | None:
    text = "".join(joined(value).split())
    return text if text and _BASE64.fullmatch(text) else None
