"""The exported file: cells in their order, static where they can be, and in sealed frames where they might act."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fumehood.document.html import markdown
from fumehood.document.html.ansi import terminal
from fumehood.document.html.frames import Piece, frame, head, ours, script
from fumehood.document.html.markup import Constant, Element, Node, element, name, render
from fumehood.document.loaded import Loaded
from fumehood.document.outputs import lines_to_text

# Best first. What a library would have to draw is shown by whatever stands beside it.
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


def export(loaded: Loaded, title: str) -> str:
    """`title`: the file's name; hostile text like everything in the notebook."""
    nonce = secrets.token_urlsafe(24)
    cells = [_cell(number, cell, loaded, nonce) for number, cell in enumerate(loaded.cells, 1)]
    page = element(
        "html",
        element(
            "head",
            *head(nonce),
            element("meta", name="viewport", content="width=device-width"),
            element("title", title),
            element("style", Constant(ours("page.css"))),
        ),
        element(
            "body",
            element("header", element("h1", name(title))),
            element("main", *cells),
            element("footer", "Exported by fumehood. Its outputs reach neither this page nor the network."),
            script(nonce, "page.js"),
        ),
        lang="en",
    )
    return "".join(("<!DOCTYPE html>\n", *render((page,)), "\n"))


def _cell(number: int, cell: Any, loaded: Loaded, nonce: str) -> Element:
    if cell.type == "markdown":
        return element("section", _markdown(number, cell, nonce), class_="cell")
    if cell.type == "raw":
        return element("section", element("pre", cell.source, class_="source"), class_="cell")
    outputs, count = loaded.outputs.get(cell.id, ((), None))
    return element(
        "section",
        element("div", f"[{count if count is not None else ' '}]", class_="prompt"),
        element("pre", cell.source, class_="source", dir="auto"),
        *_outputs(outputs, nonce, f"Output of cell {number}"),
        class_="cell",
    )


def _markdown(number: int, cell: Any, nonce: str) -> Element:
    tokens = markdown.parse(cell.source)
    if markdown.has_markup(tokens):
        return frame([Piece("html", markdown.unsafe(cell.source))], nonce, f"Cell {number}")
    return element("div", *markdown.build(tokens, cell.attachments or {}), class_="markdown")


def _outputs(outputs: tuple[dict[str, Any], ...], nonce: str, label: str) -> Iterator[Node]:
    """Rich ones that follow each other share a frame, as in the notebook."""
    waiting: list[Piece] = []
    for output in outputs:
        shown = _output(output)
        if isinstance(shown, Piece):
            waiting.append(shown)
            continue
        if waiting:
            yield frame(waiting, nonce, label)
            waiting = []
        yield from shown
    if waiting:
        yield frame(waiting, nonce, label)


def _output(output: dict[str, Any]) -> Piece | tuple[Node, ...]:
    kind = output.get("output_type")
    if kind == "stream":
        return (_text(_joined(output.get("text")), "text stderr" if output.get("name") == "stderr" else "text"),)
    if kind == "error":
        lines = output.get("traceback")
        traceback = "\n".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ""
        return (_text(traceback or f"{output.get('ename')}: {output.get('evalue')}", "text error"),)
    data = output.get("data")
    if not isinstance(data, dict):
        return (_note("an output of an unknown kind"), _text(json.dumps(output), "text"))
    metadata = output.get("metadata")
    return _bundle(data, metadata if isinstance(metadata, dict) else {})


def _bundle(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Piece | tuple[Node, ...]:
    for mime in data:
        if _MEDIA.fullmatch(mime) and (bytes_ := _base64(data[mime])) is not None:
            return (element(mime.partition("/")[0], src=f"data:{mime};base64,{bytes_}", controls=True),)
    for mime in _ORDER:
        if mime not in data:
            continue
        text = _joined(data[mime])
        match mime:
            case "text/html" | "image/svg+xml":
                return Piece("html", text)
            case "text/markdown":
                return Piece("html", markdown.unsafe(text))
            case "application/javascript":
                return Piece("script", text)
            case "text/plain" | "text/latex":
                missing = [one for one in data if one not in _ORDER]
                notes = (_note(f"{', '.join(missing)[:200]} is not in this file; its text is"),) if missing else ()
                return (*notes, _text(text, "text"))
            case "application/json":
                return (_text(json.dumps(data[mime], indent=2, ensure_ascii=False), "text"),)
            case _:
                if (bytes_ := _base64(data[mime])) is not None:
                    return (_picture(mime, bytes_, data, metadata),)
    return (_note(f"{', '.join(data)[:200] or 'an empty output'} is not in this file"),)


def _picture(mime: str, bytes_: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Element:
    own = metadata.get(mime)
    sizes = own if isinstance(own, dict) else metadata

    def size(key: str) -> str | None:
        value = sizes.get(key)
        return str(int(value)) if isinstance(value, int | float) and 0 < value < 100_000 else None

    alt = _joined(data.get("text/plain", ""))
    source = f"data:{mime};base64,{bytes_}"
    return element("img", src=source, alt=alt, width=size("width"), height=size("height"), class_="picture")


def _text(text: str, class_: str) -> Element:
    return element("pre", *terminal(text), class_=class_, dir="auto")


def _note(text: str) -> Element:
    return element("p", f"[{text}]", class_="note")


def _base64(value: Any) -> str | None:
    text = "".join(_joined(value).split())
    return text if text and _BASE64.fullmatch(text) else None


def _joined(value: Any) -> str:
    text = lines_to_text(value)
    return text if text is not None else json.dumps(value, ensure_ascii=False)
