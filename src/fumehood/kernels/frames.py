"""DataFrames as Arrow, so that a long one can be scrolled, sorted and filtered where it is shown.

This file runs in the user's kernel: its text is part of the one silent request there (`settle`). It may use what every
environment with IPython has, on Python 3.8 as well, and imports no data package before the user did. It must never
fail, and never take away what the frame shows without it: where anything is in the way, there is only the HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MIME = "application/vnd.apache.arrow.stream"
BYTES = 1 << 20
"""Of the table in an output, which is kept in the notebook's file too: a longer one is cut off behind this."""
SAMPLE = 1000
"""Rows by which the size of one is measured."""
WHOLE = b"fumehood.rows"
"""Key in the schema's metadata: how many rows there were."""


def of_pandas(frame: Any) -> str | None:
    """Base64, or nothing where pandas' own HTML shows all of the frame."""
    import pandas

    rows, columns = frame.shape
    most_rows = pandas.get_option("display.max_rows")
    most_columns = pandas.get_option("display.max_columns")
    cut = bool(most_rows and rows > most_rows) or bool(most_columns and columns > most_columns)
    if not cut or columns == 0:
        return None
    import pyarrow

    return packed(lambda count: pyarrow.Table.from_pandas(frame.iloc[:count]), rows)


def of_polars(frame: Any) -> str | None:
    if frame.height <= 10 and frame.width <= 8:
        return None
    return packed(lambda count: frame.head(count).to_arrow(), frame.height)


def of_arrow(table: Any) -> str | None:
    return packed(lambda count: table.slice(0, count), table.num_rows)


def packed(head: Callable[[int], Any], rows: int) -> str | None:
    """As many rows as there is room for."""
    import base64
    import io

    import pyarrow

    count = min(rows, SAMPLE)
    table = head(count)
    count = min(rows, BYTES * count // max(1, table.nbytes))
    table = head(count)
    while table.nbytes > BYTES and count > 1:
        count //= 2
        table = head(count)
    if table.nbytes > BYTES:
        return None
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), WHOLE: str(rows).encode()})
    sink = io.BytesIO()
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return base64.b64encode(sink.getvalue()).decode("ascii")


FRAMES: dict[tuple[str, str], Callable[[Any], str | None]] = {
    ("pandas", "DataFrame"): of_pandas,
    ("pandas.core.frame", "DataFrame"): of_pandas,
    ("polars.dataframe.frame", "DataFrame"): of_polars,
    ("pyarrow.lib", "Table"): of_arrow,
}


def install() -> None:
    from IPython import get_ipython
    from IPython.core.formatters import BaseFormatter
    from traitlets import ObjectName, Unicode

    class ArrowFormatter(BaseFormatter):
        format_type = Unicode(MIME)
        print_method = ObjectName("_repr_arrow_stream_")
        _return_type = str

    def quiet(make: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
        def made(frame: Any) -> str | None:
            try:
                return make(frame)
            except Exception:  # noqa: BLE001 - whatever it is, the HTML is still there
                return None

        return made

    shell = get_ipython()
    formatter = ArrowFormatter(parent=shell.display_formatter)
    for (module, name), make in FRAMES.items():
        formatter.for_type_by_name(module, name, quiet(make))  # type: ignore[no-untyped-call]
    shell.display_formatter.formatters[MIME] = formatter
