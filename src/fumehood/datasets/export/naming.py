"""Which key a column or gene has in a manifest, so that no two of them mean one file. Pure.

A reader of cellucid 0.0.9 makes the file's name from the key in the manifest, and two names may become one ("HLA/A" and
"HLA:A" are both HLA_A). So the key of the second one is another ("HLA:A__2"), and the manifest says under `_fumehood`
what it is called really; a reader that does not know that finds its values all the same. Upper and lower case count as
one: folders are copied to machines where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fumehood.datasets.layout import safe_name

_LONGEST: Final = 180
"""Characters of a file's name before its endings; most file systems take 255 bytes."""


def keys_of(names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """A key for each name, in their order; and of the keys that are not the name itself, the names."""
    keys: list[str | None] = [None] * len(names)
    taken: set[str] = set()
    safe = [safe_name(name) for name in names]
    for exact in (True, False):
        for index, name in enumerate(names):
            stem = safe[index].casefold()
            if (
                keys[index] is None
                and stem not in taken
                and (not exact or name == safe[index])
                and len(stem) <= _LONGEST
            ):
                keys[index] = name
                taken.add(stem)
    numbers: dict[str, int] = {}
    found: list[str] = []
    renamed: dict[str, str] = {}
    for index, key in enumerate(keys):
        if key is None:
            key = _another(names[index], taken, numbers)
            renamed[key] = names[index]
        found.append(key)
    return found, renamed


def _another(name: str, taken: set[str], numbers: dict[str, int]) -> str:
    short = name[: _LONGEST - 20]
    while True:
        number = numbers[short] = numbers.get(short, 1) + 1
        key = f"{short}__{number}"
        stem = safe_name(key).casefold()
        if stem not in taken:
            taken.add(stem)
            return key
