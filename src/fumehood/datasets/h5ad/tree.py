"""An HDF5 file as a tree, walked by its low level: one name at a time, its link looked at before it is followed.

HDF5 follows links to other files, reads arrays whose bytes lie in other files, and loads shared libraries for filters
that it does not know; all of it is asked for by the file. So nothing is opened by a path: `_step` looks at the link of
one name, `checks` at what the object is, before anything asks for its shape or its bytes.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fumehood.core import limits
from fumehood.core.errors import (
    DatasetClosed,
    DatasetMemberUnreadable,
    DatasetUnreadable,
    FileMissing,
    NotAFile,
)
from fumehood.datasets.h5ad import attributes, checks, links, reading, survey
from fumehood.datasets.h5ad.heaps import Heaps

if TYPE_CHECKING:
    from typing import Any

    import h5py
    import numpy as np
    from numpy.typing import NDArray

    from fumehood.datasets.tree import Sort


class H5Tree:
    """An opened file. HDF5 has one lock for all that it does, so reads are kept short by their callers."""

    def __init__(self, path: Path, lent: h5py.File | None = None) -> None:
        """`lent` is the file as somebody else has opened it, who will close it."""
        import h5py

        self.path, self._lent = path, lent is not None
        self._lock = threading.Lock()
        if lent is not None:
            self._file = lent
            self._survey()
            return
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            raise FileMissing(f"There is no file {path}.") from None
        if not stat.S_ISREG(mode):
            raise NotAFile(f"{path} is not a regular file.", hint="Name an h5ad file.")
        try:
            # Packed chunks are unpacked by `chunks`, others are read straight: a cache of HDF5's own, one for each
            # array and blocks for the next ones, would be 16 MB that nobody asks twice.
            self._file = h5py.File(path, "r", rdcc_nbytes=0)
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            self._survey()
        except BaseException:
            self._file.close()
            raise

    def _survey(self) -> None:
        import h5py

        self.heaps = Heaps(self._file.id)
        try:
            with _damage("/"):
                survey.survey(h5py.h5g.open(self._file.id, b"/"))
        except DatasetMemberUnreadable as error:
            raise DatasetUnreadable(error.message, hint="Copy or download it again.", **error.data) from error

    @property
    def file(self) -> h5py.h5f.FileID:
        self._open()
        return self._file.id

    @property
    def root(self) -> H5Folder:
        import h5py

        return H5Folder(self, h5py.h5g.open(self.file, b"/"), "")

    @contextmanager
    def reading(self, place: str) -> Iterator[None]:
        """Around a read: an error that comes of a file which was closed meanwhile says so."""
        self._open()
        try:
            with _damage(place):
                yield
        except DatasetMemberUnreadable:
            self._open()
            raise

    def _open(self) -> None:
        if not self._file.id.valid:
            raise DatasetClosed(f"{self.path.name} was closed.")

    def close(self) -> None:
        with self._lock:
            if self._file.id.valid and not self._lent:
                self._file.close()


class H5Folder:
    def __init__(self, tree: H5Tree, id: h5py.h5g.GroupID, place: str) -> None:
        self._tree, self._id, self.place = tree, id, place

    def attribute(self, name: str) -> Any:
        return attributes.read(self._id, name, self.place or "/", self._tree.heaps)

    def names(self) -> tuple[str, ...]:
        """As they are stored, not one of them followed."""
        return tuple(name.decode("utf-8", "surrogateescape") for name in survey.names(self._id, self.place))

    def get(self, name: str) -> H5Folder | H5Array | None:
        place = f"{self.place}/{name}" if self.place else name
        if name in ("", ".") or "/" in name or "\0" in name:
            raise DatasetMemberUnreadable(f"{name!r} is not the name of a member.", place=place)
        found = _step(self._tree, self._id, name.encode("utf-8", "surrogateescape"), place, limits.DATASET_LINKS)
        if found is None:
            return None
        return _node(self._tree, found, place)


class H5Array:
    def __init__(self, tree: H5Tree, id: h5py.h5d.DatasetID, place: str) -> None:
        self._id, self.place = id, place
        self._tree = tree
        self._what = checks.array(id, place)
        self._held = False
        self.shape: tuple[int, ...] = self._what.shape
        self.chunks: tuple[int, ...] = self._what.chunks

    @property
    def sort(self) -> Sort:
        return self._what.sort

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._what.dtype

    def attribute(self, name: str) -> Any:
        return attributes.read(self._id, name, self.place, self._tree.heaps)

    def read(self, *ranges: slice) -> NDArray[Any]:
        with self._tree.reading(self.place):
            self.held()
            return reading.numbers(self._id, self._what, self.place, ranges)

    def field(self, name: str) -> NDArray[Any]:
        with self._tree.reading(self.place):
            self.held()
            return reading.field(self._id, self._what, self.place, name)

    def texts(self, start: int, stop: int) -> list[bytes]:
        with self._tree.reading(self.place):
            self.held()
            descriptor = self._tree.file.get_vfd_handle()
            return reading.texts(self._id, self._what, self.place, start, stop, descriptor, self._tree.heaps)

    def held(self) -> None:
        """Once, at the first read: to sum up the chunks of a large array takes HDF5 some time."""
        if not self._held:
            reading.held(self._id, self._what, self.place)
            self._held = True


@contextmanager
def _damage(place: str) -> Iterator[None]:
    """What HDF5 says about damaged data, as an error that names the place."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise DatasetMemberUnreadable(f"{place} cannot be read: it is damaged.", place=place) from error


def _step(tree: H5Tree, group: h5py.h5g.GroupID, name: bytes, place: str, hops: int) -> Any:
    """The object behind one name, or None. A link within the file is walked by the same steps."""
    import h5py

    kind = links.kind(group, name, place)
    if kind is None:
        return None
    if kind == links.HARD:
        with _damage(place):
            return h5py.h5o.open(group, name)
    if hops == 0:
        raise DatasetMemberUnreadable(f"{place} is a link to links without end.", place=place)
    here: Any = group
    for step in links.steps(group, name, place):
        if not isinstance(here, h5py.h5g.GroupID):
            return None
        here = _step(tree, here, step, place, hops - 1) if step else h5py.h5g.open(tree.file, b"/")
    return here


def _node(tree: H5Tree, id: Any, place: str) -> H5Folder | H5Array:
    import h5py

    if isinstance(id, h5py.h5g.GroupID):
        return H5Folder(tree, id, place)
    if isinstance(id, h5py.h5d.DatasetID):
        return H5Array(tree, id, place)
    raise DatasetMemberUnreadable(f"{place} is neither a group nor an array.", place=place)


def _unreadable(path: Path, error: OSError) -> DatasetUnreadable:
    said = str(error)
    if isinstance(error, PermissionError):
        return DatasetUnreadable(f"{path} may not be read.", hint="Check its permissions.")
    if "truncated" in said:
        return DatasetUnreadable(
            f"{path.name} is truncated: it ends before its own content.", hint="Copy or download it again."
        )
    if "lock" in said:
        return DatasetUnreadable(
            f"{path.name} is being written by another program.", hint="Wait until it is written, then open it."
        )
    if "signature not found" in said:
        return DatasetUnreadable(f"{path.name} is not an HDF5 file.")
    return DatasetUnreadable(f"{path.name} is damaged: HDF5 cannot open it.", hint="Copy or download it again.")
