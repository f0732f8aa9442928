"""`open_dataset`: finds out what a path or an object is, and opens it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fumehood.core.errors import DatasetMemberUnreadable, DatasetUnreadable, FileMissing, NotAFile
from fumehood.datasets.dataset import Dataset, OpenOptions

if TYPE_CHECKING:
    from typing import Any

    from fumehood.datasets.tree import Tree
    from fumehood.datasets.zarrs.places import Place

_ZIP = b"PK\x03\x04"
_DAMAGED = "The file is damaged, or anndata did not write it."
_ZARR = ("zarr.json", ".zgroup", ".zattrs")


def open_dataset(source: str | Path | Any, options: OpenOptions | None = None) -> Dataset:
    """A path (h5ad, zarr folder or zip file, exported folder) or an AnnData object. Only metadata is read."""
    wanted = options or OpenOptions()
    if not isinstance(source, str | Path):
        from fumehood.datasets.memory.dataset import MemoryDataset

        return MemoryDataset(source, wanted)
    path = Path(source)
    try:
        mode = path.stat().st_mode
    except OSError:
        raise FileMissing(f"There is no {path}.") from None
    if stat.S_ISDIR(mode):
        return _open_folder(path, wanted)
    if not stat.S_ISREG(mode):
        raise NotAFile(f"{path} is neither a file nor a folder.", hint="Name an h5ad file or a zarr folder.")
    with path.open("rb") as file:
        begin = file.read(len(_ZIP))
    return _open_zip(path, wanted) if begin == _ZIP else _open_h5ad(path, wanted)


def _open_folder(path: Path, options: OpenOptions) -> Dataset:
    if any((path / name).is_file() for name in _ZARR):
        from fumehood.datasets.zarrs.places import FolderPlace

        return _open_zarr(FolderPlace(path), path, options)
    from fumehood.datasets.exported import exports_in, is_export, open_exported

    if is_export(path):
        return open_exported(path, options)
    several = [found.name for found in exports_in(path)]
    if several:
        raise DatasetUnreadable(f"{path} holds several datasets: {', '.join(several[:10])}.", hint="Name one of them.")
    raise DatasetUnreadable(f"{path} is no dataset.")


def _open_zip(path: Path, options: OpenOptions) -> Dataset:
    from fumehood.datasets.zarrs.places import ZipPlace

    return _open_zarr(ZipPlace(path), path, options)


def _open_zarr(place: Place, path: Path, options: OpenOptions) -> Dataset:
    from fumehood.datasets.zarrs.tree import ZarrTree

    return _interpreted(place, lambda: ZarrTree(place), "zarr", path, options)


def _open_h5ad(path: Path, options: OpenOptions) -> Dataset:
    from fumehood.datasets.h5ad.tree import H5Tree

    opened = H5Tree(path)
    return _interpreted(opened, lambda: opened, "h5ad", path, options)


def _interpreted(
    held: Tree | Place, tree: Callable[[], Tree], kind: Literal["h5ad", "zarr"], path: Path, options: OpenOptions
) -> Dataset:
    from fumehood.datasets.stored import StoredDataset

    try:
        return StoredDataset(tree(), kind, path, options)
    except DatasetMemberUnreadable as error:
        held.close()
        # What may be left out was: without this the rest is nothing.
        usual = error.hint == DatasetMemberUnreadable.default_hint
        raise DatasetUnreadable(error.message, hint=_DAMAGED if usual else error.hint, **error.data) from error
    except BaseException:
        held.close()
        raise
