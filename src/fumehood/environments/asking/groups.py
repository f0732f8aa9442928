"""Named lists within one file: `[dependency-groups]` and `[project.optional-dependencies]`, and who includes whom.

Each is an offer of its own beside that of the project: who wants the `plot` extra does not want the linters. A list
that includes itself, and the project's own name inside its extras (`all = ["mine[plot]"]`), come to what they mean: a
package of the project's name on an index may be anybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from fumehood.core import limits

_UNREAD: Final = object()

Take = Callable[[object, str], None]
"""A requirement, and the offer that it is of: empty for the project's own."""


class Groups:
    """All lists of one project. `take` hears each wish once for each offer; what is no list or is not there, `complain`
    says."""

    def __init__(
        self, project: Mapping[str, Any], groups: Mapping[str, Any], take: Take, complain: Callable[[str], None]
    ) -> None:
        name = project.get("name")
        self._own = canonicalize_name(name) if isinstance(name, str) else ""
        extras = project.get("optional-dependencies")
        self._extras = _named(extras if isinstance(extras, Mapping) else {})
        self._groups = _named(groups)
        self._take = take
        self._complain = complain
        self._left = limits.ASKED_REQUIREMENTS

    def offer(self) -> None:
        for name in self._extras:
            self._extra(name, f"extra {name}", set())
        for name in self._groups:
            self._group(name, f"group {name}", set())

    def wish(self, wanted: object, offer: str) -> None:
        """One of the project's own: as it is, or the extras of itself that it names."""
        for extra in (named := self._of_own(wanted)) or ():
            self._extra(extra, offer, set())
        if named is None:
            self._take(wanted, offer)

    def _extra(self, name: str, offer: str, seen: set[str]) -> None:
        for one in self._entries(self._extras, name, "extra", seen):
            own = self._of_own(one)
            for further in own or ():
                self._extra(further, offer, seen)
            if own is None:
                self._take(one, offer)

    def _group(self, name: str, offer: str, seen: set[str]) -> None:
        for one in self._entries(self._groups, name, "group", seen):
            included = one.get("include-group") if isinstance(one, Mapping) else None
            if isinstance(included, str):
                self._group(canonicalize_name(included), offer, seen)
            else:
                self.wish(one, offer)

    def _entries(self, lists: Mapping[str, object], name: str, what: str, seen: set[str]) -> list[object]:
        if name in seen:
            return []
        seen.add(name)
        found = lists.get(name, _UNREAD)
        if not isinstance(found, list):
            self._complain(f"Its {what} {name!r} is {'not there' if found is _UNREAD else 'not a list'}.")
            return []
        # A list that many others include must not become a million wishes.
        kept = found[: self._left]
        self._left -= len(kept)
        return kept

    def _of_own(self, wanted: object) -> list[str] | None:
        """The extras of the project itself that are wanted; `None` where it is about another package."""
        if not self._own or not isinstance(wanted, str) or len(wanted) > limits.ASKED_TEXT:
            return None
        try:
            parsed = Pep508(wanted)
        except (InvalidRequirement, ValueError, RecursionError):
            return None
        return sorted(map(canonicalize_name, parsed.extras)) if canonicalize_name(parsed.name) == self._own else None


def _named(lists: Mapping[str, Any]) -> dict[str, object]:
    return {canonicalize_name(name): value for name, value in lists.items()}
