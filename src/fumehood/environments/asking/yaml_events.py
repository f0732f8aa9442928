"""YAML of a stranger as plain values: from the parser's events, because those come without recursion and one by one, so
that depth and count are bounded before anything is built. No anchors (a kilobyte of them is a gigabyte), no tags, one
document; every scalar is a text, as a version number must be (`python: 3.10`).
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from fumehood.core import limits

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is: it takes a hundredth of the time."""


def read(text: str) -> Any:
    """A text, a list, a dict or None. Raises ValueError with a sentence."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark is not None else ""
        raise ValueError(f"{where}{getattr(error, 'problem', None) or 'it is no YAML'}") from error
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Any = None
        self._open: list[tuple[Any, list[str]]] = []
        """Lists and tables that are not complete; of a table the key that waits for its value."""
        self._nodes = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise ValueError("it has more than one document")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ValueError(f"line {event.start_mark.line + 1}: anchors are not read")
        elif isinstance(event, yaml.ScalarEvent):
            self._add(event.value if event.value or event.style else None)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin([])
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin({})
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _begin(self, value: Any) -> None:
        self._add(value)
        self._open.append((value, []))
        if len(self._open) > limits.ASKED_DEPTH:
            raise ValueError("it is nested too deeply")

    def _add(self, value: Any) -> None:
        self._nodes += 1
        if self._nodes > limits.ASKED_NODES:
            raise ValueError("it has too many parts")
        if not self._open:
            self.root = value
            return
        into, key = self._open[-1]
        if isinstance(into, list):
            into.append(value)
        elif key:
            if key[0] in into:
                raise ValueError(f"{key[0]!r} is there twice")
            into[key.pop()] = value
        elif isinstance(value, str) or value is None:
            key.append(value or "")
        else:
            raise ValueError("a key is no text")
