"""What Python and the page of a viewer say to each other, over whichever transport carries it.

A message is one JSON object, told apart by `type`, and the bytes of its buffers. Over a comm it is the content and the
buffers of a custom message; over HTTP an event is `POST /_fumehood/events` with a body as `frame` makes it, and the
commands are the lines of `GET /_fumehood/commands`, each a `Line` whose buffers are fetched once by their ids.

Python says commands, each answered by one `Done`; the page says events. Both name the viewer; an event also the page
(there may be several displays of one viewer) and its number, which grows by one, so that nothing is heard twice.
Sets of cells travel as bytes, never as JSON. All from a page is hostile: `fumehood.viewer` checks it before it is used.

A page may also ask something of the whole dataset (`Question`): over a comm by `Ask`, answered by `Progress` and then
by chunks or a `Failure`, as a fetch is; over HTTP by `POST /_fumehood/ask` with the same message framed, answered by
lines of `AskLine`. `Cancel`, or closing the request, ends the work.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final, Literal

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded
from fumehood.protocol.base import Message, decode_json, encode_json

VERSION: Final = 1
EVENT_TYPE: Final = "application/vnd.fumehood.viewer"
"""Of the body of an event: no form and no simple request can send it."""
VIEWER_HEADER: Final = "X-Fumehood-Viewer"
"""Carries the viewer's token on every event over HTTP."""


class Cells(Message, frozen=True):
    """Cells by their places, in ascending order, each once. `list`: u32 of each; `bits`: one bit a cell, the first cell
    the lowest bit of the first byte. Both little-endian; whoever sends takes the smaller."""

    form: Literal["list", "bits"]
    count: int
    buffer: int = 0
    """Which of the message's buffers."""


# -- what Python says


class Highlight(Message, frozen=True, tag_field="type", tag="highlight"):
    """Cells in a colour, above the others. In place of what was highlighted before."""

    viewer: str
    id: int
    cells: Cells
    color: str = "#ff0000"
    """`#rrggbb`."""


class Clear(Message, frozen=True, tag_field="type", tag="clear"):
    """Of highlights and the selection."""

    viewer: str
    id: int


class ColorBy(Message, frozen=True, tag_field="type", tag="color_by"):
    """By a column, a gene or the groups of the page; by nothing where none is said."""

    viewer: str
    id: int
    field: str | None = None
    gene: str | None = None
    index: int | None = None
    """The gene's place, since names may be there twice."""
    layer: str | None = None
    groups: bool = False


class SetVisible(Message, frozen=True, tag_field="type", tag="set_visible"):
    viewer: str
    id: int
    visible: bool
    cells: Cells | None = None
    """None: all."""


class ResetCamera(Message, frozen=True, tag_field="type", tag="reset_camera"):
    viewer: str
    id: int


class SetView(Message, frozen=True, tag_field="type", tag="set_view"):
    """What is absent stays as it is."""

    viewer: str
    id: int
    embedding: str | None = None
    dimensions: int | None = None
    center: tuple[float, float, float] | None = None
    """In the embedding's own coordinates, the third 0 in a plane."""
    zoom: float | None = None
    """1: the whole embedding fits."""
    rotation: tuple[float, float, float, float] | None = None
    """A quaternion, x y z w."""
    point_size: float | None = None
    """In CSS pixels."""


class SetState(Message, frozen=True, tag_field="type", tag="set_state"):
    """A state as the page told it, whole."""

    viewer: str
    id: int
    state: dict[str, Any]


class Ping(Message, frozen=True, tag_field="type", tag="ping"):
    viewer: str
    id: int


class Freeze(Message, frozen=True, tag_field="type", tag="freeze"):
    """The page stays as a picture; nothing more will be heard of Python."""

    viewer: str
    id: int


class Session(Message, frozen=True, tag_field="type", tag="session"):
    """Asks for the bundle of the whole session, which comes as a `Bundle`."""

    viewer: str
    id: int


class Draw(Message, frozen=True, tag_field="type", tag="draw"):
    """Asks for what is shown as a figure, which comes as a `Figure`."""

    viewer: str
    id: int
    format: Literal["png", "svg"] = "png"
    width: float = 180.0
    """In millimetres, with everything that stands beside the points."""
    height: float | None = None
    """None: as the picture on the screen is."""
    dpi: int = 300
    background: Literal["paper", "transparent", "theme"] = "paper"
    title: str = ""
    legend: bool = True
    counts: bool = False
    labels: bool = True
    axes: bool = True
    all_views: bool = False


class Told(Message, frozen=True, tag_field="type", tag="told"):
    """A message of the user's own code to a page that listens for it."""

    viewer: str
    id: int
    name: str
    data: Any = None


Command = (
    Highlight | Clear | ColorBy | SetVisible | ResetCamera | SetView | SetState | Ping | Freeze | Session | Draw | Told
)


class Welcome(Message, frozen=True, tag_field="type", tag="welcome"):
    """Answers `Ready`: the page is heard. A viewer that is not the page's says nothing."""

    viewer: str
    page: str
    state: dict[str, Any] | None = None
    """What to begin with; absent: the page's own beginning."""


class Chunk(Message, frozen=True, tag_field="type", tag="chunk"):
    """Comm only: a part of what was fetched, in its order. Its bytes are the one buffer."""

    viewer: str
    page: str
    request: int
    index: int
    size: int
    """Of the whole."""
    last: bool = False
    content_type: str = ""
    """With the first."""
    encoding: Literal["", "br", "gzip", "zstd"] = ""
    """Of the whole; with the first."""


class Failure(Message, frozen=True, tag_field="type", tag="failure"):
    """Comm only: what was fetched cannot be had."""

    viewer: str
    page: str
    request: int
    code: str
    message: str


class Progress(Message, frozen=True, tag_field="type", tag="progress"):
    """Of what was asked: so much is done of so much. The last words before the answer."""

    viewer: str
    page: str
    request: int
    done: int
    total: int
    """0: nobody knows."""
    what: str = ""
    """In words."""


ToPage = Command | Welcome | Chunk | Failure | Progress


# -- what a page may ask of the dataset, and what it is answered

Method = Literal["wilcoxon", "t-test"]
"""Wilcoxon's rank sum, or Welch's test."""


class Compare(Message, frozen=True, tag_field="kind", tag="compare"):
    """Which genes tell `a` from `b`. Answered by `Compared` with one ranking of all genes."""

    a: Cells
    b: Cells | None = None
    """None: all other cells."""
    method: Method = "wilcoxon"
    tie_correct: bool = False


class CellGroup(Message, frozen=True):
    name: str
    cells: Cells


class Markers(Message, frozen=True, tag_field="kind", tag="markers"):
    """Each group against all other cells: of a column of categories, or of groups that share no cell. Answered by
    `Compared` with a ranking for each."""

    column: str = ""
    """Its key."""
    groups: tuple[CellGroup, ...] = ()
    """Where no column is named."""
    method: Method = "wilcoxon"
    tie_correct: bool = False
    most: int = 100
    """Genes of each group, those with the highest scores."""


class Score(Message, frozen=True, tag_field="kind", tag="score"):
    """The mean of some genes in each cell, less that of genes which are as high on average, as Scanpy's `score_genes`
    has it. Answered by `Scored`."""

    genes: tuple[int, ...]
    """Their places."""


class Correlate(Message, frozen=True, tag_field="kind", tag="correlate"):
    """A gene or a continuous column with every gene (Pearson). Answered by `Correlated`."""

    gene: int | None = None
    column: str = ""
    """Where no gene is named."""
    cells: Cells | None = None
    """None: all of them."""


Question = Compare | Markers | Score | Correlate


class Ranking(Message, frozen=True):
    """Genes of one group, the highest score first. All lists are as long as `genes`; null where there is no number."""

    group: str
    cells: int
    others: int
    """Cells that it was compared with."""
    genes: list[int]
    """Their places."""
    names: list[str]
    scores: list[float | None]
    p_values: list[float | None]
    adjusted: list[float | None]
    """By Benjamini and Hochberg, over all genes."""
    fold_changes: list[float | None]
    """log2."""
    means: list[float | None]
    other_means: list[float | None]
    shares: list[float | None]
    """Of the cells in which the gene is not 0."""
    other_shares: list[float | None]


class Compared(Message, frozen=True, tag_field="kind", tag="compared"):
    method: Method
    tie_correct: bool
    of: int
    """Genes that the dataset has; a ranking may have fewer."""
    rankings: list[Ranking]


class Scored(Message, frozen=True, tag_field="kind", tag="scored"):
    values: bytes
    """float32, little-endian, one a cell."""
    genes: list[int]
    controls: list[int]
    """The genes whose mean was taken away."""


class Correlated(Message, frozen=True, tag_field="kind", tag="correlated"):
    """The highest correlation first; null where a gene is the same everywhere."""

    cells: int
    of: int
    genes: list[int]
    names: list[str]
    correlations: list[float | None]
    p_values: list[float | None]
    adjusted: list[float | None]


Answer = Compared | Scored | Correlated


# -- what the page says


class Ready(Message, frozen=True, tag_field="type", tag="ready"):
    """The first of a page, when it has drawn."""

    viewer: str
    page: str
    sequence: int
    n_cells: int
    dimensions: int = 2
    embedding: str = ""
    version: int = VERSION


class Selection(Message, frozen=True, tag_field="type", tag="selection"):
    viewer: str
    page: str
    sequence: int
    cells: Cells
    source: str = ""
    """`rectangle`, `lasso`, …"""


class Hover(Message, frozen=True, tag_field="type", tag="hover"):
    """Only the last that is not yet heard counts."""

    viewer: str
    page: str
    sequence: int
    cell: int | None = None
    position: tuple[float, float, float] | None = None


class Click(Message, frozen=True, tag_field="type", tag="click"):
    viewer: str
    page: str
    sequence: int
    cell: int | None = None
    button: int = 0
    shift: bool = False
    ctrl: bool = False
    alt: bool = False


class State(Message, frozen=True, tag_field="type", tag="state"):
    """The whole state of the page: what `set_state` takes. Only the last that is not yet heard counts."""

    viewer: str
    page: str
    sequence: int
    state: dict[str, Any]


class Group(Message, frozen=True, tag_field="type", tag="group"):
    """Cells that the person keeps under a name; `cells` absent: the group is gone."""

    viewer: str
    page: str
    sequence: int
    group: str
    """Its id."""
    name: str = ""
    color: str = ""
    cells: Cells | None = None
    how: dict[str, Any] = {}
    """How it was made: the tool, the polygon, the embedding, the filters."""


class Bundle(Message, frozen=True, tag_field="type", tag="bundle"):
    """The session that the command `id` asked for; its bytes are the one buffer."""

    viewer: str
    page: str
    sequence: int
    id: int


class Figure(Message, frozen=True, tag_field="type", tag="figure"):
    """A figure, for the command `id`, or of the person's own making where it is 0; its bytes are the one buffer."""

    viewer: str
    page: str
    sequence: int
    id: int = 0
    name: str = ""
    """For a file."""
    content_type: Literal["image/png", "image/svg+xml"] = "image/png"


class Custom(Message, frozen=True, tag_field="type", tag="message"):
    """Any other message of a page."""

    viewer: str
    page: str
    sequence: int
    name: str
    data: Any = None


class Trouble(Message, frozen=True, tag_field="type", tag="trouble"):
    """What went wrong in the page, in words."""

    viewer: str
    page: str
    sequence: int
    text: str
    level: Literal["warning", "error"] = "error"


class CommandError(Message, frozen=True):
    code: str
    message: str
    near: tuple[str, ...] = ()
    """Names that are there and like the one that was said."""


class Done(Message, frozen=True, tag_field="type", tag="done"):
    """Of the command with this id."""

    viewer: str
    page: str
    sequence: int
    id: int
    error: CommandError | None = None


class Left(Message, frozen=True, tag_field="type", tag="left"):
    """The page goes."""

    viewer: str
    page: str
    sequence: int


ViewerEvent = Ready | Selection | Hover | Click | State | Group | Bundle | Figure | Custom | Trouble | Done | Left


class Fetch(Message, frozen=True, tag_field="type", tag="fetch"):
    """Comm only: a resource of the table that the HTTP door serves too, or the module of the page (`page.js`). Answered
    by chunks, at most `credits` of them before the page says `Credit`."""

    viewer: str
    page: str
    request: int
    path: str
    credits: int = 4
    accept: tuple[Literal["br", "gzip", "zstd"], ...] = ()
    """Encodings that the page can undo."""


class Ask(Message, frozen=True, tag_field="type", tag="ask"):
    """A question, with the bytes of its sets of cells as buffers. Over HTTP `viewer` is empty where no Python listens.
    The requests of a page, fetched or asked, have each another number."""

    viewer: str
    page: str
    request: int
    question: Question
    name: str = ""
    """Under which Python keeps the answer (`viewer.results`)."""
    dataset: str = ""
    """HTTP only: the folder of one of several datasets."""
    credits: int = 4
    accept: tuple[Literal["br", "gzip", "zstd"], ...] = ()


class Credit(Message, frozen=True, tag_field="type", tag="credit"):
    """Comm only: so many more chunks may come."""

    viewer: str
    page: str
    request: int
    chunks: int = 1


class Cancel(Message, frozen=True, tag_field="type", tag="cancel"):
    """Comm only: no more of this request."""

    viewer: str
    page: str
    request: int


FromPage = ViewerEvent | Fetch | Ask | Credit | Cancel


# -- over HTTP


class Line(Message, frozen=True):
    """A line of `GET /_fumehood/commands`."""

    message: Command | Welcome
    buffers: tuple[str, ...] = ()
    """Ids for `GET /_fumehood/buffers/{id}`, each to be fetched once."""


class Answered(Message, frozen=True, tag_field="type", tag="answered"):
    """The last line of `POST /_fumehood/ask`, where it did not fail."""

    viewer: str
    page: str
    request: int
    answer: Answer


AskLine = Progress | Failure | Answered
"""A line of the answer to `POST /_fumehood/ask`. Empty lines say that somebody is at work."""


_LENGTH: Final = struct.Struct("<I")


def frame(message: Message, buffers: Sequence[bytes | memoryview] = ()) -> bytes:
    """One body: length of the JSON, the JSON, and each buffer behind its length; lengths are u32, little-endian."""
    head = encode_json(message)
    parts: list[bytes | memoryview] = [_LENGTH.pack(len(head)), head]
    for buffer in buffers:
        parts += (_LENGTH.pack(len(buffer)), buffer)
    return b"".join(parts)


def unframe(body: bytes | memoryview, buffers: int = 4) -> tuple[ViewerEvent, list[memoryview]]:
    """The event and views of its buffers, which are of `body`. Raises `BadMessage` or `LimitExceeded`."""
    parts = _parts(body, buffers)
    if len(parts[0]) > limits.VIEWER_WORDS:
        raise LimitExceeded("The event is too long.")
    return decode_json(bytes(parts[0]), ViewerEvent), parts[1:]  # type: ignore[arg-type]  # a union is no `type`


def unframe_ask(body: bytes | memoryview, buffers: int) -> tuple[Ask, list[memoryview]]:
    """As `unframe`, of a question."""
    parts = _parts(body, buffers)
    if len(parts[0]) > limits.ASK_WORDS:
        raise LimitExceeded("The question is too long.")
    return decode_json(bytes(parts[0]), Ask), parts[1:]


def _parts(body: bytes | memoryview, buffers: int) -> list[memoryview]:
    """The JSON, and at most so many buffers."""
    view = memoryview(body).cast("B")
    parts: list[memoryview] = []
    at = 0
    while at < len(view):
        if len(view) - at < _LENGTH.size or len(parts) > buffers:
            raise BadMessage("The message is not framed as it must be.")
        (length,) = _LENGTH.unpack_from(view, at)
        at += _LENGTH.size
        if length > len(view) - at:
            raise BadMessage("The message ends in the midst of it.")
        parts.append(view[at : at + length])
        at += length
    if not parts:
        raise BadMessage("The message is empty.")
    return parts
