from __future__ import annotations

import pytest

from fumehood.core import limits
from fumehood.core.errors import BadMessage, Busy
from fumehood.kernels.wire import KernelMessage
from fumehood.protocol.stream import Ask
from fumehood.runtime.asks import Asks
from fumehood.runtime.inputs import Inputs


def ask(number: int, what: str = "complete") -> Ask:
    return Ask(id=number, what=what, content={})


def test_a_question_is_sent_once_and_answered_once() -> None:
    asks = Asks()
    asks.hold(ask(1))
    held = asks.next()
    assert held is not None and asks.next() is None
    asks.sent(held, "m")
    assert asks.answered("m") == 1 and asks.answered("m") is None and len(asks) == 0


def test_a_question_that_was_given_up_finds_no_answer() -> None:
    asks = Asks()
    asks.hold(ask(1))
    assert asks.give_up(1) and not asks.give_up(1)
    assert asks.next() is None, "it never reaches the kernel"
    asks.hold(ask(2))
    held = asks.next()
    assert held is not None
    asks.sent(held, "m")
    assert asks.give_up(2) and asks.answered("m") is None


def test_only_what_a_kernel_can_be_asked_and_not_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ASKS", 2)
    asks = Asks()
    with pytest.raises(BadMessage):
        asks.hold(ask(1, "execute"))
    asks.hold(ask(1))
    asks.hold(ask(2, "history"))
    with pytest.raises(Busy):
        asks.hold(ask(3))
    assert sorted(asks.give_up_all()) == [1, 2]


def message(number: int) -> KernelMessage:
    return KernelMessage(
        channel="stdin", msg_type="input_request", msg_id=str(number), session="s", parent_id="p", content={}
    )


def test_an_input_is_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PENDING_INPUTS", 2)
    inputs = Inputs()
    first, second = inputs.ask("e1", message(1)), inputs.ask("e2", message(1))
    assert first is not None and second is not None and first.request != second.request
    assert inputs.ask("e2", message(3)) is None, "no more than so many at once"
    assert inputs.answer(first.request) is first and inputs.answer(first.request) is None
    assert inputs.close("e1") == [] and inputs.close() == [second]
