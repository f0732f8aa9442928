from __future__ import annotations

import json

from benchmarks.measured import Row, as_json, table

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
