"""An export beyond one machine: the same steps on workers of `dask.distributed`, from and to object stores.

A worker is told addresses and a step, and opens the dataset itself, once; the plan follows from the dataset, so nothing
large is sent. A worker that dies costs its running steps, which another one does again. The cluster is the user's, who
gave its address: whoever can reach its scheduler can run code there, as always with dask.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from fumehood.core.errors import BadSetting, HoodError, ScaleFailed, ScaleMissing
from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.export import plan as planning
from fumehood.datasets.export.making import Maker
from fumehood.datasets.export.objects import Objects, Source
from fumehood.datasets.export.options import Options
from fumehood.datasets.export.places import Folder, Place, Receipt
from fumehood.datasets.export.plan import Step
from fumehood.datasets.export.running import Crew, Progress, Report, Threads, export

if TYPE_CHECKING:
    from fumehood.datasets.dataset import Dataset


CONNECT = 10.0
"""Seconds that a scheduler has to answer."""


class Errand(msgspec.Struct, frozen=True):
    """What a worker must know besides its step."""

    source: str
    out: str
    wanted: dict[str, str]
    options: Options
    store: dict[str, str]


def export_beyond(
    data: Any,
    out: str,
    wanted: OpenOptions,
    options: Options,
    *,
    scheduler: Any,
    store: dict[str, str],
    replace: bool,
    told: Callable[[Progress], object],
) -> Report:
    """As `running.export`; `scheduler` is an address, a `Client`, or None for threads of this process."""
    source = str(data) if isinstance(data, str | Path) else None
    if source is None and scheduler is not None:
        raise BadSetting("Workers of a cluster cannot read a dataset in memory.", hint="Write it as a file first.")
    if source is not None and "://" not in source:
        source = str(Path(source).absolute())
    out = out if "://" in out else str(Path(out).absolute())
    with closing(_dataset(data if source is None else source, wanted, store)) as dataset:
        crew: Crew = Threads()
        with _client(scheduler) as client:
            if client is not None and source is not None:
                said = {name: getattr(wanted, name) for name in wanted.__slots__}
                crew = Cluster(client, Errand(source, out, said, options, store))
            stamp = _stamp(source, store)
            return export(dataset, _place(out, store), out, options, replace=replace, crew=crew, stamp=stamp, told=told)


class Cluster:
    """The workers behind a client."""

    shares_memory = False

    def __init__(self, client: Any, errand: Errand) -> None:
        self._client, self._errand = client, errand

    def run(self, steps: Iterable[Step], maker: Maker) -> Iterator[Receipt]:
        from distributed import as_completed
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        futures = [
            self._client.submit(work, self._errand, step, maker.stored, pure=False, key=f"hood {step.id} {id(self)}")
            for step in steps
        ]
        try:
            for future in as_completed(futures, loop=self._client.loop):  # type: ignore[no-untyped-call]
                yield future.result()
        except KilledWorker as error:
            raise ScaleFailed("A step of the export ended several workers, perhaps for want of memory.") from error
        except (FutureCancelledError, OSError, TimeoutError) as error:
            if isinstance(error, HoodError):
                raise
            raise ScaleFailed(f"The cluster was lost: {error}") from error
        finally:
            self._client.cancel(futures)


def work(errand: Errand, step: Step, stored: tuple[int, ...]) -> Receipt:
    """On a worker: one step. The dataset stays open for the next ones."""
    with _lock:
        maker = _makers.get(errand.source + errand.out)
        if maker is None or maker[0] != errand:
            dataset = _dataset(errand.source, OpenOptions(**errand.wanted), errand.store)
            plan = planning.make(dataset, errand.options)
            if plan.gather:
                plan = msgspec.structs.replace(plan, spill=True)
            made = Maker(dataset, plan, errand.options, _place(errand.out, errand.store))
            _makers.clear()
            maker = _makers[errand.source + errand.out] = (errand, made)
        if stored and not maker[1].stored:
            maker[1].spilled(stored)
    return maker[1].make(step)


_lock = threading.Lock()
_makers: dict[str, tuple[Errand, Maker]] = {}


def _dataset(source: Any, wanted: OpenOptions, store: dict[str, str]) -> Dataset:
    from fumehood.datasets.opening import open_dataset

    if not isinstance(source, str) or "://" not in source:
        return open_dataset(source, wanted)
    found = Source(source, store)
    folder = tempfile.mkdtemp(prefix="hood-export-")
    try:
        dataset = open_dataset(found.fetch(Path(folder)), wanted)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(dataset, shutil.rmtree, folder, ignore_errors=True)
    return dataset


def _place(out: str, store: dict[str, str]) -> Place:
    return Objects(out, store) if "://" in out else Folder(Path(out))


def _stamp(source: str | None, store: dict[str, str]) -> str | None:
    return Source(source, store).stamp if source is not None and "://" in source else None


def _client(scheduler: Any) -> Any:
    from contextlib import nullcontext

    if not isinstance(scheduler, str):
        return nullcontext(scheduler)
    try:
        from distributed import Client
    except ImportError as error:
        raise ScaleMissing("A cluster needs the package dask[distributed].") from error
    try:
        return Client(scheduler, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise ScaleFailed(f"Nobody answers as a scheduler at {scheduler}: {error}") from error
