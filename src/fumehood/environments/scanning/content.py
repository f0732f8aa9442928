"""What a saved output, or raw HTML in a Markdown cell, would do where it is shown without a seal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_SCRIPTS: Final = frozenset(
    ("application/javascript", "text/javascript", "application/x-javascript", "application/ecmascript")
)
_BEARS_SCRIPTS: Final = re.compile(r"application/vnd\.(?:bokehjs_exec|holoviews_exec)\.")
_WIDGET: Final = "application/vnd.jupyter.widget-view+json"
_MARKUP: Final = ("text/html", "image/svg+xml", "text/markdown")
_ACTIVE: Final = re.compile(
    r"<\s{0,8}(?:script|(?:iframe|object|embed|form|base|meta)[\s>])|[\s\"'/]on[a-z]{3,24}\s{0,8}=|javascript:",
    re.IGNORECASE,
)
_REMOTE: Final = re.compile(
    r"(?:(?:src|href|srcset|poster|data)\s{0,8}=\s{0,8}[\"']?|url\(\s{0,8}[\"']?)\s{0,8}(?:https?:)?//", re.IGNORECASE
)
_RAW: Final = re.compile(r"<[a-z/!]", re.IGNORECASE)
_TAG: Final = re.compile(r"<[a-zA-Z][^>]{0,4000}")


def of_output(output: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Rule and what is there, each rule once."""
    data = output.get("data")
    if not isinstance(data, Mapping):
        return
    seen: set[str] = set()
    for mime, value in data.items():
        for rule, what in _of_bundle(str(mime), value):
            if rule not in seen:
                seen.add(rule)
                yield rule, what


def _of_bundle(mime: str, value: object) -> Iterator[tuple[str, str]]:
    if mime in _SCRIPTS or _BEARS_SCRIPTS.match(mime):
        yield "output-script", mime
    elif mime == _WIDGET:
        yield "output-widget", mime
    elif mime in _MARKUP:
        text = joined(value)
        if found := _ACTIVE.search(text):
            yield "output-script", f"{mime}: {found[0].strip()}"
        if found := _REMOTE.search(text):
            yield "output-remote", f"{mime}: {text[found.start() : found.end() + 60]}"


def of_markdown(source: str) -> str:
    """The first active thing in a Markdown cell's raw HTML; empty: none."""
    if _RAW.search(source) is None:
        return ""
    for tag in _TAG.finditer(source):
        if found := _ACTIVE.search(tag[0]):
            return found[0].strip()
    return ""


def joined(value: object) -> str:
    if isinstance(value, str):
        return value
    return "".join(one for one in value if isinstance(one, str)) if isinstance(value, list) else ""


def size(value: object) -> int:
    """Roughly, in characters; without recursion, and of shared parts each time."""
    total = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            total += len(one)
        elif isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
        else:
            total += 8
    return total
