"""The table of an opened dataset: each name that it answers, as a resource.

Two families of names share it, ours (`ours.py`) and cellucid's (`theirs.py`). Everything is made when it is asked for,
from single columns, and kept within a budget. An entity tag names the moment of opening and the bytes: what was opened
stays as it is until it is closed, and nothing of an earlier one is ever taken for it. Of an exported folder, cellucid's
names are its own files and nothing else; of an AnnData in memory nothing is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from fumehood.core.limits import ASK_ROWS, DATASET_PATH
from fumehood.core.paths import Paths
from fumehood.datasets.analysis import answering
from fumehood.datasets.compressing import Bodies
from fumehood.datasets.genes.reading import Genes
from fumehood.datasets.ours import OURS, Found
from fumehood.datasets.resource import BYTES, GZIP, JSON, Resource
from fumehood.datasets.theirs import THEIRS, TheirNames
from fumehood.protocol.viewer import Answer, Question

if TYPE_CHECKING:
    from fumehood.datasets.dataset import Dataset
    from fumehood.datasets.exported import ExportedDataset
    from fumehood.datasets.exported.files import Declared

_CHANGING: Final = frozenset(("genes/state",))


class Resources:
    """The table of one dataset; quick to make, everything else happens on request."""

    def __init__(
        self,
        dataset: Dataset,
        genes: Genes | None = None,
        bodies: Bodies | None = None,
        *,
        latent: str = "",
        genes_beside: bool = False,
    ) -> None:
        """`genes`: None keeps gene-major stores in the user's folder. `latent` is what the dataset was opened with."""
        self.dataset = dataset
        self.genes = genes or Genes(dataset, folder=Paths.of_user().genes, beside=genes_beside)
        self.bodies = Bodies() if bodies is None else bodies
        self._names = TheirNames(dataset, self.genes, latent)
        self._stamp = secrets.token_hex(8)

    @property
    def id(self) -> str:
        return self.dataset.id

    @property
    def name(self) -> str:
        return self.dataset.name

    @property
    def n_cells(self) -> int:
        return self.dataset.n_cells

    @property
    def n_genes(self) -> int:
        return self.dataset.n_genes

    def find(self, path: str) -> Resource | None:
        if len(path) > DATASET_PATH:
            return None
        exported = self._exported
        if exported is not None:
            declared = exported.declared.get(path)
            if declared is not None:
                return _as_file(exported, declared, self.bodies)
        for pattern, route in OURS if exported is not None else THEIRS + OURS:
            if match := pattern.fullmatch(path):
                found = route(self._names, *match.groups())
                if found is not None:
                    return self._resource(path, found)
        return None

    def answer(
        self,
        question: Question,
        buffers: Sequence[bytes | memoryview],
        tell: Callable[[int, int, str], None] = lambda done, total, what: None,
        cancelled: Callable[[], bool] = lambda: False,
        rows: int = ASK_ROWS,
    ) -> Answer:
        return answering.answer(self.dataset, self.genes, question, buffers, tell, cancelled, rows)

    @cached_property
    def _exported(self) -> ExportedDataset | None:
        """Of a folder, their names are its own files and nothing else."""
        return cast("ExportedDataset", self.dataset) if self.dataset.kind == "exported" else None

    def close(self) -> None:
        """Ends what runs for it. The dataset is the caller's."""
        self.genes.close()
        self.bodies.close()

    def _resource(self, path: str, found: Found) -> Resource:
        content_type, size, make, plain, same, zstd = found
        if self._names.live or path in _CHANGING:
            return Resource(path, content_type, f'"{secrets.token_hex(12)}"', size, make)
        tag = hashlib.sha256((f"/{same}" if same else path).encode(errors="surrogateescape")).hexdigest()[:24]
        return Resource(path, content_type, f'"{self._stamp}-{tag}"', size, make, self.bodies, plain=plain, zstd=zstd)


def _as_file(exported: ExportedDataset, file: Declared, bodies: Bodies) -> Resource | None:
    found = exported.files.stat(file)
    if found is None:
        return None
    tag = f'"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}"'
    content_type = JSON if file.path.endswith(".json") else GZIP if file.packed else BYTES
    kept = None if file.packed else bodies
    return Resource(
        file.path, content_type, tag, found.st_size, lambda: exported.files.raw(file), kept,
        lambda: exported.files.open(file), plain=False,
    )  # fmt: skip
