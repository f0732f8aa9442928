"""What a person set about the page is kept for the next page, whatever the page says it is."""

from __future__ import annotations

import pytest

from fumehood.core import limits
from fumehood.core.errors import BadMessage, HoodError, LimitExceeded
from fumehood.protocol import methods as m
from fumehood.testing.peers import RecordingPeer
from tests.daemon.house import House


async def kept(house: House) -> str:
    found: m.Preferences = await house.call(RecordingPeer(), "preferences.read", m.Empty())
    return found.text


async def test_nothing_is_set_at_first(house: House) -> None:
    assert await kept(house) == "{}"


async def test_what_was_set_survives_the_daemon(house: House) -> None:
    await house.call(RecordingPeer(), "preferences.write", m.Preferences(text='{"theme": "dark", "unknown": [1]}'))
    await house.crash()
    await house.again()
    assert await kept(house) == '{"theme": "dark", "unknown": [1]}'


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadMessage),
        ("[]", BadMessage),
        ('{"a": ', BadMessage),
        ('{"a": "\ud800"}', BadMessage),
        ('{"a": "' + "x" * limits.PREFERENCES + '"}', LimitExceeded),
        ('{"a": ' + "[" * 30_000 + "]" * 30_000 + "}", LimitExceeded),
    ],
)
async def test_what_is_no_object_or_too_large_is_refused_and_what_was_set_stays(
    house: House, text: str, error: type[HoodError]
) -> None:
    await house.call(RecordingPeer(), "preferences.write", m.Preferences(text='{"theme": "dark"}'))
    with pytest.raises(error):
        await house.call(RecordingPeer(), "preferences.write", m.Preferences(text=text))
    assert await kept(house) == '{"theme": "dark"}'
