"""A kernel that lies in its messages: each lie is dropped, counted and told, and the next good message is heard."""

from __future__ import annotations

import asyncio
import signal

import pytest

from fumehood.core import limits
from fumehood.core.errors import Busy
from fumehood.kernels.kernel import Kernel
from fumehood.kernels.specs import KernelSpec
from tests.kernels.conftest import Start
from tests.kernels.listening import Listener, ask, reply_of, run, text_of


@pytest.mark.parametrize(
    ("trick", "kind"),
    [
        ("bad_signature", "signature"),
        ("unsigned", "signature"),
        ("wrong_parent", "parent"),
        ("future_parent", "parent"),
        ("wrong_session", "foreign"),
        ("parent_is_a_list", "header"),
        ("no_type", "header"),
        ("big_header", "header"),
        ("invalid_json", "json"),
        ("not_an_object", "json"),
        ("deep 250", "deep"),
        ("deep 100000", "deep"),
        ("few_frames", "frames"),
        ("no_delimiter", "frames"),
        ("many_buffers", "frames"),
    ],
)
async def test_a_lie_is_dropped_and_told_and_the_kernel_goes_on(
    start: Start, hostile: KernelSpec, trick: str, kind: str
) -> None:
    kernel, listener = await start(hostile)
    said = await run(kernel, listener, f"print before\n{trick}\nprint after")
    assert text_of(said) == "before\nafter\n"
    assert {m.msg_type for m in said} == {"status", "stream", "execute_reply"}
    assert listener.faults == [("iopub", kind, 1)]
    assert kernel.faults == {("iopub", kind): 1}


@pytest.mark.parametrize(
    ("trick", "data"),
    [
        ("nan", {"application/json": [None, None, None, 1]}),
        ("surrogate", {"text/plain": "a\ufffdb"}),
        ("bad_utf8", {"text/plain": "a\ufffdb"}),
    ],
)
async def test_what_kernels_get_wrong_in_good_faith_is_mended(
    start: Start, hostile: KernelSpec, trick: str, data: object
) -> None:
    kernel, listener = await start(hostile)
    said = await run(kernel, listener, trick)
    assert [m.content["data"] for m in said if m.msg_type == "display_data"] == [data]
    assert listener.faults == []


async def test_a_message_without_a_parent_is_handed_over(start: Start, hostile: KernelSpec) -> None:
    kernel, listener = await start(hostile)
    await run(kernel, listener, "no_parent stray")
    (found,) = [m for m in listener.messages if m.msg_type == "stream"]
    assert (found.parent_id, found.content["text"]) == ("", "stray")


async def test_buffers_come_as_they_were_sent(start: Start, hostile: KernelSpec) -> None:
    kernel, listener = await start(hostile)
    said = await run(kernel, listener, "buffers")
    assert [m.buffers for m in said if m.msg_type == "comm_msg"] == [(b"\0\xff", b"")]


async def heard(kernel: Kernel, listener: Listener) -> str:
    """What a print says once IOPub is connected again; what was said while it was not is gone."""
    for _ in range(200):
        msg_id = ask(kernel, "print after")
        await asyncio.sleep(0.1)
        if text := listener.text(msg_id):
            return text
    return ""


async def test_a_message_over_the_limit_is_never_read_and_the_kernel_can_be_used_afterwards(
    start: Start, hostile: KernelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KERNEL_MESSAGE", 10 * limits.MIB)
    kernel, listener = await start(hostile)
    ask(kernel, "print before\nhuge 11000000")
    await listener.until(lambda: ("iopub", "reset", 1) in listener.faults)
    assert await heard(kernel, listener) == "after\n"
    assert all(len(m.buffers) == 0 for m in listener.messages)


async def test_many_parts_below_the_limit_may_not_be_over_it_together(
    start: Start, hostile: KernelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel, listener = await start(hostile)
    monkeypatch.setattr(limits, "KERNEL_MESSAGE", 10_000)
    await run(kernel, listener, "huge 10001")
    assert listener.faults == [("iopub", "frames", 1)]


@pytest.mark.all
async def test_half_a_gigabyte_in_one_message_is_never_read(start: Start, hostile: KernelSpec) -> None:
    kernel, listener = await start(hostile)
    ask(kernel, "huge 500000000")
    await listener.until(lambda: ("iopub", "reset", 1) in listener.faults)
    assert await heard(kernel, listener) == "after\n"


async def test_a_flood_of_lies_is_told_a_few_times_only(start: Start, hostile: KernelSpec) -> None:
    kernel, listener = await start(hostile)
    await run(kernel, listener, "flood_of_lies 5000")
    assert kernel.faults == {("iopub", "signature"): 5000}
    assert listener.faults == [("iopub", "signature", 2**n) for n in range(13)]


async def test_wrong_types_within_a_good_message_are_the_listeners_business(start: Start, hostile: KernelSpec) -> None:
    kernel, listener = await start(hostile)
    said = [m for m in await run(kernel, listener, "wrong_types") if m.msg_type == "stream"]
    assert said[0].content == {"name": 5, "text": ["x"]}


async def test_a_listener_that_fails_does_not_stop_what_follows(start: Start, hostile: KernelSpec) -> None:
    import asyncio

    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reported.append(context["exception"]))
    kernel, listener = await start(hostile)
    good = listener.hear

    def hear(message: object) -> None:
        if getattr(message, "content", {}).get("text") == "bad\n":
            raise ZeroDivisionError
        good(message)  # type: ignore[arg-type]

    kernel._on_message = hear
    assert text_of(await run(kernel, listener, "print good\nprint bad\nprint good")) == "good\ngood\n"
    assert [type(error) for error in reported] == [ZeroDivisionError]


async def test_a_kernel_that_reads_nothing_is_said_to_be_busy_and_not_waited_for(
    start: Start, hostile: KernelSpec
) -> None:
    kernel, listener = await start(hostile)
    msg_id = ask(kernel, "print deaf\nhang")
    await listener.until(lambda: listener.text(msg_id) == "deaf\n")
    with pytest.raises(Busy):
        for _ in range(100):
            for _ in range(1000):
                kernel.send("shell", "execute_request", {"code": "x" * 10_000})


async def test_screams_on_stderr_never_block_the_kernel_and_are_bounded(start: Start, hostile: KernelSpec) -> None:
    kernel, listener = await start(hostile)
    said = await run(kernel, listener, "\n".join(["scream " + "loud" * 100] * 20 + ["print after"]))
    assert text_of(said) == "after\n"
    assert reply_of(said)["status"] == "ok"
    assert 0 < len(kernel.stray) <= limits.KERNEL_STRAY_BYTES


async def test_a_hostile_death_is_an_exit_like_any_other(start: Start, hostile: KernelSpec) -> None:
    kernel, _ = await start(hostile)
    ask(kernel, f"no_idle\ndie {int(signal.SIGABRT)}")
    assert (await kernel.wait()).describe().startswith("ended by SIGABRT")
