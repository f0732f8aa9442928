"""Makes the gene-major store of a matrix that lies cell by cell, in bounded memory and one reading of it.

1. Pieces of the matrix are sorted by gene and appended to `runs`, with the number of entries of each gene beside.
2. Of some genes at a time, what each run has of them (one read a run) is put together, packed and appended to a shard.
3. The folder is complete: it is renamed.

The folder is made aside, under a lock; what is there already is used when the work was interrupted: the runs that are
whole, then the shards. Memory is a few pieces, whatever the matrix has; the disk holds eight bytes for each entry while
it is built. Nothing is left at the store's own name by a build that failed. May run anywhere: in the background process
of a server (`__main__`), or in a program's own thread.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fumehood.core.errors import Busy, StorageFailed
from fumehood.core.limits import GENES_SHARD
from fumehood.core.paths import private_folder
from fumehood.datasets.genes.blocks import PIECE, Blocks
from fumehood.datasets.genes.column import column_of
from fumehood.datasets.genes.packing import Packer
from fumehood.datasets.genes.store import IN_USE, INDEX, ROW, TABLE, VERSION, Index, shard_name
from fumehood.store.failures import storage_failed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fumehood.datasets.dataset import MatrixReader

PART: Final = ".part"
_RUNS: Final = "runs"
_COUNTS: Final = "counts"
_PROGRESS: Final = "progress.json"
_SAVE_EVERY: Final = 16
_ENTRY: Final = 8
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

Report = Callable[[float], bool]
"""Told how much is done (0 to 1); False from it ends the build, which can be taken up again."""


class Cancelled(Exception):
    """The one who is told of the progress wanted no more of it."""


class _Progress(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    piece: int
    runs: int = 0
    entries: int = 0
    """In these runs."""
    genes: int = 0
    """In shards that are whole."""
    shards: list[int] = []


def build(
    reader: MatrixReader, key: str, target: Path, report: Report, *, piece: int = PIECE, readers: int = 0
) -> None:
    """Puts the store at `target`; `readers` are the bits of a mode (0o044) of others who may read it.

    Raises `StorageFailed`, `PlaceUnsafe`, `Busy` (another process builds it already), `Cancelled`.
    """
    try:
        _build(reader, key, target, report, piece, readers)
    except OSError as error:
        shutil.rmtree(target.with_name(target.name + PART), ignore_errors=True)
        raise storage_failed("The gene-major store could not be written", error) from error


def room_needed(reader: MatrixReader) -> int:
    """Bytes that a build takes at most: the runs, and the packed genes beside them at the end."""
    info = reader.info
    entries = info.stored if info.stored is not None else info.shape[0] * info.shape[1]
    return entries * (_ENTRY + 6) + info.shape[1] * 64


def _build(reader: MatrixReader, key: str, target: Path, report: Report, piece: int, readers: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = private_folder(target.with_name(target.name + PART))  # what is in it is removed where it is of no use
    with _alone(part):
        blocks = Blocks(reader, piece)
        progress = _taken_up(part, key, piece)
        if progress.runs == 0 and shutil.disk_usage(part).free < room_needed(reader):
            shutil.rmtree(part, ignore_errors=True)
            needed = room_needed(reader) / 1e9
            raise StorageFailed(
                f"The gene-major store needs up to {needed:.1f} GB in {target.parent}, and the disk has less.",
                hint="Free some space or choose another folder for it; genes are read from the dataset until then.",
            )
        _sort_runs(blocks, part, progress, report)
        table = _write_shards(blocks, part, progress, report)
        index = Index(VERSION, key, blocks.n_cells, blocks.n_genes, tuple(progress.shards), "")
        _finish(part, target, index, table, readers & 0o044)


@contextlib.contextmanager
def _alone(part: Path) -> Iterator[None]:
    fd = os.open(part / IN_USE, _FLAGS, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("Another process makes the gene-major store of this dataset.") from error
        yield
    finally:
        os.close(fd)


def _taken_up(part: Path, key: str, piece: int) -> _Progress:
    """What an interrupted build left, where it is of the same content; else an empty folder."""
    try:
        found = msgspec.json.decode((part / _PROGRESS).read_bytes(), type=_Progress)
        runs, counts = (part / _RUNS).stat().st_size, (part / _COUNTS).stat().st_size
        table = (part / TABLE).stat().st_size if found.genes else 0
        whole = (
            table >= found.genes * 32
            and runs >= found.entries * _ENTRY
            and counts > 0
            and (found.key, found.piece) == (key, piece)
        )
        if whole and all((part / shard_name(i)).stat().st_size >= size for i, size in enumerate(found.shards)):
            return found
    except (OSError, msgspec.DecodeError):
        pass
    for place in part.iterdir():
        if place.name != IN_USE:
            place.unlink()
    return _Progress(key, piece)


def _save(part: Path, progress: _Progress, *files: int) -> None:
    for fd in files:
        os.fsync(fd)
    aside = part / (_PROGRESS + ".new")
    aside.write_bytes(msgspec.json.encode(progress))
    aside.replace(part / _PROGRESS)


def _sort_runs(blocks: Blocks, part: Path, progress: _Progress, report: Report) -> None:
    """`runs`: for each piece its cells and then its values, by gene. `counts`: for each piece, entries of each gene."""
    import numpy as np

    with _file(part / _RUNS) as runs, _file(part / _COUNTS) as counts:
        for number in range(progress.runs, blocks.count):
            if not report(0.6 * number / blocks.count):
                _save(part, progress, runs, counts)
                raise Cancelled
            cells, values, amounts = blocks.sorted(number)
            _write(runs, progress.entries * _ENTRY, cells.tobytes(), values.tobytes())
            _write(counts, number * blocks.n_genes * 4, amounts.astype(np.uint32).tobytes())
            progress.entries += cells.size
            progress.runs = number + 1
            if progress.runs % _SAVE_EVERY == 0 or progress.runs == blocks.count:
                _save(part, progress, runs, counts)


def _write_shards(blocks: Blocks, part: Path, progress: _Progress, report: Report) -> bytes:
    import numpy as np

    table = np.zeros(blocks.n_genes, np.dtype(ROW))
    with _file(part / _RUNS) as runs, _file(part / _COUNTS) as counts, _file(part / TABLE) as rows:
        size = progress.genes * table.itemsize
        table[: progress.genes] = np.frombuffer(os.pread(rows, size, 0), table.dtype)
        merge = _Merge(blocks, runs, counts, progress.piece)
        packer = Packer()
        while progress.genes < blocks.n_genes:
            number, written = len(progress.shards), 0
            with _file(part / shard_name(number)) as shard:
                os.ftruncate(shard, 0)
                gene = progress.genes
                while gene < blocks.n_genes and written < GENES_SHARD:
                    if not report(0.6 + 0.4 * gene / blocks.n_genes):
                        raise Cancelled
                    last = merge.group(gene)
                    for cells, values in merge.read(gene, last):
                        packed = packer.pack(column_of(blocks.n_cells, cells, values))
                        place = (
                            number,
                            packed.form,
                            written,
                            len(packed.data),
                            packed.stored,
                            packed.steps,
                            packed.crc,
                        )
                        table[gene] = place
                        _write(shard, written, packed.data)
                        written += len(packed.data)
                        gene += 1
                _write(rows, 0, table[:gene].tobytes())
                progress.genes = gene
                progress.shards.append(written)
                _save(part, progress, shard, rows)
    report(1.0)
    return table.tobytes()


class _Merge:
    """Reads of all runs what they have of some neighbouring genes."""

    def __init__(self, blocks: Blocks, runs: int, counts: int, piece: int) -> None:
        import numpy as np

        self._runs, self._counts, self._piece = runs, counts, piece
        self._n_genes, self._n_runs = blocks.n_genes, blocks.count
        self._totals = np.zeros(blocks.n_genes, np.int64)
        self._begins = np.zeros(self._n_runs + 1, np.int64)
        """Where each run begins, in entries."""
        self._before = np.zeros(self._n_runs, np.int64)
        """Entries of each run that belong to genes before `_at`."""
        self._at = 0
        for run in range(self._n_runs):
            amounts = self._amounts(run, 0, self._n_genes)
            self._totals += amounts
            self._begins[run + 1] = self._begins[run] + int(amounts.sum())

    def group(self, gene: int) -> int:
        """The gene after the last one that is read together with `gene`: up to a piece of entries, at least one."""
        import numpy as np

        sums = np.cumsum(self._totals[gene : gene + 4096])
        return gene + max(1, int(np.searchsorted(sums, self._piece, side="right")))

    def read(self, first: int, last: int) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        import numpy as np

        self._skip_to(first)
        totals = self._totals[first:last]
        cursor = np.concatenate(([0], np.cumsum(totals)[:-1]))
        ends = cursor + totals
        cells = np.empty(int(totals.sum()), np.uint32)
        values = np.empty(cells.size, np.float32)
        for run in range(self._n_runs):
            amounts = self._amounts(run, first, last)
            count = int(amounts.sum())
            if not count:
                continue
            length = int(self._begins[run + 1] - self._begins[run])
            begin = int(self._begins[run]) * _ENTRY
            before = int(self._before[run])
            local = np.concatenate(([0], np.cumsum(amounts)[:-1]))
            where = np.arange(count) + np.repeat(cursor - local, amounts)
            cells[where] = np.frombuffer(os.pread(self._runs, 4 * count, begin + 4 * before), np.uint32)
            values[where] = np.frombuffer(os.pread(self._runs, 4 * count, begin + 4 * (length + before)), np.float32)
            cursor += amounts
            self._before[run] += count
        self._at = last
        for start, end in zip((ends - totals).tolist(), ends.tolist(), strict=True):
            yield cells[start:end], values[start:end]

    def _skip_to(self, gene: int) -> None:
        if gene != self._at:
            for run in range(self._n_runs):
                self._before[run] += int(self._amounts(run, self._at, gene).sum())
            self._at = gene

    def _amounts(self, run: int, first: int, last: int) -> NDArray[Any]:
        import numpy as np

        data = os.pread(self._counts, 4 * (last - first), 4 * (run * self._n_genes + first))
        return np.frombuffer(data, np.uint32).astype(np.int64)


def _finish(part: Path, target: Path, index: Index, table: bytes, readers: int) -> None:
    whole = msgspec.structs.replace(index, table=hashlib.sha256(table).hexdigest())
    (part / TABLE).write_bytes(table)
    (part / INDEX).write_bytes(msgspec.json.encode(whole))
    for name in (TABLE, INDEX):
        with _file(part / name) as fd:
            os.fsync(fd)
    for name in (_RUNS, _COUNTS, _PROGRESS):
        (part / name).unlink(missing_ok=True)
    if readers:
        for place in part.iterdir():
            place.chmod(0o600 | readers)
        part.chmod(0o700 | readers | readers >> 2)
    if target.exists():
        old = target.with_name(f"{target.name}.old-{os.getpid()}")
        target.rename(old)
        part.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        part.rename(target)


@contextlib.contextmanager
def _file(place: Path) -> Iterator[int]:
    fd = os.open(place, _FLAGS, 0o600)
    try:
        yield fd
    finally:
        os.close(fd)


def _write(fd: int, offset: int, *parts: bytes) -> None:
    for part in parts:
        view = memoryview(part)
        while view:
            done = os.pwrite(fd, view, offset)
            view, offset = view[done:], offset + done
