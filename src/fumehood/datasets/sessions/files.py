"""A session on an h5ad file or a zarr folder: a copy of it with more columns; its matrix is copied, never read.

The file is somebody's, so it is copied first and then looked at the way every dataset is (`h5ad.tree`, `zarrs.tree`): a
link or a filter that reaches out is refused before anything else touches it. Only columns that were worked out from
names and counts are written. Must never change the source, nor leave half a file under the target's name.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fumehood.core.errors import (
    AnnDataMissing,
    DatasetUnreadable,
    FileChanged,
    FileMissing,
    HoodError,
    NotAFile,
    StorageFailed,
)
from fumehood.datasets import tree
from fumehood.datasets.frames import frame
from fumehood.datasets.sessions import stores
from fumehood.datasets.sessions.applying import Applied, Options, Plan, plan_for
from fumehood.datasets.sessions.columns import Axis
from fumehood.datasets.sessions.session import Session
from fumehood.datasets.sessions.writing import settle
from fumehood.store.failures import storage_failed

if TYPE_CHECKING:
    from fumehood.datasets.tree import Folder, Tree

_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD: Final = "Read it with anndata and write it again: its tables are of a format before anndata 0.7."


def apply_to_file(
    session: Session, source: Path, target: Path, options: Options | None = None, *, overwrite: bool = False
) -> Applied:
    """Writes `target`. Raises FileChanged where something is there (unless `overwrite`), and as `applying.plan_for`."""
    options = Options(dataset_mismatch="error") if options is None else options
    if not overwrite and os.path.lexists(target):
        raise _there(target)
    _write_elem()
    temp = target.parent / f".{target.name[:100]}.{secrets.token_hex(4)}.hood~"
    try:
        folder = stores.copied(source, temp) if source.is_dir() else False
        if not folder:
            _copy(source, temp)
        plan = plan_of(session, temp, options)
        try:
            orders = _orders(temp)
            with stores.changing(temp) if folder else _changing(temp) as file:
                _write(file, plan, orders, list if folder else _texts)
        except (RuntimeError, KeyError, ValueError, TypeError) as error:
            raise DatasetUnreadable(f"{source} cannot be changed: it is damaged.") from error
        if folder:
            stores.settle(temp, target, overwrite=overwrite)
        else:
            with temp.open("rb") as whole:
                os.fsync(whole.fileno())
            settle(temp, target, overwrite=overwrite)
    except FileExistsError as error:
        raise _there(target) from error
    except OSError as error:
        raise storage_failed(f"{target} could not be written", error) from error
    finally:
        if temp.is_dir():
            shutil.rmtree(temp, ignore_errors=True)
        with contextlib.suppress(OSError):
            temp.unlink()
    return plan.applied


def plan_of(session: Session, path: Path, options: Options) -> Plan:
    """What the session comes to on that file or folder; nothing is changed."""
    with _opened(path) as root:
        return plan_for(session, _axis(root, "obs"), _axis(root, "var"), _kept(root), options)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Folder]:
    opened: Tree
    if path.is_dir():
        opened = stores.opened(path)
    else:
        from fumehood.datasets.h5ad.tree import H5Tree

        opened = H5Tree(path)
    try:
        yield opened.root
    finally:
        opened.close()


def _axis(root: Folder, which: str) -> Axis:
    node = root.get(which)
    folder = tree.as_folder(node) if node is not None else None
    if node is None or folder is None:
        raise DatasetUnreadable(f"{which} of the file is not a table of columns.", hint=_OLD)
    names = frozenset(folder.names())
    return Axis(list(frame(node, None).index()), names, names, lambda _: None)


def _orders(path: Path) -> dict[str, list[str]]:
    """The columns of both tables, in the order that the file gives them."""
    found: dict[str, list[str]] = {}
    with _opened(path) as root:
        for which in ("obs", "var"):
            folder = tree.as_folder(root.get(which))
            said = folder.attribute("column-order") if folder is not None else None
            if isinstance(said, list):
                found[which] = [str(one) for one in said]
            else:
                found[which] = list(frame(folder, None).keys) if folder is not None else []
    return found


def _kept(root: Folder) -> Mapping[str, Any]:
    """`uns`, as far as sessions wrote it."""
    place: Folder | None = root
    found: dict[str, Any] = {}
    for name in ("uns", "cellucid", "session"):
        node = place.get(name) if place is not None else None
        if node is None:
            return {"cellucid": found} if name == "session" else {}
        place = tree.as_folder(node)
        if place is None:
            return {"cellucid": "something else"}
    assert place is not None
    found["session"] = {}
    node = place.get("columns")
    array = tree.as_array(node) if node is not None else None
    if array is not None and array.sort == "text" and array.shape == (1,):
        with contextlib.suppress(HoodError):  # then none of them is known to be ours
            found["session"]["columns"] = array.texts(0, 1)[0].decode("utf-8", "replace")
    return {"cellucid": found}


def _copy(source: Path, temp: Path) -> None:
    try:
        mode = source.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(f"There is no file {source}.") from error
    if not stat.S_ISREG(mode):
        raise NotAFile(f"{source} is not a regular file.", hint="Name an h5ad file or a zarr folder.")
    try:
        os.close(os.open(temp, _CREATE, 0o600))
    except FileNotFoundError as error:
        raise StorageFailed(f"The folder {temp.parent} does not exist.", hint="Make the folder first.") from error
    shutil.copyfile(source, temp)
    temp.chmod(stat.S_IMODE(mode) & 0o777 | 0o600)


def _write_elem() -> Callable[[Any, str, Any], None]:
    try:
        from anndata.io import write_elem
    except ImportError as error:
        raise AnnDataMissing("Columns are written by anndata 0.11 or later, which is not installed.") from error
    write: Callable[[Any, str, Any], None] = write_elem
    return write


def _texts(order: list[str]) -> Any:
    import h5py
    import numpy as np

    return np.array(order, dtype=h5py.string_dtype())


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[Any]:
    import h5py

    with h5py.File(path, "r+") as file:
        yield file


def _write(file: Any, plan: Plan, orders: dict[str, list[str]], order_of: Callable[[list[str]], Any]) -> None:
    """`file`: of h5py or of zarr, which are alike but for how a list of texts is an attribute (`order_of`)."""
    write_elem = _write_elem()
    for which, columns in (("obs", plan.obs), ("var", plan.var)):
        table = file[which]
        order = orders[which]
        for name, values in columns.items():
            if name in table:
                del table[name]
            write_elem(table, name, values)
        order += [name for name in columns if name not in order]
        if columns:
            table.attrs["column-order"] = order_of(order)
    if plan.kept:
        place = file
        for name in ("uns", "cellucid", "session"):
            if name not in place:
                write_elem(place, name, {})
            place = place[name]
        for key, text in plan.kept.items():
            if key in place:
                del place[key]
            write_elem(place, key, text)


def _there(target: Path) -> FileChanged:
    return FileChanged(f"{target} is there already.", hint="Save under another name, or say that it may go.")
