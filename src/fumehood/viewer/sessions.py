"""A viewer's groups and view as a session that can be kept; and what one showed, for a viewer of the same cells."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fumehood.core import limits
from fumehood.core.errors import ChunkMissing, SessionMismatch
from fumehood.datasets.sessions.matching import match
from fumehood.datasets.sessions.session import Session, SessionWarning
from fumehood.viewer.source import Source

if TYPE_CHECKING:
    from fumehood.viewer.events import Group

_PAGE: Final = "Groups"


def session_of(source: Source, groups: Iterable[Group], view: Mapping[str, Any] | None, with_names: bool) -> Session:
    where = _pages(view or {})
    pages: dict[str, dict[str, Any]] = {}
    for group in groups:
        pages.setdefault(where.get(group.id, _PAGE), {})[group.name] = group.cells
    return Session.create(
        source.subject(),
        highlights=pages or {_PAGE: {}},
        viewer_state=view or None,
        with_names=with_names,
    )


def _pages(view: Mapping[str, Any]) -> dict[str, str]:
    """The name of each group's page, as the state of a page has it; whatever has another shape is passed over."""
    found: dict[str, str] = {}
    for page in _dicts(view.get("pages")):
        name = page.get("name")
        for group in _dicts(page.get("groups")):
            which = group.get("id")
            if isinstance(which, str) and isinstance(name, str):
                found[which] = name[: limits.VIEWER_TEXT]
    return found


def _dicts(said: Any) -> list[dict[str, Any]]:
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def state_in(session: Session | str | Path, source: Source) -> dict[str, Any]:
    """Raises SessionMismatch unless the cells are the same ones in one order: a view names them by their places."""
    opened = session if isinstance(session, Session) else Session.open(session)
    state = opened.viewer_state
    if not isinstance(state, dict):
        raise ChunkMissing(
            "The session holds no view of fumehood's.", hint="`apply_to_anndata` puts its groups into an AnnData."
        )
    rows = match(opened, "obs", source.subject().cell_names(), None)
    if rows.how == "number":
        warnings.warn(f"Not checked: {rows.unchecked}.", SessionWarning, stacklevel=3)
    elif rows.how != "order":
        raise SessionMismatch("The session was drawn on other cells, or on the same ones in another order.")
    return state
