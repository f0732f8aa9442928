"""The zarr side of `files`: a folder is copied without following a link, changed, and given its name whole.

What was consolidated is taken out of the copy: it would hide what is added, and readers find the members without it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fumehood.core import limits
from fumehood.core.errors import DatasetReachesOut, DatasetUnreadable, LimitExceeded, StorageFailed
from fumehood.store.atomic import sync_folder

if TYPE_CHECKING:
    from fumehood.datasets.zarrs.tree import ZarrTree

_CONSOLIDATED: Final = ".zmetadata"
_ROOT: Final = "zarr.json"


def opened(path: Path) -> ZarrTree:
    from fumehood.datasets.zarrs.places import FolderPlace
    from fumehood.datasets.zarrs.tree import ZarrTree

    return ZarrTree(FolderPlace(path))


def copied(source: Path, temp: Path) -> bool:
    """Raises `DatasetReachesOut` of anything that is neither file nor folder, `DatasetUnreadable`, OSError."""
    if not any((source / name).is_file() for name in (_ROOT, ".zgroup", ".zattrs")):
        raise DatasetUnreadable(f"{source} is no zarr folder.", hint="Name an h5ad file or a zarr folder.")
    if not temp.parent.is_dir():
        raise StorageFailed(f"The folder {temp.parent} does not exist.", hint="Make the folder first.")
    count = 0
    for place, folders, files in os.walk(source):
        here = Path(place)
        count += len(folders) + len(files)
        if count > 10 * limits.DATASET_OBJECTS:
            raise LimitExceeded(f"{source} has more than {10 * limits.DATASET_OBJECTS:,} files.")
        for name in (*folders, *files):
            one = here / name
            if one.is_symlink() or not (one.is_dir() or one.is_file()):
                said = str(one.relative_to(source))
                raise DatasetReachesOut(
                    f"{said} is no regular file of the store.", place=said, kind="symbolic link or special file"
                )
    shutil.copytree(source, temp, symlinks=True)  # one that appeared meanwhile stays a link, and is refused as one
    _unconsolidate(temp)
    return True


def _unconsolidate(temp: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        (temp / _CONSOLIDATED).unlink()
    root = temp / _ROOT
    if not root.is_file() or root.is_symlink():
        return
    if root.stat().st_size > limits.DATASET_METADATA:
        raise LimitExceeded(f"{_ROOT} of the store is longer than {limits.DATASET_METADATA:,} bytes.")
    try:
        said = json.loads(root.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DatasetUnreadable(f"{_ROOT} of the store is damaged.") from error
    if isinstance(said, dict) and said.pop("consolidated_metadata", None) is not None:
        root.write_text(json.dumps(said))


@contextlib.contextmanager
def changing(path: Path) -> Iterator[Any]:
    import zarr

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # anndata speaks of defaults of its later versions
        yield zarr.open_group(str(path), mode="r+", use_consolidated=False)


def settle(temp: Path, target: Path, *, overwrite: bool) -> None:
    """Gives the whole folder its name; what had it before goes. Raises FileExistsError, OSError."""
    old = temp.with_name(f"{temp.name}old")
    if overwrite and os.path.lexists(target):
        target.rename(old)
    try:
        if os.path.lexists(target):
            raise FileExistsError(target)
        temp.rename(target)
    except OSError:
        if os.path.lexists(old):
            old.rename(target)
        raise
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old, ignore_errors=True)
    elif os.path.lexists(old):
        old.unlink()
    sync_folder(target.parent)
