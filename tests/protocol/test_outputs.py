from __future__ import annotations

from typing import Any

import pytest

from fumehood.core.errors import BadMessage
from fumehood.protocol.base import decode_json, decode_pack, encode_json, encode_pack
from fumehood.protocol.outputs import (
    BlobRef,
    DisplayOutput,
    ErrorOutput,
    Output,
    RawOutput,
    ResultOutput,
    StreamOutput,
)

REF = BlobRef(blob="ab" * 32, size=12)
OUTPUTS: list[Output] = [
    StreamOutput(name="stdout"),
    StreamOutput(name="stderr", parts=(REF,), text="größe", dropped=3),
    DisplayOutput(data={"image/png": REF, "text/plain": "x"}, metadata={"image/png": {"width": 3}}, display_id="d"),
    ResultOutput(data={}, count=3),
    ErrorOutput(ename="E", evalue="", traceback=("line", REF)),
    RawOutput(json="{}"),
]
OUTPUT: Any = Output


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda o: type(o).__name__)
def test_a_manifest_is_the_same_in_json_and_msgpack(output: Output) -> None:
    assert decode_json(encode_json(output), OUTPUT) == output
    assert decode_pack(encode_pack(output), OUTPUT) == output


def test_an_output_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(BadMessage):
        decode_json(b'{"type": "update_display_data", "data": {}}', OUTPUT)


def test_content_is_text_or_a_reference_and_nothing_else() -> None:
    for content in (b"1", b"null", b'["a"]', b'{"blob": "x"}', b'{"blob": "x", "size": 1, "type": "text/html"}'):
        with pytest.raises(BadMessage):
            decode_json(b'{"type": "display_data", "data": {"text/plain": ' + content + b"}}", OUTPUT)
