from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fumehood.core.errors import BY_CODE, BadMessage, HoodError, Internal, LimitExceeded, MethodMissing
from fumehood.protocol import jsonrpc
from fumehood.protocol.base import decode_json
from fumehood.protocol.methods import METHODS, ExecuteParams, RoomParams

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_a_request_arrives_as_it_was_sent() -> None:
    there = jsonrpc.parse_request(jsonrpc.request("room.attach", RoomParams(room="00"), 7))
    assert (there.method, there.id) == ("room.attach", 7)
    assert decode_json(there.params, RoomParams) == RoomParams(room="00")


def test_a_notification_has_no_id() -> None:
    there = jsonrpc.parse_incoming(jsonrpc.notification("room.closed", {"room": "00", "reason": "x"}))
    assert (there.method, there.id) == ("room.closed", None)


@given(json_values)
def test_a_result_arrives_as_it_was_sent(value: Any) -> None:
    there = jsonrpc.parse_incoming(jsonrpc.result(3, value))
    assert there.id == 3
    assert json.loads(bytes(there.result)) == value


@pytest.mark.parametrize("leaf", BY_CODE.values(), ids=lambda leaf: leaf.code)
def test_an_error_arrives_as_the_class_that_was_raised(leaf: type[HoodError]) -> None:
    error = leaf("No.", hint="Try that.", cell="c1")
    body = jsonrpc.parse_incoming(jsonrpc.failure(1, error)).error
    assert body is not None
    there = jsonrpc.to_error(body)
    assert type(there) is leaf
    assert (there.message, there.hint, there.data) == ("No.", "Try that.", {"cell": "c1"})


def test_the_numbers_of_the_specification_are_used_for_what_it_names() -> None:
    def number(error: HoodError) -> int:
        return int(json.loads(jsonrpc.failure(1, error))["error"]["code"])

    assert number(BadMessage("x")) == -32600
    assert number(MethodMissing("x")) == -32601
    assert number(Internal("x")) == -32603
    assert number(LimitExceeded("x")) == -32000


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_a_bad_message(data: bytes) -> None:
    try:
        jsonrpc.parse_request(data)
    except (BadMessage, LimitExceeded):
        return


@given(st.dictionaries(st.sampled_from(["jsonrpc", "id", "method", "params", "error", "result", "x"]), json_values))
def test_any_json_object_is_a_request_or_a_bad_message(value: dict[str, Any]) -> None:
    data = json.dumps(value).encode()
    for parse in (jsonrpc.parse_request, jsonrpc.parse_incoming):
        try:
            parse(data)
        except (BadMessage, LimitExceeded):
            continue


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '[{"jsonrpc":"2.0","method":"m","id":1}]',
        '{"jsonrpc":"2.0","method":"m","id":"1"}',
        '{"jsonrpc":"2.0","method":"m","id":1.5}',
        '{"jsonrpc":"1.0","method":"m","id":1}',
        '{"jsonrpc":"2.0","method":"m","id":1,"extra":1}',
        '{"jsonrpc":"2.0","id":1}',
        '{"jsonrpc":"2.0","method":"m","id":1} trailing',
        '{"jsonrpc":"2.0","method":"\\ud800","id":1',
    ],
)
def test_what_is_not_one_request_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        jsonrpc.parse_request(text)


def test_deep_nesting_is_an_error_and_not_a_crash() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises((LimitExceeded, BadMessage)):
        decode_json(b'{"jsonrpc":"2.0","method":"m","params":' + deep + b"}", jsonrpc.Request)
    with pytest.raises((LimitExceeded, BadMessage)):
        decode_json(deep, Any)


@pytest.mark.parametrize("method", METHODS)
def test_parameters_that_nobody_declared_are_refused(method: str) -> None:
    with pytest.raises(BadMessage):
        decode_json(b'{"__proto__": 1}', METHODS[method].params)


def test_a_parameter_of_another_type_is_refused() -> None:
    with pytest.raises(BadMessage):
        decode_json(b'{"room": "00", "cells": "all"}', ExecuteParams)
