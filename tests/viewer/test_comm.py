"""The widget: what a notebook may keep of it, and what it takes from a page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fumehood.protocol.viewer import Hover
from fumehood.viewer.built import Built
from fumehood.viewer.comm.widget import CommTransport

BUILT = Built("export default { render() {} }", b"export const mount = 1;", "ab" * 32)


@pytest.fixture
def heard() -> list[tuple[Any, list[bytes]]]:
    return []


@pytest.fixture
def transport(heard: list[tuple[Any, list[bytes]]]) -> CommTransport:
    class Table:
        def find(self, path: str) -> None:
            raise AssertionError(path)

    return CommTransport(
        Table(),  # type: ignore[arg-type]  # nothing is fetched here
        BUILT,
        480,
        lambda event, buffers: heard.append((event, [bytes(one) for one in buffers])),
    )


def test_a_notebook_can_keep_its_loader_and_three_small_values_alone(transport: CommTransport) -> None:
    state = transport.widget.get_state()
    own = {name: value for name, value in state.items() if not name.startswith("_")}
    assert own.keys() == {"viewer", "module", "height", "layout", "tabbable", "tooltip"}
    assert (own["viewer"], own["module"], own["height"]) == (transport.viewer, "ab" * 32, 480)
    assert state["_esm"] == BUILT.loader and state["_model_module"] == "anywidget"
    assert "mount" not in json.dumps(state, default=str)


def test_what_is_no_message_of_its_page_is_counted_and_goes_no_further(
    transport: CommTransport, heard: list[tuple[Any, list[bytes]]]
) -> None:
    head = {"viewer": transport.viewer, "page": "p", "sequence": 1}

    def say(content: object, *buffers: bytes) -> None:
        data = {"method": "custom", "content": content}
        message = {"content": {"data": data}, "buffers": [memoryview(one) for one in buffers]}
        transport.widget._handle_msg(message)

    say({"type": "hover", **head, "cell": 3, "position": [0, 1, 2]})
    say({"type": "hover", **head, "viewer": "another", "cell": 4})
    hostile: list[Any] = [
        None,
        [],
        "hover",
        {"type": "exec", **head},
        {"type": "hover", **head, "cell": "3"},
        {"type": "hover", **head, "more": 1},
        {"type": "highlight", "viewer": transport.viewer, "id": 1, "cells": {"form": "list", "count": 0}},
        {"type": "fetch", "viewer": transport.viewer, "page": "p", "request": 1.5, "path": "x"},
    ]
    for content in hostile:
        say(content)
    deep: Any = {}
    for _ in range(5000):
        deep = {"d": deep}
    say({"type": "message", **head, "sequence": 2, "name": "deep", "data": deep})
    assert [event for event, _ in heard if isinstance(event, Hover)] == [
        Hover(transport.viewer, "p", 1, cell=3, position=(0.0, 1.0, 2.0))
    ]
    assert f"{len(hostile)}" in {finding.said for finding in transport.findings()}
    transport.close()
    say({"type": "hover", **head, "sequence": 9})
    assert len([event for event, _ in heard if isinstance(event, Hover)]) == 1
