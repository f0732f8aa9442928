from __future__ import annotations

import base64
from typing import Any

import pyarrow as pa

from fumehood.kernels.frames import BYTES, MIME, WHOLE
from tests.kernels.conftest import Start
from tests.kernels.listening import reply_of, run


async def shown(start: Start, code: str) -> dict[str, Any]:
    kernel, listener = await start()
    said = await run(kernel, listener, code)
    assert reply_of(said)["status"] == "ok", reply_of(said)
    (data,) = [m.content["data"] for m in said if m.msg_type in ("execute_result", "display_data")]
    return dict(data)


def read(data: dict[str, Any]) -> pa.Table:
    return pa.ipc.open_stream(base64.b64decode(data[MIME])).read_all()


async def test_a_long_frame_comes_as_arrow_beside_its_html(start: Start) -> None:
    data = await shown(start, "import pandas; pandas.DataFrame({'n': range(5000), 'name': ['é'] * 5000})")
    assert "text/html" in data
    table = read(data)
    assert table.num_rows == 5000
    assert table.column("name")[4999].as_py() == "é"
    assert table.schema.metadata[WHOLE] == b"5000"


async def test_a_frame_that_its_html_shows_whole_is_not_sent_twice(start: Start) -> None:
    data = await shown(start, "import pandas; pandas.DataFrame({'n': range(20)})")
    assert MIME not in data
    assert "text/html" in data


async def test_of_a_frame_of_a_million_rows_as_many_come_as_there_is_room_for(start: Start) -> None:
    data = await shown(start, "import pandas, numpy; pandas.DataFrame(numpy.arange(4_000_000.0).reshape(-1, 4))")
    table = read(data)
    assert 10_000 < table.num_rows < 1_000_000
    assert table.nbytes <= BYTES
    assert table.schema.metadata[WHOLE] == b"1000000"


async def test_a_frame_that_arrow_has_no_words_for_is_shown_as_ever(start: Start) -> None:
    data = await shown(start, "import pandas; pandas.DataFrame({'mixed': [1, 'two', object()] * 100})")
    assert MIME not in data
    assert "text/html" in data


async def test_the_index_of_a_frame_comes_with_it(start: Start) -> None:
    code = "import pandas; pandas.DataFrame({'n': range(100)}, index=pandas.Index([f'AAC{i}' for i in range(100)]))"
    table = read(await shown(start, code))
    assert table.column("__index_level_0__")[99].as_py() == "AAC99"


async def test_nothing_of_it_is_in_the_users_names_and_no_package_is_imported_before_they_do(start: Start) -> None:
    data = await shown(start, "import sys; ','.join([*sorted(n for n in dir() if n[0] != '_'), *sys.modules])")
    names = data["text/plain"].strip("'").split(",")
    assert names[:7] == ["In", "Out", "exit", "get_ipython", "open", "quit", "sys"]
    assert not {"pandas", "pyarrow", "polars"} & set(names)
