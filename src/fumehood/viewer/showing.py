"""`fumehood.show`: opens a dataset and puts it into the output of the running cell."""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Callable
from typing import Any, Literal

from fumehood.core import limits
from fumehood.core.errors import ViewerArgument, ViewerUnplaced
from fumehood.viewer import places
from fumehood.viewer import source as sources
from fumehood.viewer.source import Source
from fumehood.viewer.transport import Hear, Transport
from fumehood.viewer.viewer import Viewer

Way = Literal["auto", "comm", "http"]
_open: weakref.WeakSet[Viewer] = weakref.WeakSet()


def show(
    data: Any,
    *,
    height: int = 480,
    transport: Way = "auto",
    name: str = "",
    matrix: str = "X",
    gene_names: str = "",
    proxy: str = "",
) -> Viewer:
    """Shows a dataset in the output of the running cell: an AnnData, or the path of an h5ad, a zarr or an export.

    `matrix`: where genes are read: `X`, `raw` or `layers/NAME`. `gene_names`: a column of `var` that names them, where
    its index does not.

    `transport`: `comm` (through the notebook, no port is open), `http` (a server on this machine), or the better of
    the two that there is. `proxy`: for `http`, the address of a Jupyter server whose jupyter-server-proxy reaches
    this machine, where the browser is on another one.
    """
    if not limits.VIEWER_LOWEST <= height <= limits.VIEWER_HIGHEST:
        raise ViewerArgument(f"A viewer is {limits.VIEWER_LOWEST} to {limits.VIEWER_HIGHEST} pixels high.")
    if transport not in ("auto", "comm", "http"):
        raise ViewerArgument(f"There is no transport {transport!r}.", hint="There are auto, comm and http.")
    if places.front_end() is None:
        raise ViewerUnplaced("There is no notebook here to show a viewer in.")
    source = sources.opened(data, name=name, matrix=matrix, gene_names=gene_names)
    if transport == "http":
        viewer = _viewer(source, lambda source, hear: _http(source, height, hear, proxy=proxy))
    else:
        viewer = _viewer(source, lambda source, hear: _comm(source, height, hear))
    viewer.display()
    return viewer


def serve(data: Any, *, port: int = 0, name: str = "", matrix: str = "X", gene_names: str = "") -> Viewer:
    """The same outside a notebook: `viewer.link()` is an address for a browser on this machine, good once."""
    source = sources.opened(data, name=name, matrix=matrix, gene_names=gene_names)
    return _viewer(source, lambda source, hear: _http(source, 0, hear, port=port, framed=False))


def _viewer(source: Source, connect: Callable[[Source, Hear], Transport]) -> Viewer:
    try:
        viewer = Viewer(source, lambda hear: connect(source, hear))
    except BaseException:
        source.close()
        raise
    _open.add(viewer)
    return viewer


def _comm(source: Source, height: int, hear: Hear) -> Transport:
    from fumehood.viewer.built import built
    from fumehood.viewer.comm.widget import CommTransport

    return CommTransport(source.table, built(), height, hear)


def _http(source: Source, height: int, hear: Hear, *, port: int = 0, proxy: str = "", framed: bool = True) -> Transport:
    from fumehood.viewer.http.serving import HttpTransport

    return HttpTransport(source, height, hear, port=port, proxy=proxy, framed=framed)


@atexit.register
def _stop_all() -> None:
    for viewer in list(_open):
        viewer.stop()
