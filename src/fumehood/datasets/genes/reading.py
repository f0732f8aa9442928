"""Genes of a dataset, however its matrix lies: the one place where a request for a gene is answered.

    columns (csc), exports,
    chunks of few genes         read straight
    in memory                   from the arrays as they are at that moment; rows by one pass for all that wait
    rows in a file (csr, dense) the gene-major store once it is there, one pass until then

The store is found or begun by `prepare`, or by the first gene. Before each answer from it the dataset's size and time
are looked at: what changed is never answered from an old store. A store that turns out damaged is thrown away and made
again, once; where it cannot be made (disk full, folder not writable) the passes go on and `state` says why. Any number
of threads may call; what was read is kept within a budget, and two that want the same gene read it once.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from fumehood.core.errors import Busy, GeneDamaged, HoodError
from fumehood.core.limits import GENES_KEPT, GENES_STORE_LEAST
from fumehood.core.paths import private_folder
from fumehood.datasets.genes import keys, shelf
from fumehood.datasets.genes.background import Background, News, Task
from fumehood.datasets.genes.blocks import Blocks
from fumehood.datasets.genes.cache import Kept
from fumehood.datasets.genes.column import Column, column_of
from fumehood.datasets.genes.scanning import Scanner
from fumehood.datasets.genes.store import Store
from fumehood.store.failures import storage_failed

if TYPE_CHECKING:
    from fumehood.datasets.dataset import Dataset, MatrixInfo

_BUILDS: Final = 2
"""Of one store while its dataset is open: the first, and one after it was found damaged."""
_NARROW: Final = 16
"""Genes in a chunk of a dense matrix that was cut for genes: reading one unpacks no more than these."""
How = Literal["straight", "scanning", "building", "ready", "failed", "changed"]


@dataclass(frozen=True, slots=True)
class State:
    how: How
    done: float = 0.0
    """Of the build, 0 to 1."""
    reason: str = ""
    """Why there is no store, as a sentence."""

    def said(self) -> dict[str, Any]:
        return {"how": self.how, "done": self.done, "reason": self.reason}


class Genes:
    def __init__(self, dataset: Dataset, *, folder: Path | None = None, beside: bool = False) -> None:
        """Stores lie in `folder` (None: none is made), or beside the dataset where the user wants that."""
        self._dataset = dataset
        self._live = dataset.kind == "memory"
        self._info: MatrixInfo = dataset.matrix()
        self._kept: Kept[Column] = Kept(0 if self._live else GENES_KEPT, lambda column: column.nbytes)
        self._lock = threading.Lock()
        self._looked = threading.Lock()
        self._store: Store | None = None
        self._stamp: keys.Stamp = ()
        self._key = ""
        self._build: Background | None = None
        self._builds = 0
        self._elsewhere = False
        """Another process builds the store."""
        self._closed = False
        self._path = dataset.path
        self._beside = beside
        self._folder = folder
        self.scanner = Scanner(dataset.reader) if self._scans or self._live else None
        self._state = State("scanning" if self._scans else "straight")
        self._prepared = not self._wants_store

    @property
    def _scans(self) -> bool:
        if self._live or self._dataset.kind == "exported" or self._info.layout == "csc":
            return False
        chunks = self._info.chunks
        return self._info.layout == "csr" or len(chunks) < 2 or chunks[1] > _NARROW

    @property
    def _wants_store(self) -> bool:
        entries = self._info.stored if self._info.stored is not None else self._info.shape[0] * self._info.shape[1]
        there = self._path is not None and (self._folder is not None or self._beside)
        return self._scans and there and entries >= GENES_STORE_LEAST

    def column(self, index: int) -> Column:
        """The gene of this index. Raises `HoodError`."""
        self.prepare()
        self._notice_change()
        return self._kept.get(index, lambda: self._read(index))

    def passing(self, index: int) -> Column:
        """The same for whoever reads all genes one after the other: it drives out nothing that is kept."""
        self.prepare()
        self._notice_change()
        return self._kept.peek(index) or self._read(index)

    @property
    def by_rows(self) -> bool:
        """Each gene costs a pass over the matrix now: whoever wants all of them reads `blocks`."""
        self.prepare()
        self._look_again()
        return self._store is None and self._lies_by_rows

    def blocks(self) -> Blocks:
        """The matrix as it lies. In memory it is the one that is there at this moment."""
        return Blocks(self._dataset.reader())

    def state(self) -> State:
        self._look_again()
        with self._lock:
            return self._state

    def prepare(self) -> None:
        """Opens the store, or begins to make it in the background. Quick but for the first call."""
        if self._prepared:
            return
        with self._looked:
            if self._prepared:
                return
            self._prepared = True
            try:
                self._find()
            except HoodError as error:
                self._fail(str(error))
            except OSError as error:
                self._fail(str(storage_failed("The gene-major store could not be made", error)))

    def prepare_soon(self) -> None:
        """`prepare`, in a thread of its own: somebody looks at the dataset, and will ask for genes."""
        if not self._prepared:
            threading.Thread(target=self.prepare, name="fumehood-genes-prepare", daemon=True).start()

    def close(self) -> None:
        """Ends what runs; what was built so far is taken up by the next one who opens the dataset."""
        with self._lock:
            self._closed = True
            build, self._build, self._store = self._build, None, None
            if self._state.how == "building":  # somebody may wait for the store
                self._state = State("failed", reason="The dataset was closed.")
        if build is not None:
            build.cancel()
        if self.scanner is not None:
            self.scanner.close()
        self._kept.clear()

    # -- reading

    def _read(self, index: int) -> Column:
        self._look_again()
        store = self._store
        if store is not None:
            try:
                return store.read(index)
            except GeneDamaged as error:
                self._damaged(store, error)
        if self.scanner is not None and self._lies_by_rows:
            return self.scanner.column(index)
        sparse = self._dataset.gene_sparse(index)
        if sparse is None:
            return Column(self._dataset.n_cells, None, self._dataset.gene(index))
        return column_of(self._dataset.n_cells, *sparse)

    @property
    def _lies_by_rows(self) -> bool:
        return self._scans or (self._live and self._dataset.matrix().layout == "csr")

    def _notice_change(self) -> None:
        if self._store is not None and not self._unchanged():
            self._forget(State("changed", reason="The file of the dataset changed since it was opened. Open it again."))

    def _unchanged(self) -> bool:
        assert self._path is not None
        try:
            return keys.quick_stamp(self._path, self._info.name) == self._stamp
        except HoodError:
            return False

    # -- the store

    @property
    def _place(self) -> Path:
        assert self._path is not None
        if self._beside or self._folder is None:
            return shelf.beside(self._path)
        return self._folder / self._key

    def _find(self) -> None:
        assert self._path is not None
        if self._folder is not None and not self._beside:
            private_folder(self._folder)  # or somebody else's numbers would be taken for the dataset's
        self._stamp = keys.quick_stamp(self._path, self._info.name)
        self._key = keys.key(self._dataset.reader(), self._path)
        for place in (shelf.beside(self._path), self._place):
            if self._opened(place):
                return
        self._begin()

    def _opened(self, place: Path) -> bool:
        assert self._path is not None
        cells, genes = self._info.shape
        if not shelf.is_trusted(place, self._path):
            return False
        try:
            store = Store(place, self._key, cells, genes)
        except (OSError, GeneDamaged):
            return False
        shelf.used(place)
        with self._lock:
            if not self._closed:
                self._store, self._state = store, State("ready", 1.0)
        return True

    def _begin(self) -> None:
        """Raises `HoodError`."""
        self._builds += 1
        room = "" if self._beside or self._folder is None else str(self._folder)
        task = Task(str(self._path), {"matrix": self._info.name}, self._key, str(self._place), room)
        with self._lock:
            if self._closed:
                return
            self._state = State("building")
            self._build = Background(task, self._heard)

    def _heard(self, news: News) -> None:
        if news.finished:
            if not self._opened(self._place):
                self._fail("The gene-major store was made, and could not be opened.")
        elif news.code == Busy.code:
            with self._lock:
                self._build, self._elsewhere = None, True
        elif news.code:
            self._fail(f"{news.message} {news.hint}".strip())
        else:
            with self._lock:
                if self._state.how == "building":
                    self._state = replace(self._state, done=news.done)

    def _look_again(self) -> None:
        """Where another process builds the store: whether it is there, or whether that process has ended without it."""
        with self._lock:
            if not self._elsewhere or self._closed:
                return
            building = shelf.is_being_built(self._place)
            self._elsewhere = building
        if not building and not self._opened(self._place):
            try:
                self._begin()
            except HoodError as error:
                self._fail(str(error))

    def _fail(self, reason: str) -> None:
        """The page is told the reason, and not where on this machine anything lies."""
        for folder in (self._folder, None if self._path is None else self._path.parent):
            if folder is not None:
                reason = reason.replace(f"{folder}/", "").replace(str(folder), folder.name)
        with self._lock:
            self._build = None
            if not self._closed:
                self._state = State("failed", reason=reason)

    def _forget(self, state: State) -> None:
        with self._lock:
            self._store, self._state = None, state
        self._kept.clear()

    def _damaged(self, store: Store, error: GeneDamaged) -> None:
        """Throws the store away, and begins another one if this was the first."""
        with self._lock:
            if self._store is not store:
                return
            self._store, self._state = None, State("failed", reason=error.message)
            again = self._builds < _BUILDS
        shelf.discard(store.place)
        if again:
            with contextlib.suppress(HoodError):
                self._begin()
