"""`hood session`: what a session of the viewer holds, whether it is sound, and its columns on a copy of the data."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

import msgspec

from fumehood.cli import terminal, words
from fumehood.core import limits
from fumehood.core.errors import BadSetting, LimitExceeded
from fumehood.datasets.sessions.session import Session
from fumehood.protocol.base import encode_json

_WRONG: Final = 1


class _Group(msgspec.Struct, frozen=True):
    id: str
    page: str | None
    label: str | None
    type: str | None
    cells: int | None


class _Field(msgspec.Struct, frozen=True):
    id: str
    key: str | None
    axis: str
    kind: str | None
    categories: int
    deleted: bool


class _Part(msgspec.Struct, frozen=True):
    id: str
    kind: str | None
    stored: int | None
    unpacked: int | None


class _Shown(msgspec.Struct, frozen=True):
    file: str
    format: int
    created: str | None
    dataset: str | None
    cells: int | None
    genes: int | None
    has_digest: bool
    has_names: bool
    groups: list[_Group]
    fields: list[_Field]
    parts: list[_Part]


def main(arguments: argparse.Namespace) -> int:
    return {"show": _show, "check": _check, "apply": _apply}[arguments.verb](arguments)


def _show(arguments: argparse.Namespace) -> int:
    with Session.open(arguments.file) as session:
        shown = _seen(arguments.file, session)
    if arguments.json:
        words.say(encode_json(shown).decode())
        return 0
    words.say(
        f"{terminal.line(shown.file, 1000)}: a session of {_count(shown.cells)} cells and {_count(shown.genes)} genes"
    )
    made = terminal.line(shown.created or "at no known time")
    words.say(f"  dataset {terminal.line(shown.dataset or 'not named')}, made {made}")
    order = "known by their names" if shown.has_names else "known by a digest" if shown.has_digest else "not known"
    words.say(f"  the order of its cells is {order}")
    if shown.groups:
        words.say("")
        rows = [(one.page or "", one.label or "", one.type or "", _count(one.cells), one.id) for one in shown.groups]
        words.table(("PAGE", "GROUP", "MADE BY", "CELLS", "ID"), rows)
    if shown.fields:
        words.say("")
        marks = [
            (one.key or "", one.axis, str(one.categories), "deleted" if one.deleted else "") for one in shown.fields
        ]
        words.table(("FIELD", "OF", "CATEGORIES", ""), marks)
    words.say("")
    words.table(
        ("PART", "KIND", "IN THE FILE", "UNPACKED"),
        [(one.id, one.kind or "", _size(one.stored), _size(one.unpacked)) for one in shown.parts],
    )
    return 0


def _seen(file: str, session: Session) -> _Shown:
    found = session.fingerprint
    return _Shown(
        file=file,
        format=session.format,
        created=session.created_at,
        dataset=found.dataset_id,
        cells=found.cell_count,
        genes=found.var_count,
        has_digest=found.fumehood is not None and found.fumehood.cells is not None,
        has_names=session.has_names(),
        groups=[
            _Group(group.id, page.name, group.label, group.type, group.cell_count)
            for page in session.pages
            for group in page.highlighted_groups
        ],
        fields=[
            _Field(one.id, one.key, one.axis, one.kind, len(one.categories), bool(one.is_deleted))
            for one in session.fields
        ],
        parts=[_Part(one.id, one.kind, one.stored_bytes, one.uncompressed_bytes) for one in session.chunks],
    )


def _check(arguments: argparse.Namespace) -> int:
    from fumehood.datasets.sessions.checking import check

    fits: dict[str, Any] | None = None
    with Session.open(arguments.file) as session:
        checked = check(session)
        if arguments.data is not None:
            fits = _fits(session, Path(arguments.data))
    bad = bool(checked.problems) or (fits is not None and bool(fits["reasons"]))
    if arguments.json:
        words.say(encode_json({"file": arguments.file, "checked": checked, "data": fits}).decode())
        return _WRONG if bad else 0
    wrong, note = words.paint("wrong", words.RED), words.paint("note ", words.YELLOW)
    for problem in checked.problems:
        words.say(f"{wrong}  {terminal.line(problem.part)}: {terminal.line(problem.message)}")
    for part in checked.not_looked_into:
        words.say(f"{note}  {terminal.line(part)}: only another program knows it; it is kept")
    if fits is not None:
        for reason in fits["reasons"]:
            words.say(f"{wrong}  it does not fit {terminal.line(arguments.data)}: {terminal.line(reason)}")
        for said in fits["unchecked"]:
            words.say(f"{note}  not checked: {terminal.line(said)}")
        if fits["missing"]:
            words.say(f"{note}  {words.count(fits['missing'], 'cell')} of the session are not in the data")
    words.note(f"{words.count(checked.parts, 'part')}, {words.count(len(checked.problems), 'problem')}", words.DIM)
    return _WRONG if bad else 0


def _fits(session: Session, data: Path) -> dict[str, Any]:
    from fumehood.datasets.sessions.applying import Options
    from fumehood.datasets.sessions.files import plan_of

    options = Options(dataset_mismatch="skip", add_highlights=False, add_user_defined_fields=False, store_uns=False)
    applied = plan_of(session, data, options).applied
    return {
        "by": applied.cells.how,
        "reasons": applied.mismatch_reasons,
        "unchecked": applied.unchecked,
        "missing": applied.cells.missing_count,
        "new": applied.cells.new_count,
    }


def _apply(arguments: argparse.Namespace) -> int:
    from fumehood.datasets.sessions.applying import Options
    from fumehood.datasets.sessions.files import apply_to_file

    options = Options(
        dataset_mismatch="error",
        expected_dataset_id=arguments.dataset_id,
        add_highlights=not arguments.no_highlights,
        highlights_prefix=arguments.prefix,
        name_highlights_by="label" if arguments.by_label else "id",
        add_user_defined_fields=not arguments.no_fields,
        column_conflict=arguments.conflict,
        replace=frozenset(arguments.replace),
        cell_names=_names(arguments.cell_names),
    )
    target = Path(arguments.output)
    with Session.open(arguments.file) as session:
        applied = apply_to_file(session, Path(arguments.data), target, options, overwrite=arguments.force)
    if arguments.json:
        rows = {"by": applied.cells.how, "missing": applied.cells.missing_count, "new": applied.cells.new_count}
        said = {
            "output": str(target),
            "obs": applied.added_obs_columns,
            "var": applied.added_var_columns,
            "cells": rows,
            "unchecked": applied.unchecked,
            "skipped": applied.skipped,
        }
        words.say(encode_json(said).decode())
        return 0
    for which, columns in (("obs", applied.added_obs_columns), ("var", applied.added_var_columns)):
        for name in columns:
            words.say(f"{which}  {terminal.line(name)}")
    for said_of in applied.skipped:
        words.note(f"left out: {terminal.line(said_of)}", words.YELLOW)
    for said_of in applied.unchecked:
        words.note(f"not checked: {terminal.line(said_of)}", words.YELLOW)
    if applied.cells.missing_count:
        some = ", ".join(terminal.line(one, 60) for one in applied.cells.missing[:5])
        words.note(
            f"{words.count(applied.cells.missing_count, 'cell')} of the session are not in the data: {some}…",
            words.YELLOW,
        )
    words.note(f"wrote {terminal.line(str(target))}")
    return 0


def _names(path: str | None) -> tuple[str, ...] | None:
    if path is None:
        return None
    try:
        with Path(path).open("rb") as file:
            raw = file.read(limits.SESSION_CHUNK + 1)
        if len(raw) > limits.SESSION_CHUNK:
            raise LimitExceeded(f"{path} is too large for a list of names.")
        return tuple(raw.decode().removesuffix("\n").split("\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path} cannot be read as a list of names.") from error


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _size(number: int | None) -> str:
    return "?" if number is None else words.size(number)
