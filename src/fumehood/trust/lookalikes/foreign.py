"""What no index can have as a name, and which name it imitates: letters of other scripts, hidden ones, too many."""

from __future__ import annotations

import unicodedata
from typing import Final

from fumehood.core import limits

_ALIKE: Final = str.maketrans(
    dict(zip("аεеοоорсуухіјѕһԁԛԝԍαікνиτтмнвкиıɡɑьЬℓ", "aeeooopcyyxijshdqwgaikvutmhbkuigabbl", strict=False))
)


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
    kind = "control" if kinds & {"C", "Z"} else "homoglyph"
    return _kept(plain), (f"{kind}: letters that no name has ({', '.join(odd)})",)


def _kept(text: str) -> str | None:
    return "".join(letter for letter in text if letter.isascii() and letter.isprintable()).strip(" -_.") or None
