"""Everything that a session holds, read once, part after part and within bounds; and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import HoodError, LimitExceeded
from fumehood.datasets.sessions import composing
from fumehood.datasets.sessions.session import Session


class Problem(msgspec.Struct, frozen=True):
    part: str
    message: str


class Checked(msgspec.Struct, frozen=True):
    parts: int
    not_looked_into: tuple[str, ...]
    """Parts of a kind that only another program knows; they are kept as they are."""
    problems: tuple[Problem, ...]


def check(session: Session) -> Checked:
    problems: list[Problem] = []
    unknown: list[str] = []

    left = limits.SESSION_CHECKED

    def attempt(part: str, read: Callable[[], Any]) -> Any:
        nonlocal left
        try:
            if left < 0:
                raise LimitExceeded(f"Not looked into: the session has more than {limits.SESSION_CHECKED} bytes.")
            before = session.unpacked
            try:
                return read()
            finally:
                left -= session.unpacked - before
        except HoodError as error:
            problems.append(Problem(part, error.message))
            return None

    pages = attempt(composing.META, lambda: session.pages) or ()
    groups = [group for page in pages for group in page.highlighted_groups]
    fields = attempt(composing.OVERLAYS, lambda: session.fields) or ()
    for group in groups:
        if session.has_cells(group.id):
            attempt(composing.CELLS + group.id, partial(session.cells, group.id))
        elif group.field_key is None:
            problems.append(Problem(composing.META, f"The group {group.id[:80]!r} has no cells and names no column."))
    for field in fields:
        if composing.CODES + field.id in session:
            attempt(composing.CODES + field.id, partial(session.codes, field.id))
        elif field.kind == "category" and not field.is_purged:
            problems.append(Problem(composing.OVERLAYS, f"The field {field.id[:80]!r} has no codes."))
    for axis, part in (("obs", composing.CELL_NAMES), ("var", composing.GENE_NAMES)):
        attempt(part, partial(session.names, axis))
    looked = {composing.META, composing.OVERLAYS, composing.CELL_NAMES, composing.GENE_NAMES}
    looked |= {composing.CELLS + group.id for group in groups} | {composing.CODES + field.id for field in fields}
    for entry in session.chunks:
        if entry.id in looked:
            continue
        if entry.kind not in ("json", "binary") or entry.codec not in ("none", "gzip"):
            unknown.append(entry.id)
        elif entry.kind == "json":
            attempt(entry.id, partial(session.json, entry.id))
        else:
            attempt(entry.id, partial(session.read, entry.id))
    return Checked(len(session.chunks), tuple(unknown), tuple(problems))
