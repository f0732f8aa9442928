"""`fumehood.export`: what `hood export` does, for programs and notebooks.

The same values in words of Python: an AnnData, a path or an address of an object store goes in, a folder or an address
comes out. Loads what it needs when it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fumehood.core.errors import BadSetting
from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.export.options import MEMORY, Bits, Genes, Naming, Options
from fumehood.datasets.export.places import Folder
from fumehood.datasets.export.running import Progress, Report, Threads
from fumehood.datasets.export.running import export as run

if TYPE_CHECKING:
    from os import PathLike

    from fumehood.datasets.dataset import Dataset


def export(
    data: str | PathLike[str] | Any,
    out: str | PathLike[str],
    *,
    genes: Genes = "files",
    gene_bits: Bits = 8,
    column_bits: Bits = 16,
    gzip: int = 6,
    naming: Naming = "name",
    only_genes: Sequence[str] | None = None,
    only_columns: Sequence[str] | None = None,
    id: str = "",
    name: str = "",
    description: str = "",
    source: str = "",
    url: str = "",
    citation: str = "",
    matrix: str = "X",
    gene_names: str = "",
    latent: str = "",
    with_page: bool = False,
    replace: bool = False,
    memory: int = MEMORY,
    workers: int | None = None,
    scheduler: Any = None,
    store: dict[str, str] | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> Report:
    """Writes `data` as the folder `out`, which any static web host, cellucid 0.0.9 and our viewer can serve.

    data          an AnnData, the path of an h5ad file or a zarr folder, or `s3://…`
    out           a folder that is not there yet (or an older export, with `replace`), or `s3://…`
    genes         "files" (one for each gene), "shards" (for our viewer: smaller, fewer), "both" or "none"
    gene_bits, column_bits    8 or 16: rounded to so many steps between least and greatest; 32: floats, as they are
    matrix, gene_names, latent    as `hood view` has them: which matrix, which column of `var`, which distances
    memory        what turning a matrix around may hold at once; above it scratch files are written beside `out`
    workers       threads (default: one for each core)
    scheduler     the address of a `dask.distributed` scheduler, or a `Client`: its workers do the work
    store         options of the object store (endpoint, region, keys), as `obstore` names them

    Raises the errors of `hood export`, each with its sentence.
    """
    options = Options(
        genes=genes, gene_bits=gene_bits, column_bits=column_bits, gzip=gzip, naming=naming,
        only_genes=None if only_genes is None else tuple(only_genes),
        only_columns=None if only_columns is None else tuple(only_columns),
        id=id, name=name, description=description, source=source, url=url, citation=citation,
        with_page=with_page, memory=memory,
    )  # fmt: skip
    wanted = OpenOptions(id=id, name=name, matrix=matrix, genes=gene_names, latent=latent)
    told = progress or (lambda _: None)
    if scheduler is not None or any("://" in one for one in (data, str(out)) if isinstance(one, str)):
        from fumehood.datasets.export.scale import export_beyond

        return export_beyond(
            data, str(out), wanted, options, scheduler=scheduler, store=store or {}, replace=replace, told=told
        )
    if store:
        raise BadSetting("There are options of an object store, but nothing lies in one.")
    with closing(_opened(data, wanted)) as dataset:
        place = Folder(Path(out).absolute())
        return run(dataset, place, str(out), options, replace=replace, crew=Threads(workers), told=told)


def _opened(data: Any, wanted: OpenOptions) -> Dataset:
    from fumehood.datasets.opening import open_dataset

    return open_dataset(data, wanted)
