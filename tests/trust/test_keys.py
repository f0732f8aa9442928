"""The key that approvals are signed with: made once, closed to others, and of no use otherwise."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from fumehood.core.errors import TrustKeyUnusable
from fumehood.core.paths import Paths
from fumehood.trust import keys


@pytest.fixture
def paths(home: Path) -> Paths:
    found = Paths.of_user({"FUMEHOOD_HOME": str(home)})
    found.create()
    return found


@pytest.mark.parametrize(
    ("secret", "salt", "info", "length", "expected"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            "".join(f"{n:02x}" for n in range(0x50)),
            "".join(f"{n:02x}" for n in range(0x60, 0xB0)),
            "".join(f"{n:02x}" for n in range(0xB0, 0x100)),
            82,
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            "0b" * 22,
            "",
            "",
            42,
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
)
def test_keys_are_derived_as_rfc_5869_says(secret: str, salt: str, info: str, length: int, expected: str) -> None:
    made = keys.hkdf(bytes.fromhex(secret), bytes.fromhex(salt), bytes.fromhex(info), length)
    assert made.hex() == expected


def test_the_key_is_made_once_and_closed_to_others_from_the_first_moment(paths: Paths) -> None:
    assert keys.load(paths) is None, "looking makes none"
    umask = os.umask(0)
    try:
        first = keys.load_or_make(paths)
    finally:
        os.umask(umask)
    assert paths.trust_key.stat().st_mode & 0o7777 == 0o600
    assert paths.trust_key.parent.stat().st_mode & 0o7777 == 0o700
    assert len(paths.trust_key.read_bytes()) == 32
    assert list(paths.trust_key.parent.iterdir()) == [paths.trust_key]
    again = keys.load(paths)
    assert again is not None and again.id == first.id == keys.load_or_make(paths).id


def test_two_that_make_it_at_once_have_the_same(paths: Paths) -> None:
    found: list[str] = []
    start = threading.Barrier(4)

    def make() -> None:
        start.wait()
        found.append(keys.load_or_make(paths).id)

    makers = [threading.Thread(target=make) for _ in range(4)]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    assert len(set(found)) == 1 and len(found) == 4


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_could_read_is_none_and_the_line_that_mends_it_is_told(paths: Paths, mode: int) -> None:
    keys.load_or_make(paths)
    paths.trust_key.chmod(mode)
    for use in (keys.load, keys.load_or_make):
        with pytest.raises(TrustKeyUnusable) as caught:
            use(paths)
        assert f"rm {paths.trust_key}" in caught.value.hint


def test_a_folder_that_others_could_enter_and_a_key_that_is_none_are_refused(paths: Paths) -> None:
    keys.load_or_make(paths)
    paths.trust_key.parent.chmod(0o750)
    with pytest.raises(TrustKeyUnusable, match="chmod 700"):
        keys.load(paths)
    paths.trust_key.parent.chmod(0o700)
    secret = paths.trust_key.read_bytes()
    for damaged in (b"", secret[:31], secret + b"x"):
        paths.trust_key.write_bytes(damaged)
        with pytest.raises(TrustKeyUnusable):
            keys.load(paths)
    paths.trust_key.unlink()
    elsewhere = paths.state / "key"
    elsewhere.write_bytes(secret)
    elsewhere.chmod(0o600)
    paths.trust_key.symlink_to(elsewhere)
    for use in (keys.load, keys.load_or_make):
        with pytest.raises(TrustKeyUnusable):
            use(paths)
    paths.trust_key.unlink()
    os.mkfifo(paths.trust_key, 0o600)
    with pytest.raises(TrustKeyUnusable):
        keys.load(paths)


def test_signatures_of_one_purpose_are_none_of_another() -> None:
    made = keys.Keys(b"k" * 32)
    assert made.verify("record", b"data", made.sign("record", b"data"))
    assert not made.verify("head", b"data", made.sign("record", b"data"))
    assert not keys.Keys(b"K" * 32).verify("record", b"data", made.sign("record", b"data"))
