"""A window of one cell's outputs: it reads its notebook and moves widgets; nothing else that it says arrives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fumehood.core.errors import PassRefused
from fumehood.doors.gateway.narrow import METHODS, hear
from fumehood.doors.passes import Passes, key
from fumehood.doors.peer import Peer
from fumehood.protocol.frames import Document, Frame, Kind, encode_frame
from fumehood.protocol.methods import METHODS as ALL
from fumehood.protocol.methods import Empty
from tests.doors.bench import ROOM
from tests.doors.gateway_bench import HELLO, Gate, Page

PATH = "/srv/a.ipynb"


def request(method: str, params: object, id_: int = 1) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": params}).encode()


@pytest.mark.parametrize("method", sorted(set(ALL) - METHODS))
def test_no_other_method_is_passed_on(method: str) -> None:
    heard = hear(request(method, {}), False, PATH)
    assert heard.up is None
    assert heard.back is not None and json.loads(heard.back)["error"]["data"]["code"] == "protocol.forbidden"


@pytest.mark.parametrize(
    "params",
    [
        {"path": "/srv/b.ipynb"},
        {"path": PATH, "create": True},
        {"path": f"{PATH}/../b.ipynb"},
        {},
        {"path": PATH, "more": 1},
    ],
)
def test_no_other_notebook_is_opened_and_none_is_made(params: dict[str, Any]) -> None:
    heard = hear(request("room.open", params), False, PATH)
    assert heard.up is None and heard.back is not None


def test_what_is_passed_on_is_written_anew() -> None:
    twice = b'{"jsonrpc":"2.0","id":1,"method":"cell.execute","method":"daemon.hello","params":{}}'
    assert hear(twice, False, PATH).up == b'{"jsonrpc":"2.0","method":"daemon.hello","params":{},"id":1}'
    env = {"path": PATH, "env": {"PATH": "/evil"}}
    up = hear(request("room.open", env), False, PATH).up
    assert up is not None and b"evil" not in up


@pytest.mark.parametrize("data", [b"", b"\xff{", b"[]", b'[{"jsonrpc":"2.0"}]', b"null", "{"])
def test_garbage_goes_no_further(data: bytes | str) -> None:
    assert hear(data, False, PATH).up is None
    assert hear(data, True, PATH).up is None


def test_of_binary_messages_only_the_question_for_a_document_is_passed_on() -> None:
    for document in Document:
        for kind in Kind:
            frame = encode_frame(Frame(ROOM, document, kind, b"x"))
            assert hear(frame, True, PATH).up == (frame if kind is Kind.STEP1 else None)


def test_it_gets_no_code_for_another_window() -> None:
    passes = Passes()
    full = key(passes.exchange(passes.code()).bearer)
    narrow = key(passes.exchange(passes.code(full, PATH)).bearer)
    assert (passes.only(full), passes.only(narrow)) == (None, PATH)
    for only in (None, PATH):
        with pytest.raises(PassRefused):
            passes.code(narrow, only)


async def windows_of(gate: Gate, page: Page, body: bytes | None) -> str:
    answer = await gate.post("/code", f"Authorization: Ticket {page.ticket}", body=body)
    assert answer.status == 200
    bearer = json.loads((await gate.exchange(json.loads(answer.body)["code"])).body)["bearer"]
    assert isinstance(bearer, str)
    return bearer


async def test_a_window_that_was_opened_for_outputs_can_do_less_than_the_page_that_opened_it(gate: Gate) -> None:
    asked: list[str] = []

    async def status(_peer: Peer, _params: Any) -> Empty:
        asked.append("status")
        return Empty()

    gate.operations.special["daemon.status"] = status

    async def tries(bearer: str) -> tuple[list[str], int]:
        """What arrived, and whether a code was given."""
        del asked[:]
        async with gate.welcomed(bearer) as window:
            await window.text(HELLO)
            await window.receive()
            await window.binary(encode_frame(Frame(ROOM, Document.NOTEBOOK, Kind.UPDATE, b"x")))
            await window.text(request("daemon.status", {}))
            assert isinstance(await window.receive(), bytes)
            arrived = [*asked, *(got.kind.name for _, got in gate.operations.frames)]
            gate.operations.frames.clear()
            return arrived, (await gate.code(window)).status

    async with gate.page() as page:
        full = await windows_of(gate, page, None)
        narrow = await windows_of(gate, page, json.dumps({"outputs": PATH}).encode())
        assert await tries(full) == (["status", "UPDATE"], 200)
        assert await tries(narrow) == ([], 403)
        for body in (b"{}", b"null", b'{"outputs":1}', b'{"outputs":"x","more":1}'):
            assert (await gate.post("/code", f"Authorization: Ticket {page.ticket}", body=body)).status == 400
