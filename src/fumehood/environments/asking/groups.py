"""Named lists within one file: `[dependency-groups]` and `[project.optional-dependencies]`, and who includes whom.

Each is an offer of its own beside that of the project: who wants the `plot` extra does not want the linters. A list
that includes itself, and the project's own name inside its extras (`all = ["mine[plot]"]`), come to what they mean: a
package of the project's name on an index may be anybody's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
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
        self._full = False

    def offer(self) -> None:
        for name in self._extras:
            self._extra(name, f"extra {name}")
        for name in self._groups:
            for one in self._all(self._groups, name, "group", _included):
                self.wish(one, f"group {name}")

    def wish(self, wanted: object, offer: str) -> None:
        """One of the project's own: as it is, or the extras of itself that it names."""
        for extra in (named := self._of_own(wanted)) or ():
            self._extra(extra, offer)
        if named is None:
            self._take(wanted, offer)

    def _extra(self, name: str, offer: str) -> None:
        for one in self._all(self._extras, name, "extra", self._of_own):
            self._take(one, offer)

    def _all(
        self, lists: Mapping[str, object], name: str, what: str, includes: Callable[[object], list[str] | None]
    ) -> Iterator[object]:
        """What a list names, with each list that it includes in its place. By a loop: a chain of a thousand lists that
        include each other is no reason why a notebook beside it could not be opened."""
        seen: set[str] = set()
        waiting = deque(self._entries(lists, name, what, seen))
        while waiting:
            one = waiting.popleft()
            if (further := includes(one)) is None:
                yield one
            else:
                waiting.extendleft(
                    reversed([new for each in further for new in self._entries(lists, each, what, seen)])
                )

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
        if len(kept) < len(found) and not self._full:
            self._full = True
            self._complain(f"Its extras and groups name more than {limits.ASKED_REQUIREMENTS}; the rest is not read.")
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


def _included(entry: object) -> list[str] | None:
    """The group that an entry includes; `None` where it is a wish."""
    name = entry.get("include-group") if isinstance(entry, Mapping) else None
    return [canonicalize_name(name)] if isinstance(name, str) else None


def _named(lists: Mapping[str, Any]) -> dict[str, object]:
    return {canonicalize_name(name): value for name, value in lists.items()}
