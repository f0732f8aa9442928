"""Markdown as elements, token by token from a list of what is allowed. A text with markup of its own is not shown so:
`has_markup` tells, and a sealed frame shows what `unsafe` makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fumehood.document.html import maths
from fumehood.document.html.markup import PROSE, Node, element

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

RASTERS: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_RASTER: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]*={0,2}")
DEPTH: Final = 100


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 60 ms, and only for cells of Markdown

    return MarkdownIt("commonmark", {"maxNesting": DEPTH}).enable(["table", "strikethrough"])


def parse(source: str) -> list[Token]:
    return maths.enable(_parser()).parse(source)


def has_markup(tokens: list[Token]) -> bool:
    return any(token.type in ("html_block", "html_inline") or has_markup(token.children or []) for token in tokens)


def has_formulas(tokens: list[Token]) -> bool:
    return any(token.type == "maths" or has_formulas(token.children or []) for token in tokens)


def has_maths(source: str) -> bool:
    return ("$" in source or "\\" in source) and has_formulas(parse(source))


def unsafe(source: str) -> str:
    """As markup, with the text's own markup in it and formulas as their source: for a sealed frame and nothing else."""
    return str(_parser().render(source))


def build(tokens: list[Token], attachments: Mapping[str, Any]) -> tuple[Node, ...]:
    return tuple(_Builder(attachments).nodes(iter(tokens)))


class _Builder:
    def __init__(self, attachments: Mapping[str, Any]) -> None:
        self._attachments = attachments

    def nodes(self, tokens: Iterator[Token]) -> Iterator[Node]:
        """Until the token that closes what these are in."""
        for token in tokens:
            if token.nesting < 0:
                return
            if token.nesting > 0:
                inner = tuple(self.nodes(tokens))
                # The paragraph of a tight list is none.
                if token.hidden:
                    yield from inner
                else:
                    yield self._opened(token, inner)
            else:
                yield from self._alone(token)

    def _opened(self, token: Token, inner: tuple[Node, ...]) -> Node:
        if token.type == "link_open":
            url = address(str(token.attrs.get("href", "")))
            if url is None:
                return element("span", *inner)
            return element("a", *inner, href=url, rel="noopener noreferrer")
        if token.tag not in PROSE:
            return element("div", *inner)
        start = token.attrs.get("start") if token.tag == "ol" else None
        return element(token.tag, *inner, start=str(int(start)) if start is not None else None)

    def _alone(self, token: Token) -> Iterator[Node]:
        match token.type:
            case "inline":
                yield from self.nodes(iter(token.children or []))
            case "text" | "html_inline" | "html_block":
                yield token.content
            case "softbreak":
                yield "\n"
            case "hardbreak":
                yield element("br")
            case "hr":
                yield element("hr")
            case "code_inline":
                yield element("code", token.content)
            case "fence" | "code_block":
                yield element("pre", element("code", token.content))
            case "image":
                yield self._image(token)
            case "maths":
                yield maths.formula(token.meta["maths"], token.content)
            case _:
                yield token.content

    def _image(self, token: Token) -> Node:
        source, alt = str(token.attrs.get("src", "")), token.content
        if source.startswith("attachment:"):
            found = self._attachments.get(source.removeprefix("attachment:"))
            if isinstance(found, dict):
                for mime in RASTERS:
                    if isinstance(data := found.get(mime), str):
                        source = f"data:{mime};base64,{''.join(data.split())}"
        if _RASTER.fullmatch(source):
            return element("img", src=source, alt=alt)
        return element("span", f"[image not in this file: {alt or source[:200]}]", class_="note")


def address(url: str) -> str | None:
    """What a person may be led to by a click."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password:
        return url
    return url if parts.scheme == "mailto" else None
