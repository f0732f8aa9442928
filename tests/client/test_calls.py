"""Requests over several connections: each has one answer, and none is repeated that may not be."""

from __future__ import annotations

import asyncio

import pytest

from fumehood.client.calls import REPEATABLE, Calls
from fumehood.core.errors import BadMessage, DaemonUnreachable, NoKernel
from fumehood.protocol import jsonrpc, methods


def incoming(data: bytes) -> jsonrpc.Incoming:
    return jsonrpc.parse_incoming(data)


def test_only_what_reads_or_is_named_by_an_id_is_repeated() -> None:
    changes = {"cell.insert", "cell.edit", "cell.move", "cell.delete", "kernel.restart", "comm.send", "room.close"}
    assert set(methods.METHODS) >= REPEATABLE
    assert not REPEATABLE & changes


async def test_an_answer_is_handed_over_before_anyone_goes_on() -> None:
    calls = Calls()
    seen: list[str] = []
    call = calls.new("kernel.specs", methods.Empty(), lambda result: seen.append(result.default))
    waiting = asyncio.ensure_future(asyncio.wait_for(call.future, 5))
    calls.answered(incoming(jsonrpc.result(call.id, methods.KernelSpecs(default="p", specs=()))))
    assert seen == ["p"]
    assert (await waiting).default == "p"
    calls.answered(incoming(jsonrpc.result(call.id, methods.KernelSpecs(default="q", specs=()))))
    assert seen == ["p"], "a second answer is nobody's"


async def test_errors_are_those_of_the_daemon_and_nonsense_is_an_error_too() -> None:
    calls = Calls()
    failed, strange = (
        calls.new("kernel.interrupt", methods.RoomParams(room="r")),
        calls.new("kernel.specs", methods.Empty()),
    )
    calls.answered(incoming(jsonrpc.failure(failed.id, NoKernel("none here"))))
    with pytest.raises(NoKernel, match="none here"):
        await failed.future
    calls.answered(incoming(jsonrpc.result(strange.id, {"nonsense": 1})))
    with pytest.raises(BadMessage):
        await strange.future
    calls.answered(incoming(jsonrpc.failure(None, NoKernel("of nobody"))))


async def test_a_lost_connection_fails_what_may_not_be_repeated_and_keeps_the_rest() -> None:
    calls = Calls()
    read = calls.new("daemon.status", methods.Empty())
    change = calls.new("cell.clear", methods.ClearParams(room="r"))
    unsent = calls.new("cell.clear", methods.ClearParams(room="r"))
    read.sent = change.sent = True
    once = calls.new("room.open", methods.OpenParams(path="/x"), repeat=False)
    once.sent = True
    calls.lost()
    for call in (change, once):
        with pytest.raises(DaemonUnreachable):
            await call.future
    assert calls.unsent() == [read, unsent]
    calls.give_up(DaemonUnreachable("for good"))
    for call in (read, unsent):
        with pytest.raises(DaemonUnreachable, match="for good"):
            await call.future
    assert calls.unsent() == []


async def test_a_call_that_nobody_awaits_any_more_is_forgotten() -> None:
    calls = Calls()
    call = calls.new("daemon.status", methods.Empty())
    call.future.cancel()
    await asyncio.sleep(0)
    assert calls.unsent() == []
    calls.answered(incoming(jsonrpc.result(call.id, methods.Empty())))
