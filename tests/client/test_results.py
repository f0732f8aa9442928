"""Results as values."""

from __future__ import annotations

from typing import Any

import pytest

from fumehood.client.results import Result, blobs_of
from fumehood.core.errors import CellFailed, KernelDied, RunCancelled
from fumehood.protocol.outputs import BlobRef, DisplayOutput, ErrorOutput, RawOutput, ResultOutput, StreamOutput


def result(status: str, *outputs: dict[str, Any]) -> Result:
    return Result("c", "e", status, 1, 10.0, 12.5, list(outputs))


def test_the_parts_of_a_result() -> None:
    found = result(
        "ok",
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
        {"output_type": "stream", "name": "stderr", "text": "bad\n"},
        {"output_type": "display_data", "data": {"text/plain": "shown", "text/html": "<b>"}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": "aGk="}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": ["4", "2"]}, "metadata": {}, "execution_count": 1},
    )
    assert found.stdout == "a\nb\n"
    assert found.stderr == "bad\n"
    assert found.value == "42"
    assert found.text == "a\nb\nbad\nshown\n42\n"
    assert found.duration == 2.5
    assert found.ok and found.error is None
    assert found.raise_for_error() is found


def test_what_did_not_end_well_is_raised_on_request() -> None:
    failed = result("error", {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]})
    assert str(failed.error) == "E: v"
    with pytest.raises(CellFailed, match="E: v"):
        failed.raise_for_error()
    with pytest.raises(RunCancelled):
        result("cancelled").raise_for_error()
    with pytest.raises(KernelDied):
        result("lost").raise_for_error()
    assert result("ok").value is None and result("ok").data == {}


def test_every_blob_of_an_output_is_found() -> None:
    ref, other = BlobRef(blob="0" * 64, size=1), BlobRef(blob="1" * 64, size=2)
    assert list(blobs_of(StreamOutput(name="stdout", parts=(ref, other), text="x"))) == [ref, other]
    assert list(blobs_of(DisplayOutput(data={"image/png": ref, "text/plain": "x"}))) == [ref]
    assert list(blobs_of(ResultOutput(data={"a": ref, "b": other}))) == [ref, other]
    assert list(blobs_of(ErrorOutput(ename="", evalue="", traceback=("x", ref)))) == [ref]
    assert list(blobs_of(RawOutput(json=ref))) == [ref]
    assert list(blobs_of(RawOutput(json="{}"))) == []
