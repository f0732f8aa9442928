"""The forms of a name: what two spellings have in common."""

from __future__ import annotations

import re
from typing import Final

from fumehood.core import limits

_VALID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_RUNS: Final = re.compile(r"[-_.]+")
_DIGITS: Final = re.compile(r"[0-9]+\Z")
_LOOKS: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "2": "z", "8": "b", "3": "e", "4": "a"})


def is_valid(name: str) -> bool:
    """Could an index have it? (PEP 508's grammar, and a bound)"""
    return len(name) <= limits.PACKAGE_NAME and _VALID.match(name) is not None


def normal(name: str) -> str:
    """PEP 503: what indexes and installers compare."""
    return _RUNS.sub("-", name).lower()


def squeezed(name: str) -> str:
    """A normal name without its separators."""
    return name.replace("-", "")


def skeleton(name: str) -> str:
    """What is left of a normal name for a quick eye: `l`, `1` and `i` are one letter, `rn` is `m`."""
    return squeezed(name).translate(_LOOKS).replace("rn", "m").replace("vv", "w").replace("cl", "d")


def ordered(name: str) -> str:
    """A normal name with its words sorted."""
    return "-".join(sorted(name.split("-")))


def stem(name: str) -> str:
    """A normal name without a number at its end."""
    return _DIGITS.sub("", name).rstrip("-")
