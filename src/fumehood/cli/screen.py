"""Where a run is shown: outputs as they come, and on a terminal a calm line of progress below them.

Three ways: `Plain` (pipes, files), `Live` (a terminal) and `Lines` (JSON). What the notebook printed goes to standard
output and standard error as it did there, whole lines at a time and cleaned (`terminal.clean`); what is ours goes to
standard error. Nothing of the live line is left behind.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from fumehood.cli import terminal, words
from fumehood.cli.stopping import silence
from fumehood.cli.transcript import Target

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


@dataclass(slots=True)
class Progress:
    done: int = 0
    total: int = 0
    started: float = 0.0
    where: str = ""
    """`cell 4`"""
    label: str = ""
    """What runs; foreign text."""
    cell_started: float | None = None


class Screen(Protocol):
    progress: Progress

    def output(self, target: Target, text: str, block: bool) -> None: ...
    def tail(self, text: str) -> None:
        """The unfinished line: shown where it can be taken back."""
        ...

    def heading(self, text: str) -> None: ...
    def note(self, text: str, code: str = "") -> None: ...
    def event(self, kind: str, **fields: Any) -> None:
        """For programs that read."""
        ...

    def tick(self) -> None: ...
    @contextmanager
    def paused(self) -> Iterator[None]:
        """While somebody types."""
        ...

    def close(self) -> None: ...


class Plain:
    """Bytes in order; nothing that would have to be taken back."""

    def __init__(self, headings: bool = False) -> None:
        self.progress = Progress()
        self.lasting = False
        """Goes on without a reader (`hood run … | head`), because there is more to do than to show."""
        self._headings = headings
        self._begun = {"stdout": True, "stderr": True}
        """Whether the next character begins a line."""

    def output(self, target: Target, text: str, block: bool) -> None:
        if not text:
            return
        stream = sys.stdout if target == "stdout" else sys.stderr
        if block:
            text = ("" if self._begun[target] else "\n") + text + ("" if text.endswith("\n") else "\n")
        self._begun[target] = text.endswith("\n")
        self._write(stream, terminal.clean(text, colour=terminal.colours(stream)))

    def _write(self, stream: TextIO, text: str) -> None:
        try:
            terminal.put(text, stream)
        except BrokenPipeError:
            if not self.lasting:
                raise
            silence(stream)

    def tail(self, text: str) -> None:
        return None

    def heading(self, text: str) -> None:
        if self._headings:
            self.note(text, words.DIM)

    def note(self, text: str, code: str = "") -> None:
        shown = words.paint(text, code, sys.stderr)
        self._write(sys.stderr, ("" if self._begun["stderr"] else "\n") + shown + "\n")
        self._begun["stderr"] = True

    def event(self, kind: str, **fields: Any) -> None:
        return None

    def tick(self) -> None:
        return None

    @contextmanager
    def paused(self) -> Iterator[None]:
        yield

    def close(self) -> None:
        return None


class Lines(Plain):
    """One JSON object a line on standard output."""

    def output(self, target: Target, text: str, block: bool) -> None:
        return None

    def event(self, kind: str, **fields: Any) -> None:
        self._write(sys.stdout, words.as_json({"event": kind, **fields}) + "\n")


class Quiet(Plain):
    """Our own words only."""

    def output(self, target: Target, text: str, block: bool) -> None:
        return None


class _Raw:
    """Text that was cleaned already, for rich to write as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.segment import Segment

        yield Segment(self._text)


class Live(Plain):
    """Outputs above, one line of progress below, and the unfinished line of output between them."""

    def __init__(self, quiet: bool = False) -> None:
        super().__init__(headings=not quiet)
        from rich.console import Console
        from rich.live import Live as Region

        self._quiet = quiet
        self._tail = ""
        self._colour = terminal.colours(sys.stderr)
        self._console = Console(
            file=sys.stderr, markup=False, highlight=False, emoji=False, no_color=not self._colour, soft_wrap=True
        )
        self._region = Region(
            self,
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._region.start()
        self._drawn = 0.0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        if self._tail:
            yield Text.from_ansi(self._tail, no_wrap=True, overflow="ellipsis", end="\n")
        if self.progress.total:
            yield self._line(options.max_width)

    def _line(self, width: int) -> Any:
        """`━━━━━━╺━━━━  3/12  1:04  cell 4 0:12  sc.pp.neighbors(adata)`"""
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        progress = self.progress
        now = time.time()
        grid = Table.grid(padding=(0, 2))
        for _ in range(4):
            grid.add_column(no_wrap=True)
        room = min(30, max(8, width // 4))
        bar = ProgressBar(
            total=progress.total,
            completed=progress.done,
            width=room,
            complete_style=self._style("cyan"),
            finished_style=self._style("green"),
            style=self._style("bright_black"),
        )
        done = f"{progress.done}/{progress.total}"
        total = words.clock(now - progress.started)
        where = (
            "" if progress.cell_started is None else f"{progress.where} {words.clock(now - progress.cell_started)}  "
        )
        label = Text(f"{where}{terminal.line(progress.label)}", style=self._style("dim"))
        label.truncate(max(1, width - room - len(done) - len(total) - 7), overflow="ellipsis")
        grid.add_row(bar, Text(done), Text(total, style=self._style("cyan")), label)
        return grid

    def _style(self, name: str) -> str:
        return name if self._colour else ""

    def output(self, target: Target, text: str, block: bool) -> None:
        if not self._quiet:
            super().output(target, text, block)

    def _write(self, stream: TextIO, text: str) -> None:
        # With the live line on the screen only whole lines may be written above it; the rest follows as tail or end.
        if terminal.is_terminal(stream):
            self._tail = ""
            whole = text if text.endswith("\n") else text + "\n"
            self._console.print(_Raw(whole), end="", soft_wrap=True, crop=False)
            self._begun["stdout" if stream is sys.stdout else "stderr"] = True
        else:
            super()._write(stream, text)

    def tail(self, text: str) -> None:
        shown = terminal.clean(text[-4000:], colour=self._colour) if not self._quiet else ""
        if shown != self._tail:
            self._tail = shown
            self.tick()

    def tick(self) -> None:
        # A flood of output must not become a flood of redrawing.
        if time.monotonic() - self._drawn > 0.03:
            self._drawn = time.monotonic()
            self._region.refresh()

    @contextmanager
    def paused(self) -> Iterator[None]:
        self._region.stop()
        try:
            yield
        finally:
            self._region.start()

    def close(self) -> None:
        self._region.stop()
