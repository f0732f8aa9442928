"""An export from its beginning to its end: planned, told, done step by step, checked, named.

May assume that the steps are independent but for the two stages of genes. What a crash leaves is gone on with by the
next run of the same export; what an error leaves, too, unless the disk is full. The name is taken last.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec

from fumehood.core import assets
from fumehood.core.errors import AssetsMissing, StorageFailed
from fumehood.datasets.export import plan as planning
from fumehood.datasets.export.documents import documents
from fumehood.datasets.export.making import Maker
from fumehood.datasets.export.options import Options
from fumehood.datasets.export.places import FILES, Place, Receipt, Written, written
from fumehood.datasets.export.plan import Plan, Step

if TYPE_CHECKING:
    from fumehood.datasets.dataset import Dataset

_SPARE: Final = 64 << 20
"""Bytes that stay free on the disk."""
_SPEED: Final = 150e6
"""Bytes before compression that a core does in a second, slow ones too: what the first guess of the time is of."""


class Progress(msgspec.Struct, frozen=True):
    """`plan` comes once, before anything is written; then `step`s; `name` when the folder is about to get its name."""

    stage: Literal["plan", "step", "name"]
    done: int
    """Bytes before compression, of `total`."""
    total: int
    size: int
    """Bytes that the export will have: a guess first, then what was written and a guess of the rest."""
    seconds: float
    """That are left, about."""
    resumed: int = 0
    """Steps that an earlier run had done."""


class Report(msgspec.Struct, frozen=True):
    out: str
    cells: int
    genes: int
    files: int
    size: int
    seconds: float
    resumed: int
    notes: tuple[str, ...]


class Crew(Protocol):
    """Who does the steps: threads here, or the workers of a cluster."""

    @property
    def shares_memory(self) -> bool:
        """Whether a step sees what another one left in memory."""

    def run(self, steps: Iterable[Step], maker: Maker) -> Iterator[Receipt]:
        """The receipts as the steps are done. Raises what a step raised, after the others have stopped."""


class Threads:
    shares_memory = True

    def __init__(self, count: int | None = None) -> None:
        self._count = count or len(os.sched_getaffinity(0))

    def run(self, steps: Iterable[Step], maker: Maker) -> Iterator[Receipt]:
        left = iter(steps)
        running: set[Future[Receipt]] = set()
        with ThreadPoolExecutor(self._count, "fumehood-export") as pool:
            try:
                while True:
                    # Not all at once: an error or Ctrl-C waits for those that run, and for no others.
                    for step in left:
                        running.add(pool.submit(maker.make, step))
                        if len(running) > self._count:
                            break
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                for future in running:
                    future.cancel()


def export(
    dataset: Dataset,
    place: Place,
    out: str,
    options: Options,
    *,
    replace: bool = False,
    crew: Crew | None = None,
    stamp: str | None = None,
    told: Callable[[Progress], object] = lambda progress: None,
) -> Report:
    """Writes the export `out` at `place`; `stamp` as `plan.digest` has it.

    Raises `ExportExists`, `ExportBusy`, `StorageFailed` and what reading raises.
    """
    began = time.monotonic()
    crew = crew or Threads()
    plan = planning.make(dataset, options)
    if plan.gather and not crew.shares_memory:
        plan = msgspec.structs.replace(plan, spill=True)
    with place.held(planning.digest(dataset, options, stamp), replace) as again:
        receipts = place.receipts() if again else {}
        _room(plan, place, receipts)
        counted = Counted(plan, receipts, told)
        do(dataset, plan, options, place, crew, receipts, counted)
        place.drop_scratch()
        files = [one for step in plan.steps for one in receipts[step.id].files]
        files += _last(dataset, plan, options, place, receipts, PurePath(out).name)
        counted.say("name")
        place.finish(replace)
    return Report(
        out,
        dataset.n_cells,
        len(plan.genes),
        len(files),
        sum(one.size for one in files),
        time.monotonic() - began,
        counted.resumed,
        plan.notes,
    )


def _room(plan: Plan, place: Place, receipts: dict[str, Receipt]) -> None:
    free = place.free()
    needed = sum(_rough(plan, step) for step in _all(plan) if step.id not in receipts)
    if free is not None and needed + _SPARE > free:
        raise StorageFailed(
            f"The export needs about {needed / 1e9:.1f} GB; {free / 1e9:.1f} GB are free.",
            hint="Free some space, or export to another disk. Nothing was written.",
            errno=0 if receipts else errno.ENOSPC,  # what an earlier run did is kept
        )


def do(
    dataset: Dataset,
    plan: Plan,
    options: Options,
    place: Place,
    crew: Crew,
    receipts: dict[str, Receipt],
    counted: Counted,
) -> None:
    """The steps that have no receipt, each with one at the end. `receipts` is filled."""
    maker = Maker(dataset, plan, options, place)
    # Pieces in memory are of this process: they are made again, but not where all genes are there.
    genes_left = any(step.kind == "genes" and step.id not in receipts for step in plan.steps)
    gather = [step for step in plan.gather if genes_left and not (plan.spill and step.id in receipts)]
    early = [step for step in plan.steps if step.kind != "genes" and step.id not in receipts]
    late = [step for step in plan.steps if step.kind == "genes" and step.id not in receipts]
    for stage in ([*gather, *early], late):
        if stage is late and late and plan.spill:
            maker.spilled(tuple(receipts[step.id].facts["stored"] for step in plan.gather))
        for receipt in crew.run(stage, maker):
            receipts[receipt.step] = receipt
            if receipt.files:
                place.done(receipt)
            counted.add(receipt)


def _last(
    dataset: Dataset, plan: Plan, options: Options, place: Place, receipts: dict[str, Receipt], folder: str
) -> Iterator[Written]:
    """The page and the JSON files; the identity at the end."""
    made: dict[str, bytes] = _page() if options.with_page else {}
    for path, value in documents(dataset, plan, options, receipts, folder).items():
        made[path] = msgspec.json.encode(value)
    for path, data in made.items():
        place.put(FILES + path, data)
        yield written(FILES + path, data)


def _page() -> dict[str, bytes]:
    """The built page, so that the folder opens by itself on a web host. Raises `AssetsMissing`."""
    folder = assets.folder() / "viewer"
    if not (folder / "index.html").is_file():
        raise AssetsMissing("The viewer's page is not built.")
    files = [folder / "index.html", *sorted((folder / "assets").iterdir())]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _all(plan: Plan) -> tuple[Step, ...]:
    return (*plan.gather, *plan.steps)


def _rough(plan: Plan, step: Step) -> int:
    return 0 if step.kind == "gather" and not plan.spill else step.rough


class Counted:
    """How far it is: counts what was done, and learns the speed from it."""

    def __init__(self, plan: Plan, receipts: dict[str, Receipt], told: Callable[[Progress], object]) -> None:
        self._steps = {step.id: step for step in _all(plan)}
        self._told = told
        self._total = plan.raw
        self._began = time.monotonic()
        self.resumed = sum(1 for step in receipts if step in self._steps)
        self._done = self._before = sum(self._steps[step].raw for step in receipts if step in self._steps)
        self._size = 0
        self._guess = plan.rough
        for receipt in receipts.values():
            self._took(receipt)
        self.say("plan")

    def add(self, receipt: Receipt) -> None:
        self._done += self._steps[receipt.step].raw
        self._took(receipt)
        self.say("step")

    def say(self, stage: Literal["plan", "step", "name"]) -> None:
        spent, made = time.monotonic() - self._began, self._done - self._before
        left = max(0, self._total - self._done)
        seconds = spent * left / made if made > self._total // 50 else left / _SPEED
        self._told(Progress(stage, self._done, self._total, self._guess, round(seconds, 1), self.resumed))

    def _took(self, receipt: Receipt) -> None:
        step = self._steps.get(receipt.step)
        if step is not None and step.kind != "gather":
            self._guess += sum(one.size for one in receipt.files) - step.rough


def as_json(value: Progress | Report) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(value)
    return found
