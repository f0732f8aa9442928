"""Reads the bytes of a notebook file, whatever wrote them.

msgspec parses; what it is too strict for and Jupyter opens (NaN, a byte order mark, an escaped lone surrogate) goes
through Python's own parser; nbformat is imported only for formats 2 and 3, because that costs a second. What cannot be
made into cells raises `NotebookUnreadable` with the place and the reason, so that the file opens as text and is never
written over. What is merely wrong and has one sensible reading is read so and said in `Loaded.repairs`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

import msgspec

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded, NotebookUnreadable
from fumehood.core.ids import CellId, parse_cell_id
from fumehood.document.cells import CELL_TYPES, Cell, CellType
from fumehood.document.notebook import Notebook
from fumehood.document.outputs import is_json, lines_to_text
from fumehood.document.values import check_depth, json_size, sendable, source_text, tame

FileOutputs = tuple[tuple[dict[str, Any], ...], int | None]
"""A cell's outputs as nbformat has them, and its execution count."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    """Of the file: "4.5"."""
    cells: tuple[Cell, ...]
    outputs: dict[CellId, FileOutputs]
    """Of the code cells that have outputs or a count."""
    metadata: dict[str, Any]
    """The notebook's, without the saved widgets."""
    widgets: dict[str, Any] | None = None
    """`metadata.widgets` of the file: MIME type to saved widget state. It never enters the document."""
    needs_upgrade: bool = False
    """The file is below 4.5: the first save that changes something upgrades it."""
    derived: frozenset[CellId] = frozenset()
    """The ids of cells that had none in the file, or no usable one: they come from the cell's content."""
    repairs: tuple[str, ...] = ()
    """Sentences for the user."""


def parse(data: bytes) -> Any:
    """The JSON value of a file. Raises `NotebookUnreadable` or `LimitExceeded`."""
    if len(data) > limits.NOTEBOOK_BYTES:
        raise LimitExceeded(f"The file has {len(data)} bytes; a notebook may have {limits.NOTEBOOK_BYTES}.")
    try:
        value = msgspec.json.decode(data)
    except RecursionError as error:
        raise LimitExceeded("The file is nested too deeply.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError):
        value = parse_leniently(data)
    check_depth(value, limits.NOTEBOOK_DEPTH, "The file")
    return value


def parse_leniently(data: bytes) -> Any:
    """As Python's json does, with NaN, infinities, lone surrogates and a byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotebookUnreadable(f"The file is not UTF-8: byte {error.start} cannot be read.") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        if not text.strip():
            raise NotebookUnreadable("The file is empty.") from error
        raise NotebookUnreadable(f"The file is not JSON: {error.msg} ({where}).") from error
    except RecursionError as error:
        raise LimitExceeded("The file is nested too deeply.") from error
    except ValueError as error:  # a number of more than 4,300 digits
        raise NotebookUnreadable(f"The file has a number that is too long: {error}.") from error


def read(data: bytes) -> Loaded:
    """Raises `NotebookUnreadable` or `LimitExceeded`."""
    top = parse(data)
    if not isinstance(top, dict):
        raise NotebookUnreadable("The file is JSON, but not a notebook: it is not an object.")
    major, minor = top.get("nbformat"), top.get("nbformat_minor", 0)
    if not isinstance(major, int) or isinstance(major, bool):
        raise NotebookUnreadable("The file is JSON, but not a notebook: it has no nbformat number.")
    if not isinstance(minor, int) or isinstance(minor, bool):
        raise NotebookUnreadable("The notebook's nbformat_minor is not a number.")
    if major > 4 or major < 2:
        raise NotebookUnreadable(f"The notebook has format {major}.{minor}; formats 2 to 4 can be read.")
    if major < 4:
        from fumehood.document.upgrade import upgraded

        top = upgraded(top, major)
    return _load(top, f"{major}.{minor}", old=is_old(f"{major}.{minor}"))


def is_old(format: str) -> bool:
    """Whether the first save that changes something makes 4.5 of it."""
    major, minor = format.split(".")
    return (int(major), int(minor)) < (4, 5)


def _load(top: Mapping[str, Any], format: str, old: bool) -> Loaded:
    raw_cells = top.get("cells")
    if not isinstance(raw_cells, list):
        raise NotebookUnreadable("The notebook has no list of cells.")
    if len(raw_cells) > limits.CELLS:
        raise LimitExceeded(f"The notebook has {len(raw_cells)} cells; it may have {limits.CELLS}.")
    metadata = top.get("metadata", {})
    if not isinstance(metadata, dict):
        raise NotebookUnreadable("The notebook's metadata is not an object.")
    widgets = metadata.get("widgets")
    described = tame({key: value for key, value in metadata.items() if key != "widgets"})
    _check_size(described, "The notebook's metadata")
    repairs: list[str] = []
    ids, derived = _ids(raw_cells, old, repairs)
    cells = []
    outputs: dict[CellId, FileOutputs] = {}
    for number, (id_, raw) in enumerate(zip(ids, raw_cells, strict=True), 1):
        cell = cell_of(raw, id_, number, repairs)
        cells.append(cell)
        if cell.type == "code" and (found := outputs_of(raw, number, repairs)) != ((), None):
            outputs[id_] = found
    return Loaded(
        format=format,
        cells=tuple(cells),
        outputs=outputs,
        metadata=described,
        widgets=sendable(widgets) if isinstance(widgets, dict) else None,
        needs_upgrade=old,
        derived=derived,
        repairs=tuple(repairs),
    )


def _ids(raw_cells: list[Any], old: bool, repairs: list[str]) -> tuple[list[CellId], frozenset[CellId]]:
    """An id for every cell: the file's, or one that comes from its content; and which are of the second kind."""
    usable: list[CellId | None] = []
    taken: set[CellId] = set()
    for number, raw in enumerate(raw_cells, 1):
        if not isinstance(raw, dict):
            raise NotebookUnreadable(f"Cell {number} is not an object.")
        given = raw.get("id")
        if given is None:
            if not old:
                repairs.append(f"Cell {number} had no id.")
            usable.append(None)
            continue
        try:
            cell = parse_cell_id(given) if isinstance(given, str) else None
        except BadMessage:
            cell = None
        if cell is None:
            repairs.append(f"Cell {number} had an id that no cell may have.")
        elif cell in taken:
            repairs.append(f"Cell {number} had the id {cell} of an earlier cell.")
            cell = None
        else:
            taken.add(cell)
        usable.append(cell)
    seen: Counter[str] = Counter()
    ids: list[CellId] = []
    for known, raw in zip(usable, raw_cells, strict=True):
        ids.append(known if known is not None else _derived_id(raw, seen, taken))
    return ids, frozenset(cell for known, cell in zip(usable, ids, strict=True) if known is None)


def _derived_id(raw: Mapping[str, Any], seen: Counter[str], taken: set[CellId]) -> CellId:
    """From type, text and how many such cells came before: an outside edit of one cell leaves the others theirs."""
    content = f"{raw.get('cell_type')}\0{lines_to_text(raw.get('source', ''))}"
    while True:
        seen[content] += 1
        text = f"{seen[content]}\0{content}"
        cell = CellId(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8])
        if cell not in taken:
            taken.add(cell)
            return cell


def cell_of(raw: Mapping[str, Any], cell: CellId, number: int, repairs: list[str]) -> Cell:
    kind = raw.get("cell_type")
    if not isinstance(kind, str):
        raise NotebookUnreadable(f"Cell {number} has no type.")
    if kind not in CELL_TYPES:
        repairs.append(f"Cell {number} has the unknown type {tame(kind)[:40]!r} and is shown as raw text.")
    source = lines_to_text(raw.get("source", ""))
    if source is None:
        raise NotebookUnreadable(f"The source of cell {number} is not text.")
    if (
        len(source) > limits.CELL_SOURCE_BYTES // 4
        and len(source.encode("utf-8", "replace")) > limits.CELL_SOURCE_BYTES
    ):
        raise LimitExceeded(f"The source of cell {number} is larger than {limits.CELL_SOURCE_BYTES} bytes.")
    metadata = raw.get("metadata", {})
    if not isinstance(metadata, dict):
        raise NotebookUnreadable(f"The metadata of cell {number} is not an object.")
    metadata = tame(metadata)
    _check_size(metadata, f"The metadata of cell {number}")
    attachments = raw.get("attachments")
    if attachments is not None and not isinstance(attachments, dict):
        raise NotebookUnreadable(f"The attachments of cell {number} are not an object.")
    if attachments:
        attachments = {name: _joined(bundle) for name, bundle in tame(attachments).items()}
        _check_size(attachments, f"The attachments of cell {number}")
    shown = cast(CellType, kind) if kind in CELL_TYPES else "raw"
    return Cell(cell, shown, source_text(source), metadata, attachments or None)


def _check_size(value: dict[str, Any], what: str) -> None:
    if value:
        check_depth(value, limits.JSON_DEPTH, what)
        if json_size(value) > limits.METADATA_BYTES:
            raise LimitExceeded(f"{what} may have {limits.METADATA_BYTES} bytes.")


def _joined(bundle: Any) -> Any:
    """A MIME bundle as nbformat has it in memory: lists of lines are one text."""
    if not isinstance(bundle, dict):
        return bundle
    joined = {mime: None if is_json(mime) else lines_to_text(value) for mime, value in bundle.items()}
    return {mime: value if (text := joined[mime]) is None else text for mime, value in bundle.items()}


def outputs_of(raw: Mapping[str, Any], number: int, repairs: list[str]) -> FileOutputs:
    outputs = raw.get("outputs", [])
    if not isinstance(outputs, list) or not all(type(output) is dict for output in outputs):
        repairs.append(f"The outputs of cell {number} cannot be read; they stay in the file until the cell runs.")
        outputs = []
    count = raw.get("execution_count")
    return tuple(outputs), count if type(count) is int else None


def build(loaded: Loaded) -> Notebook:
    """The document that the file's content makes. Raises `LimitExceeded`."""
    notebook = Notebook()
    notebook.fill(loaded.cells, loaded.metadata)
    return notebook
