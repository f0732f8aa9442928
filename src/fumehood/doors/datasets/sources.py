"""What the user named, opened and ready to be shown: an h5ad, a zarr, an AnnData, an exported folder, or several."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fumehood.core.errors import DatasetUnreadable, HoodError
from fumehood.doors.datasets.shown import Shown

if TYPE_CHECKING:
    from fumehood.datasets.compressing import Bodies
    from fumehood.datasets.dataset import Dataset, OpenOptions

_FORMATS = {"h5ad": "h5ad", "zarr": "zarr", "memory": "in-memory", "exported": ""}


@dataclass(frozen=True)
class Opened:
    shown: tuple[Shown, ...]
    close: Callable[[], None]
    left_out: tuple[str, ...] = ()
    """Of a folder of exports, what cannot be shown, and why."""


def open_sources(source: str | Path | Any, options: OpenOptions | None = None, *, genes_beside: bool = False) -> Opened:
    """`genes_beside`: a gene-major store is made beside the dataset. Raises what `open_dataset` does."""
    from fumehood.datasets.compressing import Bodies
    from fumehood.datasets.exported import exports_in, is_export, open_exported
    from fumehood.datasets.opening import open_dataset

    with ExitStack() as stack:
        bodies = Bodies()
        stack.callback(bodies.close)
        folder = Path(source) if isinstance(source, (str, Path)) else None
        if folder is not None and folder.is_dir() and not is_export(folder) and (exports := exports_in(folder)):
            shown, left_out = [], []
            for place in exports:
                try:
                    shown.append(_shown(open_exported(place, options), bodies, stack, place.name))
                except HoodError as error:
                    if len(exports) == 1:
                        raise
                    left_out.append(f"{place.name}: {error.message}")
            if not shown:
                raise DatasetUnreadable(f"None of the {len(exports)} exports in {folder} can be read: {left_out[0]}")
            return Opened(tuple(shown), stack.pop_all().close, tuple(left_out))
        dataset = open_dataset(source, options)
        return Opened((_shown(dataset, bodies, stack, genes_beside=genes_beside),), stack.pop_all().close)


def _shown(
    dataset: Dataset, bodies: Bodies, stack: ExitStack, folder: str = "", *, genes_beside: bool = False
) -> Shown:
    from fumehood.datasets.resources import Resources

    stack.callback(dataset.close)
    table = Resources(dataset, bodies=bodies, genes_beside=genes_beside)
    stack.callback(table.close)
    kind = "exported" if dataset.kind == "exported" else "anndata"
    return Shown(table, kind, _FORMATS[dataset.kind], folder)
