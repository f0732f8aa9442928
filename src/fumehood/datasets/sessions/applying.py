"""A session on an AnnData: groups become columns of true and false, own fields categorical columns.

Everything is worked out before anything is changed, so that an error leaves the data as it was. Names of columns come
from the session, which is a stranger's: they never take the place of a column that no earlier session made, unless the
user names it. What goes into `uns` are texts, so that the result can be written.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from fumehood.core import limits
from fumehood.core.errors import BadSetting, LimitExceeded, SessionMismatch
from fumehood.datasets.sessions.columns import Axis, Namer, distinct, safe_name, storable
from fumehood.datasets.sessions.composing import CODES
from fumehood.datasets.sessions.keeping import Kept, kept_in, record
from fumehood.datasets.sessions.manifest import Group, Page
from fumehood.datasets.sessions.matching import Rows, match
from fumehood.datasets.sessions.session import Session, SessionWarning

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Mismatch = Literal["error", "warn_skip", "skip"]
Conflict = Literal["error", "overwrite", "suffix"]
Naming = Literal["id", "label"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    dataset_mismatch: Mismatch = "warn_skip"
    expected_dataset_id: str | None = None
    add_highlights: bool = True
    highlights_prefix: str = "cellucid_highlight__"
    name_highlights_by: Naming = "id"
    add_user_defined_fields: bool = True
    user_defined_prefix: str = ""
    include_deleted_user_defined_fields: bool = False
    store_uns: bool = True
    column_conflict: Conflict = "suffix"
    replace: frozenset[str] = frozenset()
    cell_names: tuple[str, ...] | None = None
    gene_names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for prefix in (self.highlights_prefix, self.user_defined_prefix):
            if "/" in prefix or "\0" in prefix:
                raise BadSetting("A prefix of columns has no slash: in a file it would make a column of a column.")


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a session."""

    added_obs_columns: list[str]
    added_var_columns: list[str]
    skipped_due_to_mismatch: bool
    mismatch_reasons: list[str]
    cells: Rows
    genes: Rows
    unchecked: list[str]
    """What could not be checked, as parts of a sentence."""
    skipped: list[str]
    """Groups and fields that were left out, each with the reason."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The columns as they will be, and what `uns` will say."""

    obs: dict[str, Any]
    var: dict[str, Any]
    kept: dict[str, Any]
    applied: Applied


def apply(
    session: Session,
    adata: Any,
    *,
    inplace: bool = False,
    dataset_mismatch: Mismatch = "warn_skip",
    expected_dataset_id: str | None = None,
    add_highlights: bool = True,
    highlights_prefix: str = "cellucid_highlight__",
    name_highlights_by: Naming = "id",
    add_user_defined_fields: bool = True,
    user_defined_prefix: str = "",
    include_deleted_user_defined_fields: bool = False,
    store_uns: bool = True,
    column_conflict: Conflict = "suffix",
    replace: Collection[str] = (),
    cell_names: Sequence[str] | None = None,
    gene_names: Sequence[str] | None = None,
    return_summary: bool = False,
) -> Any:
    """The AnnData with the session's columns (a copy, unless `inplace`); with `return_summary` also what became of it.

    `column_conflict` "overwrite" replaces columns that an earlier session made, and those that `replace` names; any
    other is an error (ColumnTaken). `cell_names`: of the data that the session was drawn on, in its order, for
    sessions that do not bring them.
    """
    options = Options(
        dataset_mismatch=dataset_mismatch,
        expected_dataset_id=expected_dataset_id,
        add_highlights=add_highlights,
        highlights_prefix=highlights_prefix,
        name_highlights_by=name_highlights_by,
        add_user_defined_fields=add_user_defined_fields,
        user_defined_prefix=user_defined_prefix,
        include_deleted_user_defined_fields=include_deleted_user_defined_fields,
        store_uns=store_uns,
        column_conflict=column_conflict,
        replace=frozenset(replace),
        cell_names=None if cell_names is None else tuple(cell_names),
        gene_names=None if gene_names is None else tuple(gene_names),
    )
    if not inplace and getattr(adata, "isbacked", False):
        raise BadSetting(
            "The data is read from its file, and cannot be copied in memory.",
            hint="Say inplace=True, or give adata.to_memory().",
        )
    plan = plan_for(session, Axis.of(adata.obs), Axis.of(adata.var), adata.uns, options)
    for said in plan.applied.unchecked:
        warnings.warn(f"Not checked: {said}.", SessionWarning, stacklevel=3)
    if plan.applied.mismatch_reasons and dataset_mismatch == "warn_skip":
        reasons = "; ".join(plan.applied.mismatch_reasons)
        warnings.warn(f"The session was not applied: {reasons}.", SessionWarning, stacklevel=3)
    result = adata if inplace else adata.copy()
    if plan.obs:
        result.obs = with_columns(result.obs, plan.obs)
    if plan.var:
        result.var = with_columns(result.var, plan.var)
    if plan.kept:
        place = result.uns.setdefault("cellucid", {})
        place["session"] = {**place.get("session", {}), **plan.kept}
    return (result, plan.applied) if return_summary else result


def plan_for(session: Session, obs: Axis, var: Axis, uns: Any, options: Options) -> Plan:
    """Changes nothing. Raises SessionMismatch, ColumnTaken, BadSetting, SessionUnreadable, LimitExceeded."""
    for value, known in (
        (options.dataset_mismatch, Mismatch),
        (options.column_conflict, Conflict),
        (options.name_highlights_by, Naming),
    ):
        if value not in get_args(known):
            raise BadSetting(f"{value!r} is none of {', '.join(map(repr, get_args(known)))}.")
    kept = kept_in(uns, wanted=options.store_uns)
    cells = match(session, "obs", obs.names, options.cell_names)
    genes = match(session, "var", var.names, options.gene_names)
    reasons, unchecked = _judge(session, cells, genes, options)
    if reasons and options.dataset_mismatch == "error":
        raise SessionMismatch(f"The session does not fit the data: {'; '.join(reasons)}.")
    work = _Work(session, obs, var, kept, options)
    if not reasons:
        if options.add_highlights:
            work.highlights(cells)
        if options.add_user_defined_fields:
            work.fields(cells, genes)
    applied = Applied(
        added_obs_columns=list(work.obs),
        added_var_columns=list(work.var),
        skipped_due_to_mismatch=bool(reasons),
        mismatch_reasons=reasons,
        cells=cells,
        genes=genes,
        unchecked=[] if reasons else unchecked,
        skipped=work.skipped,
    )
    said = record(session, kept, applied, work.groups, options) if options.store_uns else {}
    return Plan(obs=work.obs, var=work.var, kept=said, applied=applied)


def with_columns(frame: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    """The frame with these columns: replaced in their place, new ones at its end."""
    import pandas as pd

    changed = frame.copy(deep=False)
    for name in [one for one in columns if one in changed.columns]:
        changed[name] = pd.Series(columns[name], index=frame.index)
    new = {name: pd.Series(one, index=frame.index) for name, one in columns.items() if name not in frame.columns}
    return pd.concat([changed, pd.DataFrame(new, index=frame.index)], axis=1) if new else changed


def _judge(session: Session, cells: Rows, genes: Rows, options: Options) -> tuple[list[str], list[str]]:
    """Why the session cannot be applied at all, and what could not be checked."""
    reasons = [cells.problem] if cells.problem else []
    # Where the cells are known by name, other genes change nothing for them.
    if genes.problem and cells.how == "number":
        reasons.append(genes.problem)
    unchecked = [cells.unchecked] if cells.unchecked else []
    expected, said = options.expected_dataset_id, session.fingerprint.dataset_id
    if expected is not None and said is None:
        unchecked.append("whether the session was drawn on this dataset: it names none")
    elif expected is not None and said != expected:
        reasons.append(f"datasetId {str(said)[:80]!r} of the session is not {expected!r}")
    return reasons, unchecked


class _Work:
    """The columns of one session, one after the other."""

    def __init__(self, session: Session, obs: Axis, var: Axis, kept: Kept, options: Options) -> None:
        self._session, self._obs, self._options = session, obs, options
        self._in_obs = Namer(obs, kept.obs, options.column_conflict, options.replace)
        self._in_var = Namer(var, kept.var, options.column_conflict, options.replace)
        self._room = limits.SESSION_COLUMNS
        self.obs: dict[str, Any] = {}
        self.var: dict[str, Any] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.skipped: list[str] = []

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise LimitExceeded(f"The session's columns would take more than {limits.SESSION_COLUMNS} bytes.")

    def highlights(self, cells: Rows) -> None:
        for page in self._session.pages:
            for group in page.highlighted_groups:
                self._highlight(page, group, cells)

    def _highlight(self, page: Page, group: Group, cells: Rows) -> None:
        self._take(len(self._obs.names))
        if self._session.has_cells(group.id):
            mask = cells.mask(self._session.cells(group.id))
        else:
            found = self._of_column(group)
            if found is None:
                self.skipped.append(f"the group {group.id!r}: the session does not hold its cells")
                return
            mask = found
        called = group.label if self._options.name_highlights_by == "label" and group.label else group.id
        name = self._in_obs.name(f"{self._options.highlights_prefix}{safe_name(called)}")
        self.obs[name] = mask
        self.groups[group.id] = {
            "obs_column": name,
            "page_id": page.id,
            "page_name": page.name,
            "label": group.label,
            "type": group.type,
        }

    def _of_column(self, group: Group) -> NDArray[Any] | None:
        """The cells of a group that names a column of the data and what is in it."""
        import numpy as np
        import pandas as pd

        if group.field_source not in (None, "obs") or group.field_key is None:
            return None
        column = self._obs.column(group.field_key)
        if column is None:
            return None
        if group.type == "category" and group.category_name is not None:
            return np.asarray(column.astype(str) == group.category_name, dtype=bool)
        numbers = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        if group.type == "range" and numbers and group.range_min is not None and group.range_max is not None:
            return np.asarray(column.between(group.range_min, group.range_max).fillna(False), dtype=bool)
        return None

    def fields(self, cells: Rows, genes: Rows) -> None:
        for field in self._session.fields:
            if field.kind != "category" or (field.is_deleted and not self._options.include_deleted_user_defined_fields):
                continue
            rows = genes if field.axis == "var" else cells
            if f"{CODES}{field.id}" not in self._session:
                self.skipped.append(f"the field {field.id!r}: the session does not hold its codes")
            elif rows.problem:
                self.skipped.append(f"the field {field.id!r}: {rows.problem}")
            else:
                target, namer = (self.var, self._in_var) if field.axis == "var" else (self.obs, self._in_obs)
                self._take(4 * (rows.length if rows.take is None else len(rows.take)))
                codes = rows.codes(self._session.codes(field.id), len(field.categories))
                name = namer.name(f"{self._options.user_defined_prefix}{safe_name(str(field.key or field.id))}")
                target[name] = _categorical(codes, [storable(str(one)) for one in field.categories])


def _categorical(codes: NDArray[Any], categories: list[str]) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=distinct(categories)) if categories else codes
