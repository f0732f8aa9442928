"""What no index can have as a name, and which name it imitates: letters of other scripts, hidden ones, too many."""

from __future__ import annotations

import unicodedata
from typing import Final

from fumehood.core import limits

_ALIKE: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u04bb\u0501\u051b\u051d\u0475\u043a"
    "\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u0261\u0131\u0578\u0585\u057d\u0581"
    "\u2010\u2011\u2012\u2013\u2014\u2212",
    "aeopcyxisjhdqwvk" + "aopviktugionug" + "------",
)
"""Letters of other scripts that look like ours, small ones; what is a wide or a mathematical letter NFKD knows."""


def explained(name: str) -> tuple[str | None, tuple[str, ...]]:
    """What it may imitate in ASCII, and why it is no name."""
    if not name:
        return None, ("empty: it is no name at all",)
    if len(name) > limits.PACKAGE_NAME:
        return None, (f"length: longer than {limits.PACKAGE_NAME} letters",)
    if name.isascii():
        if any(not letter.isprintable() for letter in name):
            return _kept(name), ("control: it has characters that are not shown",)
        return name.strip(" -_.") or None, ("grammar: a name has letters, digits and . _ - between them, no more",)
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_ALIKE)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    odd = sorted({f"U+{ord(letter):04X}" for letter in name if not letter.isascii()})[:4]
    kinds = {unicodedata.category(letter)[0] for letter in name if not letter.isascii()}
    kind = "control" if kinds & {"C", "Z"} else "homoglyph" if plain.isascii() else "letters"
    return _kept(plain), (f"{kind}: letters that no name has ({', '.join(odd)})",)


def _kept(text: str) -> str | None:
    return "".join(letter for letter in text if letter.isascii() and letter.isprintable()).strip(" -_.") or None
