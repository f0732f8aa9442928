from __future__ import annotations

import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest

from fumehood.core import identity
from fumehood.core.errors import PlaceUnsafe, StorageFailed
from fumehood.daemon.lock import Lock, only_one, read_holder
from tests.daemon.programs import daemon, holder, paths, program


def take(path: Path, wait: float = 0.0) -> Lock:
    lock = Lock.take(path, wait)
    assert lock is not None
    return lock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path / "daemon.lock"


def test_one_holds_it(path: Path) -> None:
    lock = take(path)
    assert Lock.take(path) is None
    lock.release()
    take(path).release()


def test_it_says_who_holds_it_and_is_closed_to_others(path: Path) -> None:
    lock = take(path)
    signed = lock.sign("1.2", 3, -1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_holder(path) == signed
    assert signed.identity == identity.own_identity()
    lock.release()
    assert read_holder(path) == signed, "a stale one is told by its pid and start time"


def test_every_start_has_an_incarnation_of_its_own(path: Path) -> None:
    lock = take(path)
    assert lock.sign("1", 0, -1).incarnation != lock.sign("1", 0, -1).incarnation
    lock.release()


def test_a_reader_never_sees_half_a_holder(path: Path) -> None:
    lock = take(path)
    lock.sign("1", 0, -1)
    done = threading.Event()
    seen: list[object] = []

    def read() -> None:
        while not done.is_set():
            seen.append(read_holder(path))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(300):
        lock.sign("1" * (n % 60), 0, -1)
    done.set()
    reader.join()
    assert None not in seen
    lock.release()


@pytest.mark.parametrize("text", [b"", b"{", b"\xff" * 4000, b'{"pid":"x"}'])
def test_garbage_in_it_does_not_matter(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    path.chmod(0o600)
    lock = take(path)
    assert lock.holder() is None
    signed = lock.sign("1", 0, -1)
    assert read_holder(path) == signed
    lock.release()


def test_a_link_in_its_place_is_refused(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.symlink_to(victim)
    with pytest.raises(PlaceUnsafe):
        Lock.take(path)
    assert victim.read_text() == "precious"


def test_one_that_others_may_open_is_refused(path: Path) -> None:
    path.write_bytes(b"")
    path.chmod(0o644)
    with pytest.raises(PlaceUnsafe):
        Lock.take(path)


def test_a_lock_file_that_was_removed_meanwhile_is_nobodys_lock(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = fcntl.flock
    replaced: list[bool] = []

    def flock(descriptor: int, operation: int) -> None:
        if not replaced:
            replaced.append(True)
            path.unlink()
        plain(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    lock = take(path)
    assert os.path.samestat(os.fstat(lock._descriptor), path.stat())
    lock.release()


def test_waiting_ends_when_the_other_lets_go(path: Path) -> None:
    lock = take(path)
    timer = threading.Timer(0.2, lock.release)
    timer.start()
    take(path, wait=20.0).release()
    timer.join()


def test_no_descriptor_of_it_reaches_a_child(path: Path) -> None:
    lock = take(path)
    assert not os.get_inheritable(lock._descriptor)
    lock.release()


def test_two_run_folders_cannot_share_one_journal(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(StorageFailed, match="Another daemon"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


# -- with real daemons


def test_of_two_daemons_started_at_once_one_wins_and_the_other_says_so(home: Path) -> None:
    with program() as one, program() as two:
        assert {one.line(), two.line()} == {"ready"}
        winner, loser = (one, two) if holder().pid == one.pid else (two, one)
        assert loser.line() == f"already running: pid {winner.pid}"
        assert loser.wait() == 0
        assert winner.process.poll() is None
        assert winner.end() == 0


def test_a_daemon_with_another_run_folder_and_the_same_journal_does_not_start(home: Path) -> None:
    state, config = home / "xs", home / "xc"
    shared = {"FUMEHOOD_HOME": "", "XDG_STATE_HOME": str(state), "XDG_CONFIG_HOME": str(config)}
    for name in ("a", "b"):
        (home / name).mkdir(mode=0o700)
    with (
        program(env={**shared, "XDG_RUNTIME_DIR": str(home / "a")}) as first,
        program(env={**shared, "XDG_RUNTIME_DIR": str(home / "b")}) as second,
    ):
        said = {one: one.line() for one in (first, second)}
        assert sorted(said.values()) == ["", "ready"]
        loser = next(one for one, word in said.items() if word == "")
        assert loser.wait() == 6
        assert "Another daemon uses" in loser.errors()


def test_killed_and_started_again_it_is_another_incarnation_with_fresh_sockets(home: Path) -> None:
    with daemon() as first:
        before = holder()
        first.end(9)
    assert paths().control_socket.exists(), "a killed daemon leaves its sockets"
    with daemon() as second:
        after = holder()
        assert after.pid == second.pid
        assert after.incarnation != before.incarnation
        assert second.end() == 0
    assert not paths().control_socket.exists()
    assert not paths().agent_socket.exists()
