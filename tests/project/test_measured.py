from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import threading
import time
from pathlib import Path
from typing import TextIO, cast

import pytest

from benchmarks.bench import Bench
from benchmarks.measured import Row, as_json, table
from benchmarks.peers import cellucid

ROWS = [
    Row(what="1+1", who="raw jupyter_client", unit="ms", samples=[4.0, 5.0, 6.0]),
    Row(what="1+1", who="fumehood", unit="ms", samples=[10.0], budget=8.0),
    Row(what="memory", who="fumehood", unit="MiB", samples=[48.0], budget=80.0),
]


def test_the_table_has_ratios_to_the_floor_and_says_what_was_missed() -> None:
    lines = table(ROWS).splitlines()
    assert "1.00" in lines[2] and "5.00" in lines[2]
    assert "2.00" in lines[3] and "MISSED" in lines[3] and not lines[3].startswith("1+1")
    assert "met" in lines[4] and lines[4].startswith("memory [MiB]")


def test_every_sample_is_in_the_file() -> None:
    found = json.loads(as_json(ROWS, {"load": 1.0}))
    assert found["about"] == {"load": 1.0}
    assert found["rows"][0]["samples"] == [4.0, 5.0, 6.0]
    assert (found["rows"][0]["p10"], found["rows"][0]["p90"]) == (4.0, 6.0)


def test_what_is_heard_while_it_is_told_is_told_the_next_time() -> None:
    """Else whoever waits for it waits without end."""
    heard: list[int] = []
    told: list[int] = []
    next_one = itertools.count()

    class Out:
        def write(self, text: str) -> None:
            heard.append(next(next_one))  # by a hook's thread, in the midst of it
            told.extend(json.loads(text) if text.strip() else [])

        def flush(self) -> None: ...

    with contextlib.redirect_stdout(cast(TextIO, Out())):
        exec(cellucid.TELL, {"heard": heard, "json": json, "sys": argparse.Namespace(stdin=["\n"] * 3)})
    assert told + heard == list(range(len(told) + len(heard))) and len(told) > 1


def test_a_part_that_hangs_is_given_up_in_its_time(tmp_path: Path) -> None:
    hangs = threading.Event()

    async def part() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await Bench(tmp_path, 1.0).aside(hangs.wait)
        assert await Bench(tmp_path, 1.0).aside(lambda: 3) == 3

    began = time.monotonic()
    threads = threading.active_count()
    asyncio.run(part())
    assert time.monotonic() - began < 10 and threading.active_count() > threads
    hangs.set()
