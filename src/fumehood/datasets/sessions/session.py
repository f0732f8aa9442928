"""A session of the viewer: what somebody highlighted, named and set, out of a file that nobody vouches for.

Opening reads the manifest and nothing else; each part is inflated when it is asked for, into bounds that
`core.limits` holds. A session is a value: an edit makes another one, and what it does not know stays in it. May be
read from several threads; must never follow a path that the file names (it names none).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fumehood.core import limits
from fumehood.core.errors import ChunkMissing, LimitExceeded, SessionUnreadable
from fumehood.datasets.sessions import chunks, codecs, composing, manifest, orders, writing
from fumehood.datasets.sessions.layout import Bytes, File, Source, lay_out
from fumehood.datasets.sessions.manifest import ChunkEntry, Fingerprint, Group, Orders, Page, UserField

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.sessions.composing import NewField


class SessionWarning(UserWarning):
    """Something about a session that its user should know: what could not be checked, where it was saved."""


class Session:
    """Made by `open`, `from_bytes`, `create` and `edited`."""

    format = 1

    def __init__(self, source: Source) -> None:
        self._source = source
        self._layout = lay_out(source)
        self.unpacked = 0
        """Bytes that were read out of it so far."""

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Session:
        """Of a file, whose parts stay in it. Raises SessionUnreadable, SessionFormat, LimitExceeded, FileMissing."""
        file = File.at(Path(path).expanduser())
        return cls._owning(file)

    @classmethod
    def of_file(cls, file: BinaryIO) -> Session:
        """Of an open file, which may have no name; it stays the caller's, and can be closed at once."""
        file.flush()
        return cls._owning(File(os.dup(file.fileno())))

    @classmethod
    def from_bytes(cls, data: bytes) -> Session:
        return cls._owning(Bytes(data))

    @classmethod
    def _owning(cls, source: Source) -> Session:
        try:
            return cls(source)
        except BaseException:
            source.close()
            raise

    @classmethod
    def create(
        cls,
        data: Any,
        *,
        highlights: Mapping[str, Mapping[str, Any]] | None = None,
        fields: Mapping[str, Any] | Sequence[NewField] | None = None,
        state: Mapping[str, Any] | None = None,
        viewer_state: Mapping[str, Any] | None = None,
        dataset_id: str | None = None,
        with_names: bool = True,
    ) -> Session:
        """A session of `data`, an AnnData or an opened dataset.

        `highlights`: cells (indices or a mask) by label, by the name of their page. `fields`: categorical columns by
        name. `with_names`: the names of cells and genes go along, so that they are found again in another order.
        """
        from fumehood.datasets.sessions.matching import Subject

        subject = Subject.of(data)
        cells, genes = subject.cell_names(), subject.gene_names()
        found = Fingerprint(
            source_type=subject.kind,
            dataset_id=subject.id if dataset_id is None else dataset_id,
            cell_count=len(cells),
            var_count=len(genes),
            fumehood=Orders(cells=orders.digest_of_names(cells), genes=orders.digest_of_names(genes)),
        )
        made = []
        for part, named in ((composing.CELL_NAMES, cells), (composing.GENE_NAMES, genes)):
            lines = orders.as_lines(named) if with_names else None
            fits = len(named) <= limits.SESSION_NAMES
            if fits and lines is not None and len(lines) <= limits.SESSION_CHUNK:
                made.append(composing.chunk(part, "fumehood", "binary", lines, lazy=True))
        head = {
            "createdAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "dataSource": {"sourceType": subject.kind},
            "datasetFingerprint": found,
        }
        empty = cls.from_bytes(b"".join(writing.pieces(head, None, None, made)))
        return empty.edited(highlights=highlights, fields=fields, state=state, viewer_state=viewer_state)

    def edited(
        self,
        *,
        highlights: Mapping[str, Mapping[str, Any]] | None = None,
        fields: Mapping[str, Any] | Sequence[NewField] | None = None,
        state: Mapping[str, Any] | None = None,
        viewer_state: Mapping[str, Any] | None = None,
    ) -> Session:
        """Another session with these highlights, fields or state in the place of its own; everything else is kept."""
        import msgspec

        cells, genes = self.cell_count or 0, (self.fingerprint.var_count or 0)
        new: list[composing.NewChunk] = []
        gone: tuple[str, ...] = ()
        if highlights is not None:
            new += composing.highlights(highlights, cells, self._there(composing.META))
            gone += (composing.CELLS,)
        if fields is not None:
            given = [_field(key, one) for key, one in fields.items()] if isinstance(fields, Mapping) else fields
            new += composing.fields(given, cells, genes, self._there(composing.OVERLAYS))
            gone += (composing.CODES,)
        for part, by, said in (
            (composing.STATE, "core-state", state),
            (composing.VIEWER, "fumehood", viewer_state),
        ):
            if said is not None:
                new.append(composing.chunk(part, by, "json", msgspec.json.encode(said)))
        whole = b"".join(writing.pieces({}, self._layout, self._source, new, gone))
        return Session.from_bytes(whole)

    def _there(self, part: str) -> bytes | None:
        return self.read(part, limits.SESSION_JSON) if part in self else None

    # -- what it holds

    @property
    def fingerprint(self) -> Fingerprint:
        return self._layout.manifest.dataset_fingerprint or Fingerprint()

    def manifest_text(self) -> str:
        """The manifest as it is in the file."""
        return self._layout.raw.decode("utf-8", "replace")

    @property
    def created_at(self) -> str | None:
        return self._layout.manifest.created_at

    @property
    def chunks(self) -> tuple[ChunkEntry, ...]:
        """What there is, in the order of the file; nothing is inflated."""
        return self._layout.manifest.chunks

    @property
    def cell_count(self) -> int | None:
        return self.fingerprint.cell_count

    def read(self, id: str, most: int = limits.SESSION_CHUNK) -> bytes:
        """One chunk, inflated. Raises ChunkMissing, SessionUnreadable, LimitExceeded."""
        place = self._layout.place(id)
        if place is None:
            raise ChunkMissing(f"The session has no part {id[:80]!r}.")
        found = chunks.read(self._source, *place, most)
        self.unpacked += len(found)
        return found

    def json(self, id: str) -> Any:
        return manifest.plain(self.read(id, limits.SESSION_JSON), id[:80])

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._layout.place(id) is not None

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        if composing.META not in self:
            return ()
        return manifest.highlights(self.read(composing.META, limits.SESSION_JSON)).pages

    @property
    def groups(self) -> tuple[Group, ...]:
        """Of all pages."""
        return tuple(group for page in self.pages for group in page.highlighted_groups)

    @cached_property
    def fields(self) -> tuple[UserField, ...]:
        """Columns that were made in the viewer; also deleted ones."""
        if composing.OVERLAYS not in self:
            return ()
        return manifest.overlays(self.read(composing.OVERLAYS, limits.SESSION_JSON)).user_defined_fields

    @cached_property
    def _fields(self) -> dict[str, UserField]:
        return {field.id: field for field in self.fields}

    @property
    def overlays(self) -> Any:
        """Renamed, deleted and own fields as they were written."""
        return self.json(composing.OVERLAYS) if composing.OVERLAYS in self else {}

    @property
    def state(self) -> Any:
        """Camera, filters, colours and views as they were written."""
        return self.json(composing.STATE) if composing.STATE in self else {}

    @property
    def viewer_state(self) -> Any:
        """What a viewer of ours showed, as `viewer.state.view` has it; None in another program's session."""
        return self.json(composing.VIEWER) if composing.VIEWER in self else None

    def has_cells(self, group: str) -> bool:
        return composing.CELLS + group in self

    def cells(self, group: str) -> NDArray[Any]:
        """Indices of the cells of a group, by its id: sorted, uint32."""
        count = self._cells_of_data()
        return codecs.decode_cells(self.read(composing.CELLS + group, codecs.cells_bound(count)), count)

    def codes(self, field: str) -> NDArray[Any]:
        """The codes of a field of `fields`, by its id; what no category has is missing."""
        found = self._fields.get(field)
        if found is None:
            raise ChunkMissing(f"The session has no field {field[:80]!r}.")
        count = self.fingerprint.var_count if found.axis == "var" else self._cells_of_data()
        if count is None:
            raise SessionUnreadable("The session does not say how many genes its data has.")
        if count > limits.SESSION_CELLS:
            raise LimitExceeded(f"The session says that its data has {count} genes.")
        return codecs.decode_codes(self.read(composing.CODES + field, codecs.codes_bound(count)), count)

    def has_names(self) -> bool:
        return composing.CELL_NAMES in self

    def names(self, axis: str = "obs") -> list[str] | None:
        """Of the cells (or genes: "var") in the order of the session, where it holds them."""
        part = composing.GENE_NAMES if axis == "var" else composing.CELL_NAMES
        if part not in self:
            return None
        count = self.fingerprint.var_count if axis == "var" else self.cell_count
        raw = self.read(part)
        # A name takes a byte or two in the file and sixty in memory.
        if count is None or raw.count(b"\n") != count or count > limits.SESSION_NAMES:
            raise SessionUnreadable(f"The session does not name the {count} rows of {axis} that it says it has.")
        try:
            found = orders.from_lines(raw)
        except UnicodeDecodeError as error:
            raise SessionUnreadable(f"The names of {axis} in the session are not UTF-8.") from error
        own = self.fingerprint.fumehood or Orders()
        said = own.genes if axis == "var" else own.cells
        if said is not None and said != orders.digest_of_names(found):
            raise SessionUnreadable(f"The names of {axis} in the session are not those that it was drawn on.")
        return found

    def _cells_of_data(self) -> int:
        count = self.cell_count
        if count is None:
            raise SessionUnreadable("The session does not say how many cells its data has.")
        if count > limits.SESSION_CELLS:
            raise LimitExceeded(f"The session says it has {count} cells; {limits.SESSION_CELLS} are allowed.")
        return count

    # -- where it goes

    def pieces(self) -> Iterator[bytes]:
        """The bytes of its file, one part after the other."""
        return writing.pieces({}, self._layout, self._source, [])

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Writes the file, 0600 and whole or not at all; warns (`SessionWarning`) inside a git work tree."""
        target = Path(path).expanduser().absolute()
        writing.save(target, self.pieces(), overwrite=overwrite)
        if (tree := writing.work_tree(target)) is not None:
            warnings.warn(
                f"{target} is in the git work tree {tree}: a session holds names and selections of your data.",
                SessionWarning,
                stacklevel=2,
            )
        return target

    def apply_to_anndata(self, adata: Any, **options: Any) -> Any:
        """See `fumehood.datasets.sessions.applying.apply`."""
        from fumehood.datasets.sessions.applying import apply

        return apply(self, adata, **options)

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Session {len(self.chunks)} chunks, {self.cell_count} cells>"


def _field(key: str, given: Any) -> NewField:
    """A categorical column of pandas, or categories with codes."""
    from fumehood.datasets.sessions.composing import NewField

    if isinstance(given, NewField):
        return given
    if isinstance(given, tuple) and len(given) == 2:
        return NewField(key, [str(one) for one in given[0]], given[1])
    import pandas as pd

    column = pd.Categorical(given.array if isinstance(given, pd.Series) else given)
    return NewField(key, [str(one) for one in column.categories], column.codes)
