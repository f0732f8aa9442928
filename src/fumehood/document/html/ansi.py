"""Text of a terminal as elements: colours and styles, and nothing else that a terminal would obey."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fumehood.document.html.markup import Node, element

_SEQUENCE: Final = re.compile(
    r"\x1b(?:\[([0-9;:]{0,200})m|\[[0-?]{0,200}[ -/]{0,20}[@-~]"
    r"|[\]PX^_][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)?|[()*+#%]?.?)",
    re.DOTALL,
)
_ON: Final = {1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "inverse", 9: "strike"}
_OFF: Final = {22: ("bold", "faint"), 23: ("italic",), 24: ("underline",), 27: ("inverse",), 29: ("strike",)}
_LEVELS: Final = (0, 95, 135, 175, 215, 255)

Colour = int | str | None


def terminal(text: str) -> Iterator[Node]:
    """Of a line that was written over, what was written last."""
    if "\r" in text:
        lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
        text = "\n".join(lines)
    style: dict[str, Colour] = {}
    at = 0
    for found in _SEQUENCE.finditer(text):
        yield from _run(text[at : found.start()], style)
        at = found.end()
        if found[1] is not None:
            style = _select(style, found[1])
    yield from _run(text[at:], style)


def _run(text: str, style: dict[str, Colour]) -> Iterator[Node]:
    if not text:
        return
    if not style:
        yield text
        return
    classes = [f"a-{key}" for key, value in style.items() if value == 1 and key not in ("fg", "bg")]
    rules = []
    for key, rule in (("fg", "color"), ("bg", "background-color")):
        value = style.get(key)
        if isinstance(value, str):
            rules.append(f"{rule}:{value}")
        elif value is not None:
            classes.append(f"a-{key}-{value}")
    yield element("span", text, class_=" ".join(classes) or None, style=";".join(rules) or None)


def _select(style: dict[str, Colour], body: str) -> dict[str, Colour]:
    codes = [int(part or "0") for part in re.split("[;:]", body)]
    style = dict(style)
    while codes:
        code = codes.pop(0)
        if code == 0:
            style.clear()
        elif code in _ON:
            style[_ON[code]] = 1
        elif code in _OFF:
            for key in _OFF[code]:
                style.pop(key, None)
        elif code in (38, 48):
            colour, used = _extended(codes)
            del codes[:used]
            if colour is not None:
                style["fg" if code == 38 else "bg"] = colour
        elif code in (39, 49):
            style.pop("fg" if code == 39 else "bg", None)
        else:
            for first, key, base in ((30, "fg", 0), (40, "bg", 0), (90, "fg", 8), (100, "bg", 8)):
                if first <= code < first + 8:
                    style[key] = base + code - first
    return style


def _extended(codes: list[int]) -> tuple[Colour, int]:
    if codes[:1] == [5]:
        return _palette(codes[1]) if len(codes) > 1 else None, 2
    if codes[:1] != [2] or len(codes) < 4:
        return None, len(codes)
    red, green, blue = codes[1:4]
    return (f"#{red:02x}{green:02x}{blue:02x}" if max(red, green, blue) < 256 else None), 4


def _palette(index: int) -> Colour:
    if index < 16:
        return index
    if index > 255:
        return None
    if index >= 232:
        return "#" + f"{8 + (index - 232) * 10:02x}" * 3
    cube = index - 16
    return "#" + "".join(f"{_LEVELS[part]:02x}" for part in (cube // 36, cube // 6 % 6, cube % 6))
