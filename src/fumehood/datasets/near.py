"""The error for a name that is not there: it says which ones are near."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from fumehood.core.errors import DatasetMemberMissing

_MANY = 20_000


def names(wanted: str, there: Iterable[str], most: int = 3) -> list[str]:
    """By letters of either case. Of very many names those are compared that begin alike: a comparison takes 10 µs."""
    known = {name.casefold(): name for name in there if abs(len(name) - len(wanted)) <= max(2, len(wanted) // 2)}
    if len(known) > _MANY:
        known = {folded: name for folded, name in known.items() if folded[:2] == wanted.casefold()[:2]}
    if len(known) > _MANY:
        known = dict(list(known.items())[:_MANY])
    return [known[found] for found in difflib.get_close_matches(wanted.casefold(), known, most, 0.6)]


def missing(what: str, wanted: str, there: Iterable[str]) -> DatasetMemberMissing:
    """`there` may be long; `near` goes to whoever asked."""
    every = list(there)
    found = names(wanted, every)
    hint = f"Near it: {', '.join(found)}." if found else f"There is {', '.join(sorted(every)[:10]) or 'none'}."
    return DatasetMemberMissing(f"There is no {what} {wanted!r}.", hint=hint, near=found)
