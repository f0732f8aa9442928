"""`hood run`: every code cell in a fresh kernel, shown as it runs, and the results written whatever happened.

All cells are queued at once, so the daemon's runtime goes on with them when this process is gone. Time-outs are this
process's own: they end with it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fumehood.cli import parameters, terminal, words
from fumehood.cli.ask import Prompter
from fumehood.cli.commands.convert import language_of, read_file
from fumehood.cli.connecting import daemon, match, short_path
from fumehood.cli.follow import Follower
from fumehood.cli.gate import Gate, told
from fumehood.cli.main import as_fields, report
from fumehood.cli.screen import Screen
from fumehood.cli.screens import make_screen
from fumehood.cli.stopping import Left, Stopping
from fumehood.cli.waiting import first
from fumehood.client.client import Client
from fumehood.client.notebook import Notebook
from fumehood.client.runs import Run
from fumehood.core import limits
from fumehood.core.errors import (
    BadMessage,
    BadSetting,
    CellFailed,
    FileMissing,
    HoodError,
    KernelDied,
    KernelInUse,
    NotebookUnreadable,
    RunCancelled,
    StorageFailed,
    TimedOut,
)
from fumehood.document import ipynb
from fumehood.protocol.methods import CloseParams

MAY_FAIL = "raises-exception"
SKIPPED = "skip-execution"
"""Cell tags, as nbclient has them."""

_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for."""

    path: Path
    parameters: dict[str, Any]
    kernel: str
    gate: Gate
    timeout: float | None
    cell_timeout: float | None
    allow_errors: bool
    restart: bool
    reuse: bool
    keep: bool
    quiet: bool
    as_json: bool


def main(arguments: argparse.Namespace) -> int:
    file = None if arguments.parameters_file is None else Path(arguments.parameters_file)
    source = Path(arguments.notebook)
    plan = Plan(
        path=source if arguments.output is None else Path(arguments.output),
        parameters=parameters.parse(arguments.parameters, arguments.raw_parameters, file),
        kernel=arguments.kernel,
        gate=Gate(arguments.approved, arguments.without, tuple(arguments.hosts), tuple(arguments.builds)),
        timeout=arguments.timeout,
        cell_timeout=arguments.cell_timeout,
        allow_errors=arguments.allow_errors,
        restart=arguments.restart,
        reuse=arguments.reuse,
        keep=arguments.keep,
        quiet=arguments.quiet,
        as_json=arguments.json,
    )
    try:
        return asyncio.run(_main(source, plan))
    except Left as left:
        return left.exit_status


async def _main(source: Path, plan: Plan) -> int:
    copied = os.path.realpath(source) != os.path.realpath(plan.path)
    data = read_file(source) if copied else None
    if data is not None:
        ipynb.read(data)  # what cannot be read is not copied over something that can
    async with daemon("run") as client:
        if data is not None:
            await _replace(client, plan.path, data)
        async with client.open(plan.path) as notebook:
            if notebook.read_only is not None:
                raise NotebookUnreadable(f"{plan.path} is no notebook: {notebook.read_only.reason}")
            return await _run(client, notebook, plan)


async def _replace(client: Client, path: Path, data: bytes) -> None:
    """Makes the file what the notebook is; an open room of the older file is closed first."""
    room = match((await client.status()).rooms, str(path))
    if room is not None:
        if room.kernel not in ("none", "dead"):
            raise KernelInUse(f"{path} is open and has a kernel.")
        await client.call("room.close", CloseParams(room=room.room))
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        if not path.parent.is_dir():
            raise FileMissing(f"There is no folder {path.parent}.") from error
        hint = "Write it elsewhere with -o." if error.errno in _NOT_ALLOWED else ""
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.", hint=hint) from error


async def _run(client: Client, notebook: Notebook, plan: Plan) -> int:
    started = time.time()
    fresh = await _kernel(notebook, plan)
    if plan.parameters:
        language = notebook.kernel.language or language_of(notebook.metadata)
        parameters.inject(notebook, plan.parameters, language)
    runs = notebook.execute_each(_cells(notebook, plan.allow_errors))
    screen = make_screen(as_json=plan.as_json, quiet=plan.quiet, lasting=True)
    screen.event("start", path=notebook.path, cells=len(runs))
    before = notebook.format
    _repeat_notices(notebook, screen)
    follower = Follower(client, notebook, screen, [run.execution for run in runs])
    try:
        error = await _supervise(notebook, plan, runs, follower, screen)
    finally:
        screen.close()
    saved = await _save(notebook)
    error = error or _verdict(follower, runs, plan) or saved
    upgraded = before if saved is None and ipynb.is_old(before) else ""
    _say_end(screen, notebook.path, follower, len(runs), error, saved, time.time() - started, plan, upgraded)
    if fresh and not plan.keep:
        await notebook.close(kill=True)
    return 0 if error is None else report(error, as_json=False)


def _repeat_notices(notebook: Notebook, screen: Screen) -> None:
    """What was found wrong with the file when it was opened: the follower tells only what comes from now on."""
    for notice in notebook.state.notices:
        if notice.code == BadMessage.code:
            screen.note(f"{terminal.line(notice.message)} {terminal.line(notice.hint)}".strip(), words.YELLOW)
            screen.event("notice", code=notice.code, message=notice.message, hint=notice.hint, cell=notice.cell)


async def _kernel(notebook: Notebook, plan: Plan) -> bool:
    """Sees that there is the right kernel; returns whether it is this run's own."""
    state = notebook.state
    if state.kernel.status in ("none", "dead"):
        await plan.gate.passed(notebook)
        await told(notebook, notebook.start(plan.kernel, without=plan.gate.without))
        return True
    if plan.restart:
        await plan.gate.passed(notebook)
        await told(notebook, notebook.restart(plan.kernel, without=plan.gate.without))
        return True
    if not plan.reuse:
        what = "is running" if state.queue else "has a kernel"
        raise KernelInUse(f"{notebook.path} is open and {what}.")
    if plan.kernel and plan.kernel != state.kernel.spec:
        raise BadSetting(f"Its kernel is {state.kernel.spec}.", hint="--restart makes it another one.")
    return False


def _cells(notebook: Notebook, allow_errors: bool) -> list[tuple[str, bool]]:
    """(cell id, whether an error stops the run)"""
    found: list[tuple[str, bool]] = []
    for cell in notebook.cells:
        tags = parameters.tags(cell.metadata)
        if cell.type == "code" and cell.source.strip() and SKIPPED not in tags:
            found.append((cell.id, not allow_errors and MAY_FAIL not in tags))
    return found


# -- while it runs


async def _supervise(
    notebook: Notebook, plan: Plan, runs: Sequence[Run], follower: Follower, screen: Screen
) -> HoodError | None:
    """Until every run has finished. Returns why it was cut short, if it was; raises `Left`."""
    ending = _Ending(notebook, screen)
    asked = terminal.is_terminal(sys.stdin)
    stopping = Stopping(
        lambda: ending.begin(RunCancelled("The run was interrupted.")),
        (lambda: screen.note("Ctrl-C again interrupts the notebook.", words.YELLOW)) if asked else None,
    )
    prompter = Prompter(screen)
    notebook.on_input(prompter)
    with stopping.listening():
        await first(
            follower.follow(),
            stopping.leave(),
            _refused(runs),
            _clock(plan, ending, follower, screen),
            _unanswered(prompter, ending),
            ending.give_up(),
        )
    return ending.error


class _Ending:
    """The run is cut short: interrupted, and after some patience its kernel is killed."""

    def __init__(self, notebook: Notebook, screen: Screen) -> None:
        self._notebook = notebook
        self._screen = screen
        self._begun = asyncio.Event()
        self.error: HoodError | None = None

    def begin(self, error: HoodError) -> None:
        if self.error is None:
            self.error = error
            self._begun.set()

    async def give_up(self) -> None:
        await self._begun.wait()
        self._screen.note("Interrupting …", words.YELLOW)
        await self._notebook.interrupt()
        await asyncio.sleep(limits.INTERRUPT_PATIENCE)
        self._screen.note("The kernel does not listen: it is killed.", words.RED)
        await self._notebook.shutdown(force=True)
        await asyncio.sleep(limits.INTERRUPT_PATIENCE)


async def _refused(runs: Sequence[Run]) -> None:
    """Raises why a cell could not be queued; otherwise waits for ever."""
    for run in runs:
        await run.finished()
    await asyncio.Event().wait()


async def _clock(plan: Plan, ending: _Ending, follower: Follower, screen: Screen) -> None:
    """Keeps the time that the screen shows, and the time-outs."""
    began = time.monotonic()
    while True:
        await asyncio.sleep(0.2)
        screen.tick()
        if plan.timeout is not None and time.monotonic() - began > plan.timeout:
            ending.begin(TimedOut(f"The run took more than {plan.timeout:g} s.", hint=""))
        running = follower.running
        if plan.cell_timeout is None or running is None or running.started is None:
            continue
        if time.time() - running.started > plan.cell_timeout:
            message = f"Cell {running.number or running.cell} took more than {plan.cell_timeout:g} s."
            ending.begin(TimedOut(message, hint="", cell=running.cell))


async def _unanswered(prompter: Prompter, ending: _Ending) -> None:
    await prompter.ended.wait()
    question = prompter.unanswered
    cell = "A cell" if question is None or question.number is None else f"Cell {question.number}"
    ending.begin(BadSetting(f"{cell} asks for input, and there is none.", hint="Give it on standard input."))
    await asyncio.Event().wait()


# -- afterwards


async def _save(notebook: Notebook) -> HoodError | None:
    try:
        await notebook.save()
    except HoodError as error:
        return error
    return None


def _verdict(follower: Follower, runs: Sequence[Run], plan: Plan) -> HoodError | None:
    may_fail = {run.execution for run in runs if not run.stop_on_error}
    for one in follower.followed.values():
        where = f"Cell {one.number or one.cell}"
        if one.status == "error" and one.execution not in may_fail:
            return CellFailed(f"{where} raised {one.error or 'an error'}.", cell=one.cell)
        if one.status == "lost":
            return KernelDied(f"The kernel died in cell {one.number or one.cell}. {follower.kernel_reason}".strip())
        if one.status == "cancelled":
            return RunCancelled(f"{where} was cancelled.", cell=one.cell)
    return None


def _say_end(
    screen: Screen,
    path: str,
    follower: Follower,
    total: int,
    error: HoodError | None,
    unsaved: HoodError | None,
    seconds: float,
    plan: Plan,
    upgraded: str,
) -> None:
    """`upgraded`: the format that the file had, where it has 4.5 now."""
    done = sum(one.status in ("ok", "error") for one in follower.followed.values())
    if plan.as_json:
        screen.event(
            "result",
            status="ok" if error is None else "error",
            path=path,
            saved=unsaved is None,
            **({"upgraded_from": upgraded} if upgraded else {}),
            seconds=round(seconds, 3),
            cells=[one.summary() for one in follower.followed.values()],
            **({"error": as_fields(error)} if error is not None else {}),
        )
        return
    if unsaved is not None and unsaved is not error:
        words.note(f"not saved: {terminal.line(unsaved.message)}", words.RED)
    written = "" if unsaved is not None else f", wrote {terminal.line(short_path(path))}"
    written += f" (it had format {upgraded} and has 4.5 now)" if upgraded else ""
    took = f"{done} of {words.count(total, 'cell')} in {words.duration(seconds)}{written}"
    if error is None:
        words.note(f"{words.paint('✓', words.GREEN, sys.stderr)} {took}")
    else:
        words.note(f"{words.paint('✗', words.RED, sys.stderr)} {took}")
