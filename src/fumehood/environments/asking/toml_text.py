"""TOML of a stranger as plain values. Python's reader takes time that grows with the square of a key's parts (`a.a…`):
half a megabyte of them, which a folder can have beside a notebook, would be minutes of this process at its opening."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from fumehood.core import limits

_TEXT: Final = re.compile(r'""".*?"""' r"|'''.*?'''" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'" r"|#[^\n]*", re.DOTALL)
"""Texts, also as parts of a key, and comments."""
_PART: Final = r'(?:[\w-]+|"")'
_DEEP: Final = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*\.[ \t]*{_PART}){{{limits.ASKED_DEPTH}}}")
"""Outside of texts only a key looks so."""


def read(text: str) -> dict[str, Any]:
    """Raises ValueError with a sentence."""
    if _DEEP.search(_TEXT.sub('""', text)):
        raise ValueError("a key has too many parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
