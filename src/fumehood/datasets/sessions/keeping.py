"""What an applied session leaves in `uns["cellucid"]["session"]`: JSON texts, which every kind of file can hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from fumehood.core.errors import BadSetting
from fumehood.datasets.sessions.columns import storable

if TYPE_CHECKING:
    from fumehood.datasets.sessions.applying import Applied, Options
    from fumehood.datasets.sessions.session import Session


class Kept(msgspec.Struct, frozen=True):
    """Columns that sessions made before."""

    obs: list[str] = []
    var: list[str] = []


def kept_in(uns: Any, *, wanted: bool) -> Kept:
    """Raises BadSetting where `wanted` and something else has the place."""
    place = uns.get("cellucid") if isinstance(uns, Mapping) else None
    session = place.get("session") if isinstance(place, Mapping) else None
    if wanted and any(one is not None and not isinstance(one, Mapping) for one in (place, session)):
        raise BadSetting(
            "uns['cellucid'] of the data holds something that no session put there.",
            hint="Say store_uns=False, or give it another name.",
        )
    text = session.get("columns") if isinstance(session, Mapping) else None
    if text is not None and not isinstance(text, str) and len(text) == 1:
        text = str(text[0])
    try:
        return msgspec.json.decode(text, type=Kept) if isinstance(text, str) else Kept()
    except (msgspec.MsgspecError, RecursionError):
        return Kept()


def record(
    session: Session, kept: Kept, applied: Applied, groups: dict[str, dict[str, Any]], options: Options
) -> dict[str, Any]:
    """By their key in `uns`."""
    import numpy as np

    columns = Kept(
        obs=sorted({*kept.obs, *applied.added_obs_columns}), var=sorted({*kept.var, *applied.added_var_columns})
    )
    said = {
        "dataset_mismatch": options.dataset_mismatch,
        "skipped_due_to_mismatch": applied.skipped_due_to_mismatch,
        "mismatch_reasons": applied.mismatch_reasons,
        "matched_cells_by": applied.cells.how,
        "missing_cells": applied.cells.missing_count,
        "unchecked": applied.unchecked,
        "skipped": applied.skipped,
    }
    texts = {
        "manifest": session.manifest_text(),
        "dataset_fingerprint": _json(session.fingerprint),
        "applied": _json(said),
        "highlights": _json(groups),
    }
    # A list of one text: that is what `files` can read without opening what it has not looked at.
    listed = np.array([storable(_json(columns))], dtype=object)
    return {**{key: storable(text) for key, text in texts.items()}, "columns": listed}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
