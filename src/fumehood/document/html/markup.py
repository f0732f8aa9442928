"""Elements of the exported file, and the one way from them to markup.

Whatever a notebook says is a text or an attribute's value here, and is escaped; tags and attributes are ours. Only
`Constant` goes out as it is: this package's own style sheets and scripts, and the data of a frame, of which `frames`
says why nothing in it ends the element that it is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

PROSE: Final = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "strong",
        "em",
        "s",
    ]
)
"""What Markdown may become, with nothing but text in it."""
TAGS: Final = PROSE | frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "body",
        "style",
        "script",
        "header",
        "main",
        "section",
        "div",
        "span",
        "hr",
        "br",
        "code",
        "pre",
        "a",
        "img",
        "audio",
        "video",
        "iframe",
        "bdi",
        "details",
        "summary",
        "footer",
    ]
)
ATTRIBUTES: Final = frozenset(
    [
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "nonce",
        "href",
        "rel",
        "title",
        "alt",
        "src",
        "width",
        "height",
        "controls",
        "start",
        "sandbox",
        "srcdoc",
        "loading",
        "referrerpolicy",
        "dir",
        "style",
        "scope",
        "type",
        "data-tex",
    ]
)
VOID: Final = frozenset(("meta", "hr", "br", "img"))
_TABLE: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}
# A control character would be dropped, or end the text for some reader: it is shown instead.
_TABLE.update({code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)})
_TABLE[0x7F] = "␡"
_TABLE.update(dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), "�"))
_UNSEEN: Final = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Constant(NamedTuple):
    """Text of ours that is markup's own: a style sheet, a script."""

    text: str


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str]
    children: tuple[Node, ...]


Node = str | Constant | Element


def element(tag: str, /, *children: Node, **attributes: str | bool | None) -> Element:
    """Of attributes, `class_` is `class`; True is an empty one, None and False are none."""
    if tag not in TAGS:
        raise ValueError(tag)
    named: dict[str, str] = {}
    for key, value in attributes.items():
        name = key.rstrip("_").replace("_", "-")
        if name not in ATTRIBUTES:
            raise ValueError(name)
        if value is not None and value is not False:
            named[name] = "" if value is True else value
    return Element(tag, named, children)


def escape(text: str) -> str:
    return text.translate(_TABLE)


def name(text: str) -> Element:
    """A name that somebody else chose: isolated, and with what cannot be seen in it made visible."""
    shown = _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\n", "␊").replace("\t", "␉"))
    return element("bdi", shown)


def render(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield escape(node)
        elif isinstance(node, Constant):
            yield node.text
        else:
            attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attributes.items())
            yield f"<{node.tag}{attributes}>"
            if node.tag not in VOID:
                # A line end at the beginning of these is not the text's own for a parser.
                if node.tag == "pre":
                    yield "\n"
                yield from render(node.children)
                yield f"</{node.tag}>"
