"""How long a gateway stays, as state with a clock that the test turns."""

from __future__ import annotations

from fumehood.core import limits
from fumehood.doors.gateway.life import Life


def test_it_waits_for_its_first_page_and_not_for_ever() -> None:
    life = Life(0.0, 1)
    assert life.remaining(0.0) == limits.GATEWAY_FIRST_SECONDS
    assert limits.GATEWAY_FIRST_SECONDS > limits.CODE_SECONDS
    assert life.remaining(limits.GATEWAY_FIRST_SECONDS) == 0.0
    assert not life.met


def test_with_a_page_it_stays() -> None:
    life = Life(0.0, 1)
    life.came()
    assert life.remaining(1e9) is None
    assert life.met


def test_after_the_last_page_it_waits_for_a_reload() -> None:
    life = Life(0.0, 1)
    life.used()
    life.came()
    life.came()
    life.left(5.0, lost=False)
    assert life.remaining(100.0) is None
    life.left(200.0, lost=False)
    assert life.remaining(200.0) == limits.GATEWAY_LAST_SECONDS
    assert life.remaining(200.0 + limits.GATEWAY_LAST_SECONDS) == 0.0


def test_a_page_that_lost_its_daemon_is_waited_for_longer() -> None:
    life = Life(0.0, 1)
    life.used()
    life.came()
    life.left(200.0, lost=True)
    assert life.remaining(200.0) == limits.GATEWAY_LOST_SECONDS
    life.came()
    life.left(210.0, lost=False)
    assert life.remaining(210.0) == limits.GATEWAY_LOST_SECONDS - 10.0


def test_a_page_that_is_on_its_way_is_waited_for() -> None:
    life = Life(0.0, 1)
    life.used()
    life.awaits(1.0)
    assert life.remaining(1.0) == limits.GATEWAY_LAST_SECONDS
    life.came()
    life.left(2.0, lost=False)
    life.awaits(8.0)
    assert life.remaining(8.0) == limits.GATEWAY_LAST_SECONDS


def test_a_second_link_keeps_it_when_the_first_page_was_closed_at_once() -> None:
    life = Life(0.0, 2)
    life.used()
    life.came()
    life.left(1.0, lost=False)
    assert life.remaining(1.0) == limits.GATEWAY_FIRST_SECONDS - 1.0
    life.used()
    assert life.remaining(1.0) == limits.GATEWAY_LAST_SECONDS


def test_a_reload_that_is_slow_is_waited_for_from_when_it_fetches_the_page() -> None:
    life = Life(0.0, 1)
    life.used()
    life.came()
    life.left(200.0, lost=False)
    life.asked(209.0)
    assert life.remaining(210.0) == limits.GATEWAY_LAST_SECONDS - 1.0


def test_who_only_fetches_the_page_keeps_it_for_no_longer_than_a_page_that_lost_its_daemon() -> None:
    life = Life(0.0, 1)
    life.used()
    life.came()
    life.left(200.0, lost=False)
    for second in range(200, 200 + 3 * int(limits.GATEWAY_LOST_SECONDS)):
        life.asked(float(second))
    assert life.remaining(200.0 + limits.GATEWAY_LOST_SECONDS - 1.0) == 1.0
    assert life.remaining(200.0 + limits.GATEWAY_LOST_SECONDS) == 0.0


def test_who_fetches_the_page_before_its_link_was_used_changes_nothing() -> None:
    life = Life(0.0, 1)
    life.asked(1.0)
    assert life.remaining(1.0) == limits.GATEWAY_FIRST_SECONDS - 1.0
