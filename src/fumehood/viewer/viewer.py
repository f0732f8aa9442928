"""A viewer as a user holds it: hooks for what its page says, commands for what it is to do, and what it knows now.

Everything may be called from any thread, before the page is there and after it was loaded anew. What the page says is
hostile until it was checked here: ids, sizes, places of cells.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from fumehood.core import limits
from fumehood.core.errors import BadMessage, HoodError, Internal, LimitExceeded, ViewerArgument
from fumehood.protocol import viewer as wire
from fumehood.protocol.base import encode_json
from fumehood.viewer import cells as sets
from fumehood.viewer import diagnosis, events, figures
from fumehood.viewer import groups as drawn
from fumehood.viewer import sessions as kept
from fumehood.viewer.asking import Asking, Results
from fumehood.viewer.commands import Answer, Commands
from fumehood.viewer.decorators import Decorators
from fumehood.viewer.hooks import Hooks
from fumehood.viewer.names import Names
from fumehood.viewer.pages import Pages
from fumehood.viewer.state import ViewerState
from fumehood.viewer.waiting import Predicate, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anndata import AnnData

    from fumehood.datasets.sessions.session import Session
    from fumehood.viewer.source import Source
    from fumehood.viewer.transport import Hear, Transport


class Viewer(Decorators, Asking):
    """A dataset that is shown. Made by `fumehood.show`."""

    def __init__(self, source: Source, connect: Callable[[Hear], Transport]) -> None:
        self.state = ViewerState()
        """What the page has said last, of each kind."""
        self.groups = drawn.Groups()
        """What the person keeps under names."""
        self.results = Results(source.cell_names)
        """The answers to what the page asked last, by name, each as a DataFrame."""
        self._source = source
        self._names = Names(source)
        self._lock = threading.Lock()
        self._pages = Pages()
        self._hooks = Hooks()
        self._waiting = Waiting()
        self._figures = figures.Asked()
        self._stopped = False
        self._transport = connect(self._hear)
        self._transport.answered = self.results.keep
        self._commands = Commands(self._transport.send, self._may_wait)

    def __repr__(self) -> str:
        state = "stopped" if self._stopped else "ready" if self._pages.ready else "not displayed yet"
        return f"<Viewer of {self._source.name}: {self.n_cells:,} cells, {state}>"

    # -- what it shows

    @property
    def id(self) -> str:
        return self._transport.viewer

    @property
    def n_cells(self) -> int:
        return self._source.n_cells

    @property
    def transport(self) -> str:
        """`comm` or `http`."""
        return self._transport.name

    def display(self) -> None:
        """Shows it in the running cell, also a second time: what is done in one display is told of by that one."""
        self._transport.display()

    def link(self) -> str:
        """A new address for a browser's window, good once, for ten minutes; over `http` only. Raises
        `ViewerUnplaced`."""
        return self._transport.link()

    # -- what it is told; each may be waited for

    def color_by(
        self, name: str | None = None, *, field: str | None = None, gene: str | None = None, groups: bool = False
    ) -> Answer:
        """By a column of `obs`, a gene, or the groups that the person keeps; by nothing without a name. Raises
        `DatasetMemberMissing` with the names that are near; where no groups are kept the page says so."""
        if sum(said is not None for said in (name, field, gene)) + groups > 1:
            raise ViewerArgument("Colour by one thing: a name, or `field=`, `gene=` or `groups=True`.")
        index: int | None = None
        if name is not None:
            index = self._names.column_or_gene(name)
            field, gene = (name, None) if index is None else (None, name)
        elif field is not None:
            self._names.check_column(field)
        elif gene is not None:
            index = self._names.check_gene(gene)
        return self._say(lambda number: wire.ColorBy(self.id, number, field, gene, index, groups=groups))

    def highlight(self, cells: Any, color: str = "#ff0000") -> Answer:
        """Cells as places, names, booleans, a selection or a group; in place of what was highlighted before."""
        if len(color) != 7 or color[0] != "#" or any(sign not in "0123456789abcdefABCDEF" for sign in color[1:]):
            raise ViewerArgument("A colour is said as #rrggbb.")
        packed, data = self._packed(cells)
        return self._say(lambda number: wire.Highlight(self.id, number, packed, color), data)

    def clear(self) -> Answer:
        """Of highlights and the selection."""
        return self._say(lambda number: wire.Clear(self.id, number))

    def set_visible(self, cells: Any = None, visible: bool = True) -> Answer:
        """Shows or hides cells; all of them without `cells`."""
        if cells is None:
            return self._say(lambda number: wire.SetVisible(self.id, number, visible))
        packed, data = self._packed(cells)
        return self._say(lambda number: wire.SetVisible(self.id, number, visible, packed), data)

    def reset_camera(self) -> Answer:
        return self._say(lambda number: wire.ResetCamera(self.id, number))

    def set_view(
        self,
        *,
        embedding: str | None = None,
        dimensions: int | None = None,
        center: Sequence[float] | None = None,
        zoom: float | None = None,
        rotation: Sequence[float] | None = None,
        point_size: float | None = None,
    ) -> Answer:
        """What is not given stays as it is. `center` in the coordinates of the picture, whose whole is -1 to 1."""
        if embedding is not None:
            self._names.check_embedding(embedding)
        if center is not None and len(center) not in (2, 3):
            raise ViewerArgument("A centre has two or three coordinates.")
        if rotation is not None and len(rotation) != 4:
            raise ViewerArgument("A rotation is a quaternion: x, y, z, w.")
        middle = None if center is None else (float(center[0]), float(center[1]), float([*center, 0.0][2]))
        turn = None if rotation is None else tuple(map(float, rotation))
        return self._say(
            lambda number: wire.SetView(
                self.id,
                number,
                embedding,
                dimensions,
                middle,
                zoom,
                turn,  # type: ignore[arg-type]  # four of them
                point_size,
            )
        )

    def set_state(self, state: dict[str, Any]) -> Answer:
        """A state as `viewer.state.view` had it."""
        if len(encode_json(state)) > limits.VIEWER_STATE:
            raise LimitExceeded("That is more than the state of a viewer may hold.")
        return self._say(lambda number: wire.SetState(self.id, number, state))

    def figure(
        self,
        format: Literal["png", "svg"] = "png",
        *,
        width: float = 180.0,
        height: float | None = None,
        dpi: int = 300,
        background: Literal["paper", "transparent", "theme"] = "paper",
        title: str = "",
        legend: bool = True,
        counts: bool = False,
        labels: bool = True,
        axes: bool = True,
        all_views: bool = False,
        timeout: float | None = 60.0,
    ) -> figures.Figure:
        """What is shown, as a figure for a paper: `viewer.figure().save("umap.png")`. `width` and `height` in
        millimetres, of all of it. Raises `ViewerCommandFailed`, `TimedOut`, and `ViewerWouldWait` where this kernel
        hears nothing while a cell runs: then `viewer.state.figure` has what the page's own dialog sent."""
        if format not in ("png", "svg"):
            raise ViewerArgument(f"There is no figure of the format {format!r}.", hint="There are png and svg.")
        asked: list[int] = []

        def command(number: int) -> wire.Draw:
            asked.append(number)
            self._figures.expect(number)
            beside = {"legend": legend, "counts": counts, "labels": labels, "axes": axes, "all_views": all_views}
            return wire.Draw(self.id, number, format, float(width), height, int(dpi), background, title, **beside)

        said = self._say(command)
        try:
            said.wait(timeout)
        finally:
            found = self._figures.take(asked[0])  # also where it failed: what comes too late is not kept
        if found is None:
            raise Internal("The page said that it drew the figure, and sent none.")
        return found

    def ping(self) -> Answer:
        return self._say(lambda number: wire.Ping(self.id, number))

    def send_message(self, name: str, data: Any = None) -> Answer:
        """To code in the page that listens for it."""
        return self._say(lambda number: wire.Told(self.id, number, name, data))

    # -- hooks

    def register_hook(self, event: str, hook: Callable[[Any], object]) -> None:
        """`event`: ready, selection, hover, click, state, group, message, trouble, left; or `any`."""
        self._hooks.add(event, hook)

    def unregister_hook(self, event: str, hook: Callable[[Any], object]) -> bool:
        """Whether it was there."""
        return self._hooks.remove(event, hook)

    def clear_hooks(self, event: str | None = None) -> None:
        self._hooks.clear(event)

    # -- waiting

    def wait_for(self, event: str, timeout: float | None = 30.0, predicate: Predicate | None = None) -> Any:
        """The next event of this kind (`any`: of any kind) for which the predicate holds. Raises `TimedOut`, and
        `ViewerWouldWait` where this kernel hears nothing while a cell runs."""
        return self._waiting.wait(self._kind(event), timeout, predicate, self._may_wait)

    async def wait_for_async(self, event: str, timeout: float | None = 30.0, predicate: Predicate | None = None) -> Any:
        return await self._waiting.wait_async(self._kind(event), timeout, predicate, self._transport.awaited)

    def wait_for_ready(self, timeout: float | None = 30.0) -> events.Ready:
        """Returns at once where a page is ready."""
        found = self._ready_now()
        if found is None:
            found = self._waiting.wait("ready", timeout, None, self._may_wait, self._ready_now)
        assert isinstance(found, events.Ready)
        return found

    async def wait_for_ready_async(self, timeout: float | None = 30.0) -> events.Ready:
        found = self._ready_now()
        if found is None:
            found = await self._waiting.wait_async("ready", timeout, None, self._transport.awaited, self._ready_now)
        assert isinstance(found, events.Ready)
        return found

    # -- groups

    def groups_to_obs(self, column: str = "groups", adata: AnnData | None = None, *, overwrite: bool = False) -> int:
        """The groups as one categorical column of `adata.obs`: of the AnnData that is shown, or of another one with
        the same cells. A cell of several groups gets the one drawn last; returns how many such cells there are. Raises
        `ColumnTaken`."""
        return drawn.one_column(self._anndata(adata), self.groups.values(), column, overwrite)

    def groups_to_columns(
        self, prefix: str = "group: ", adata: AnnData | None = None, *, overwrite: bool = False
    ) -> list[str]:
        """Each group as a boolean column of `adata.obs`; returns the columns' names. Raises `ColumnTaken`."""
        return drawn.each_column(self._anndata(adata), self.groups.values(), prefix, overwrite)

    # -- sessions

    def session(self, *, with_names: bool = True) -> Session:
        """The groups that were drawn and what is shown, to be saved: `viewer.session().save("mine.cellucid-session")`.
        `with_names`: the cells' names go along, so that they are found in another order."""
        return kept.session_of(self._source, self.groups.values(), self.state.view, with_names)

    def load_session(self, session: Session | str | Path) -> Answer:
        """Shows what a session of ours showed. Raises `SessionMismatch`, `ChunkMissing`."""
        return self.set_state(kept.state_in(session, self._source))

    def apply_session_to_anndata(self, adata: AnnData | None = None, **options: Any) -> Any:
        """The groups as columns of an AnnData, as `Session.apply_to_anndata` puts them there."""
        return self.session().apply_to_anndata(self._anndata(adata), **options)

    def clear_web_cache(self) -> int:
        """As `fumehood.clear_web_cache`."""
        from fumehood.viewer.caching import clear_web_cache

        return clear_web_cache()

    # -- its end

    def debug_connection(self, timeout: float = 5.0) -> diagnosis.Report:
        """What works between here and the page, on one screen."""
        found = [*self._transport.findings()]
        ready = self._pages.ready
        found.append(diagnosis.pages(len(ready), self._pages.known, self._commands.waiting))
        found += diagnosis.ping(self, timeout, bool(ready) and not self._stopped, self._may_wait())
        found += diagnosis.troubles(self.state.troubles)
        return diagnosis.Report(repr(self), found)

    def stop(self) -> None:
        """The page stays as a picture; hooks hear what was said before, whoever waits is told. May be said twice."""
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
        if self._pages.ready:
            try:
                self._transport.send(wire.Freeze(self.id, 0), ())
            except HoodError:
                pass  # a page that takes nothing has nothing to be told
        self._commands.close()
        self._waiting.close()
        self._hooks.close()
        self._transport.close()
        self._source.close()

    # -- inside

    def _say(self, make: Callable[[int], wire.Command], *buffers: bytes) -> Answer:
        return self._commands.say(make, buffers)

    def _packed(self, cells: Any) -> tuple[wire.Cells, bytes]:
        return sets.pack(sets.chosen(cells, self.n_cells, self._names), self.n_cells)

    def _may_wait(self) -> bool:
        return self._transport.beside()

    def _ready_now(self) -> events.Ready | None:
        return self.state.ready if self._pages.ready else None

    def _kind(self, event: str) -> str:
        if event not in events.KINDS and event != "any":
            raise ViewerArgument(f"There is no event {event!r}.", hint=f"There are {', '.join(events.KINDS)} and any.")
        return event

    def _anndata(self, given: AnnData | None) -> AnnData:
        found = given if given is not None else self._source.adata
        if found is None:
            raise ViewerArgument("The viewer shows a file.", hint="Give the AnnData: `adata=...`.")
        return found

    def _hear(self, event: wire.ViewerEvent, buffers: Sequence[bytes | memoryview]) -> None:
        """In the transport's thread. Raises `BadMessage`, `LimitExceeded`, `Busy`."""
        with self._lock:
            if self._stopped or event.viewer != self.id:
                return
            _check_ids(event)
            page = self._pages.hear(event.page, event.sequence)
            if page is None:
                raise BadMessage("The page said this before.")
            if isinstance(event, wire.Ready):
                self._check_ready(event)
                others = bool(self._pages.ready)
                page.ready = True
            elif isinstance(event, wire.Left):
                self._pages.leave(event.page)
                if not self._pages.ready:
                    self._commands.alone()
        if isinstance(event, wire.Done):
            self._commands.answered(event.id, event.error)
            return
        if isinstance(event, wire.Bundle):
            return
        if isinstance(event, wire.Figure):
            figure = figures.checked(event, buffers)
            if event.id:
                self._figures.keep(event.id, figure)
            else:
                self.state.figure = figure
            return
        words = _words(event)
        kind, said = self._event(event, buffers)
        if isinstance(said, events.Group):
            self.groups.keep(said, words)
        elif isinstance(said, events.GroupGone):
            self.groups.drop(said.id)
        self.state.take(kind, said)
        if isinstance(event, wire.Ready):
            # A page that was loaded anew, or a second display, begins where the last one is.
            state = self.state.view or None
            self._transport.send(wire.Welcome(self.id, event.page, state), ())
            self._commands.ready(again=others)
        size = words + sum(map(len, buffers))
        self._waiting.deliver(kind, said, size)
        self._hooks.deliver(kind, said, size)

    def _check_ready(self, event: wire.Ready) -> None:
        if event.version != wire.VERSION:
            raise BadMessage("The page is of another version of fumehood; run the cell again.")
        if event.n_cells != self.n_cells:
            raise BadMessage("The page shows another dataset.")

    def _event(
        self, event: wire.ViewerEvent, buffers: Sequence[bytes | memoryview]
    ) -> tuple[events.Kind, events.Event]:
        page = event.page
        match event:
            case wire.Ready():
                return "ready", events.Ready(page, event.n_cells, event.dimensions, _text(event.embedding))
            case wire.Selection():
                data = sets.check(event.cells, buffers, self.n_cells)
                return "selection", events.Selection(
                    page, event.cells, data, self.n_cells, self._names, _text(event.source)
                )
            case wire.Group():
                if event.cells is None:
                    return "group", events.GroupGone(page, _text(event.group))
                data = sets.check(event.cells, buffers, self.n_cells)
                return "group", events.Group(
                    page,
                    event.cells,
                    data,
                    self.n_cells,
                    self._names,
                    _text(event.group),
                    _text(event.name),
                    _text(event.color),
                    event.how,
                )
            case wire.Hover():
                return "hover", events.Hover(page, self._cell(event.cell), event.position, self._names)
            case wire.Click():
                return "click", events.Click(
                    page, self._cell(event.cell), event.button, event.shift, event.ctrl, event.alt, self._names
                )
            case wire.State():
                return "state", events.State(page, event.state)
            case wire.Custom():
                return "message", events.Message(page, _text(event.name), event.data)
            case wire.Trouble():
                return "trouble", events.Trouble(page, event.text[: limits.VIEWER_TEXT], event.level)
            case wire.Left():
                return "left", events.Left(page)
            case _:
                raise BadMessage("A page cannot say that.")

    def _cell(self, cell: int | None) -> int | None:
        if cell is not None and not 0 <= cell < self.n_cells:
            raise BadMessage("The page spoke of a cell that there is not.")
        return cell


def _check_ids(event: wire.ViewerEvent) -> None:
    if not 0 < len(event.page) <= 64 or not event.page.isascii() or not 0 < event.sequence < 2**53:
        raise BadMessage("A page has an id and counts what it says.")


def _text(said: str) -> str:
    if len(said) > limits.VIEWER_TEXT:
        raise LimitExceeded("A page gave a name that is too long.")
    try:
        said.encode()
    except UnicodeEncodeError as error:
        raise BadMessage("A page gave a name that cannot be written.") from error
    if "\0" in said:  # as the name of a column it would keep the user's AnnData from being saved
        raise BadMessage("A page gave a name that cannot be written.")
    return said


def _words(event: wire.ViewerEvent) -> int:
    """As JSON, of what an event says in words of the page's own."""
    match event:
        case wire.Group():
            said: Any = event.how
        case wire.State():
            said = event.state
        case wire.Custom():
            said = event.data
        case _:
            return 0
    try:
        words = len(encode_json(said))
    except (
        OverflowError,
        RecursionError,
        ValueError,
    ) as error:  # numbers and texts that JSON has, and nobody here can write
        raise BadMessage("A page said what cannot be told again.") from error
    if words > limits.VIEWER_STATE:
        raise LimitExceeded("A page said more than a message may hold.")
    return words
