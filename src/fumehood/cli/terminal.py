"""The one way by which foreign text reaches a terminal: shown, not obeyed.

Outputs, logs, file names, kernel names and error messages are text of strangers. Of all that a terminal would obey,
only a line feed, a tab and sequences that set colour and weight of letters (SGR) pass; everything else becomes visible
text, `\x1b` for an escape character: sequences that write the clipboard (OSC 52), the title or the cursor, C1
controls, and the Unicode characters that reorder, hide or invisibly carry text. Works on whole texts: a sequence that
is cut in two must be put together before.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TextIO

_SGR = re.compile(r"\x1b\[([0-9;:]{0,64})m")
_PLAIN = re.compile(r"[\n\t\x20-\x7e]*\Z")
_RESET: Final = "\x1b[0m"
_KEPT: Final = frozenset("\n\t")
_JOINERS: Final = frozenset("\u200c\u200d")
"""Scripts and emoji need them; they neither reorder nor hide."""
_HIDDEN: Final = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2065")
"""Letters and marks that show nothing at all."""
_CODES: Final = frozenset(
    (0, 1, 2, 3, 4, 7, 9, 21, 22, 23, 24, 27, 29, 39, 49, 53, 55, 59, *range(30, 38), *range(40, 48), *range(90, 108))
)
"""What may be set: no blinking, no concealing (8), no other fonts."""
_ENDS: Final = frozenset(("", "0", "00", "22", "23", "24", "27", "29", "39", "49", "55", "59"))


def clean(text: str, *, colour: bool = True) -> str:
    """`text` for a terminal. With `colour` its SGR sequences pass, and are reset at the end; without they are left out.

    Without any control character in it, a text is returned as it is.
    """
    if _PLAIN.match(text):
        return text
    parts: list[str] = []
    at = 0
    coloured = False
    for found in _SGR.finditer(text):
        parts.append(_visible(text[at : found.start()]))
        at = found.end()
        if not _allowed(found[1]):
            parts.append(_visible(found[0]))
        elif colour:
            parts.append(found[0])
            coloured = _sets(found[1])
    rest = _visible(text[at:])
    if coloured:
        whole = rest.rstrip("\n")
        rest = whole + _RESET + rest[len(whole) :]
    return "".join((*parts, rest))


def line(text: str, most: int = 400) -> str:
    """Foreign text as part of one of our lines (a name, a path, a message): one line, no colours, not endless."""
    shown = clean(text if len(text) <= most else text[: most - 1] + "…", colour=False)
    return shown.replace("\n", "\\n").replace("\t", "\\t")


def _sets(parameters: str) -> bool:
    """Whether something is set after this sequence, as far as it alone tells."""
    return any(word not in _ENDS for word in re.split("[;:]", parameters))


@lru_cache(maxsize=4096)
def _allowed(parameters: str) -> bool:
    """Whether an SGR sequence sets only what may be set."""
    if not parameters:
        return True
    words = re.split("[;:]", parameters)
    if any(len(word) > 3 for word in words):
        return False
    numbers = [int(word or 0) for word in words]
    while numbers:
        code = numbers.pop(0)
        if code in (38, 48, 58):
            # 5;n is one of 256 colours, 2;r;g;b any (with an empty colour space between in the colon form).
            kind = numbers.pop(0) if numbers else 0
            size = {5: 1, 2: 4 if ":" in parameters and len(numbers) > 3 else 3}.get(kind)
            if size is None or len(numbers) < size or any(number > 255 for number in numbers[:size]):
                return False
            del numbers[:size]
        elif code not in _CODES:
            return False
    return True


def _visible(text: str) -> str:
    if _PLAIN.match(text):
        return text
    return "".join(_shown(character) for character in text)


@lru_cache(maxsize=8192)
def _shown(character: str) -> str:
    if character in _KEPT or " " <= character <= "~":
        return character
    code = ord(character)
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    # Noncharacters, and the plane of invisible tags and variation selectors, which carry text that nobody sees.
    hidden = (
        hidden or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xFFF0 <= code <= 0xFFF8 or code >> 12 == 0xE0
    )
    if not hidden and character not in _HIDDEN:
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def colours(stream: TextIO, environ: Mapping[str, str] | None = None) -> bool:
    """Whether colours are wanted there: a terminal that can, and no NO_COLOR (https://no-color.org)."""
    env = os.environ if environ is None else environ
    if env.get("NO_COLOR") or env.get("TERM") == "dumb":
        return False
    return is_terminal(stream)


def is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def put(text: str, stream: TextIO) -> None:
    """Writes all of a text that was cleaned, and flushes.

    Not `stream.write`: under PYTHONUNBUFFERED that drops the rest of a long text when a signal cuts the write short.
    """
    stream.flush()
    buffer = stream.buffer
    rest = memoryview(text.encode(stream.encoding or "utf-8", "backslashreplace"))
    while rest:
        rest = rest[buffer.write(rest) :]
    buffer.flush()
