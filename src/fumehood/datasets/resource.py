"""What a dataset answers under one name, and the table that every transport serves from.

`Table.find(path)` is bookkeeping and quick; what it found is read by `Resource.body`, in a thread, from any number of
them at once. A path is what follows the dataset's own address, without a leading slash and already decoded. What is not
declared in a table is not there: no path of a request ever reaches a file system.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Protocol

from fumehood.datasets.compressing import Bodies, Body
from fumehood.protocol.viewer import Answer, Question

JSON: Final = "application/json"
BYTES: Final = "application/octet-stream"
GZIP: Final = "application/gzip"
GENE: Final = "application/vnd.fumehood.gene"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something declared. `etag` is strong, with its quotes, and of the plain bytes; an encoded body needs another."""

    path: str
    content_type: str
    etag: str
    size: int | None
    """Of the plain body, where it is known before it is read."""
    make: Callable[[], bytes | memoryview] = field(repr=False, compare=False)
    bodies: Bodies | None = field(default=None, repr=False, compare=False)
    opens: Callable[[], BinaryIO] | None = field(default=None, repr=False, compare=False)
    """The plain body as a regular file, open, from byte 0 to its end; for `sendfile` and ranges."""
    plain: bool = field(default=True, repr=False, compare=False)
    """Whether the plain body is kept with the encoded ones."""
    zstd: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)
    """See `Bodies.body`."""

    def body(self, accepted: Sequence[str] = ()) -> Body:
        """The bytes, in an encoding of `accepted` where that is worth it. May take long; raises `HoodError`."""
        if self.bodies is None:
            return Body(None, self.make())
        return self.bodies.body(self.etag, accepted, self.make, plain=self.plain, zstd=self.zstd)

    def read(self) -> bytes | memoryview:
        return self.body().data


class Table(Protocol):
    """What a door needs of a dataset."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def n_cells(self) -> int: ...
    @property
    def n_genes(self) -> int: ...

    def find(self, path: str) -> Resource | None: ...

    def answer(
        self,
        question: Question,
        buffers: Sequence[bytes | memoryview],
        tell: Callable[[int, int, str], None] = ...,
        cancelled: Callable[[], bool] = ...,
        rows: int = ...,
    ) -> Answer:
        """A question of the whole dataset. Takes long; see `analysis.answering`."""

    def close(self) -> None: ...
