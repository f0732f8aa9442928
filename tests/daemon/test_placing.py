"""Who is let in by which socket, with real processes in real trees. Each attack is first shown to succeed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from fumehood.core import identity
from fumehood.core.errors import PeerRefused
from fumehood.core.identity import Holder, Identity
from fumehood.core.ids import RoomId
from fumehood.daemon import placing
from fumehood.daemon.placing import Placing, mark_of_daemon
from fumehood.doors.sockets import listen_private
from tests.doors.bench import ROOM, Bench, admit_all, opened
from tests.doors.conftest import folder as folder
from tests.security.class01_doors.attacks import attack

IN = ("direct", "exec", "child", "double-forked", "killed-runtime")
NOBODY = 65534


class Known(dict[Identity, RoomId | None]):
    def __call__(self) -> Mapping[Identity, RoomId | None]:
        return self

    def add(self, who: Identity) -> None:
        self[who] = ROOM


@contextlib.asynccontextmanager
async def doors(folder: Path, place: object) -> AsyncIterator[Path]:
    async with opened(folder, Bench(), place):  # type: ignore[arg-type]
        yield folder


async def test_a_terminal_is_a_person_or_an_agent_by_the_socket_it_reached(folder: Path) -> None:
    async with doors(folder, Placing(Known())):
        assert await attack("unmarked-direct", folder / "control.sock") == {"status": 101, "role": "person"}
        assert await attack("unmarked-direct", folder / "agent.sock") == {"status": 101, "role": "agent"}


@pytest.mark.parametrize("mode", IN)
async def test_a_kernel_is_no_person_however_it_comes(folder: Path, mode: str) -> None:
    known = Known()
    async with doors(folder, admit_all):
        assert await attack(mode, folder / "control.sock") == {"status": 101, "role": "person"}
    async with doors(folder, Placing(known)):
        assert await attack(mode, folder / "control.sock", known.add) == {"status": 403}


async def test_the_mark_alone_stops_what_left_its_runtimes_tree(folder: Path) -> None:
    known = Known()
    async with doors(folder, Placing(known)):
        # Without the mark the ancestors stop the child, and not who killed its runtime: that is what the mark is for.
        assert await attack("unmarked-child", folder / "control.sock", known.add) == {"status": 403}
        escaped = await attack("unmarked-killed-runtime", folder / "control.sock", known.add)
        assert escaped == {"status": 101, "role": "person"}
        assert await attack("killed-runtime", folder / "control.sock", known.add) == {"status": 403}


@pytest.mark.parametrize("mode", ["direct", "exec", "child", "double-forked", "unmarked-child"])
async def test_on_the_agent_socket_code_in_a_cell_is_known_by_its_room(folder: Path, mode: str) -> None:
    known = Known()
    async with doors(folder, Placing(known)):
        assert await attack(mode, folder / "agent.sock", known.add) == {"status": 101, "role": "cell"}


@pytest.mark.parametrize("mode", ["direct", "child", "double-forked"])
async def test_a_mark_without_a_runtime_that_we_know_is_refused(folder: Path, mode: str) -> None:
    async with doors(folder, Placing(Known())):
        assert await attack(mode, folder / "agent.sock") == {"status": 403}


async def test_who_killed_its_runtime_has_no_room_any_more(folder: Path) -> None:
    known = Known()
    async with doors(folder, Placing(known)):
        assert await attack("killed-runtime", folder / "agent.sock", known.add) == {"status": 403}


async def test_a_runtime_without_a_room_has_none_to_reach(folder: Path) -> None:
    known = Known()

    def warm(who: Identity) -> None:
        known[who] = None

    async with doors(folder, Placing(known)):
        assert await attack("child", folder / "agent.sock", warm) == {"status": 403}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
@pytest.mark.parametrize("name", ["control.sock", "agent.sock"])
async def test_another_user_is_refused_even_where_the_folder_is_open(folder: Path, name: str) -> None:
    for place, expected in ((admit_all, 101), (Placing(Known()), 0)):
        async with doors(folder, place):
            assert (await attack("unmarked-direct", folder / name, uid=NOBODY))["status"] == 0, "the folder's mode"
            folder.chmod(0o777)
            assert (await attack("unmarked-direct", folder / name, uid=NOBODY))["status"] == 0, "the socket's mode"
            (folder / name).chmod(0o777)
            assert (await attack("unmarked-direct", folder / name, uid=NOBODY))["status"] == expected
        folder.chmod(0o700)


# -- one connection, looked at step by step


def connect_and_exit(path: Path) -> int:
    """Has another process connect, and waits for its end. Gives its pid."""
    script = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(path)!r})"
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        assert process.wait(20) == 0
        return process.pid


@pytest.fixture
def listener(folder: Path) -> socket.socket:
    made = listen_private(folder / "s")
    made.setblocking(True)
    return made


def test_a_process_that_has_gone_is_refused(folder: Path, listener: socket.socket) -> None:
    connect_and_exit(folder / "s")
    connected, _ = listener.accept()
    with connected, listener, pytest.raises(PeerRefused, match="gone"):
        Placing(Known())(connected, "control")


def test_a_pid_that_was_given_to_another_process_does_not_help(
    folder: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = connect_and_exit(folder / "s")
    connected, _ = listener.accept()
    with connected, listener:
        # As if the pid were in use again, by a terminal of the user's: this very process.
        plain = placing._read

        def read(pid: int) -> object:
            return plain(os.getpid() if pid == gone else pid)

        monkeypatch.setattr(placing, "_read", read)
        place = Placing(Known())
        with pytest.raises(PeerRefused, match="gone"):
            place(connected, "control")
        monkeypatch.setattr(identity, "peer_pidfd", lambda _: None)
        assert place(connected, "control").role == "person", "the attack, without the pidfd"


def test_where_there_are_no_pidfds_it_is_looked_at_twice(
    folder: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "peer_pidfd", lambda _: None)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "s"))
        connected, _ = listener.accept()
        with connected, listener:
            assert Placing(Known())(connected, "control").role == "person"
            answers = iter([([Identity(2, 1)], False), ([Identity(2, 9)], False)])
            monkeypatch.setattr(placing, "_read", lambda _: next(answers))
            with pytest.raises(PeerRefused, match="changed"):
                Placing(Known())(connected, "control")


@pytest.mark.parametrize("unreadable", ["ancestors", "is_marked"])
def test_what_cannot_be_read_is_refused(
    folder: Path, listener: socket.socket, monkeypatch: pytest.MonkeyPatch, unreadable: str
) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "s"))
        connected, _ = listener.accept()
        with connected, listener:
            owner = identity if unreadable == "ancestors" else placing
            monkeypatch.setattr(owner, unreadable, lambda _: None)
            with pytest.raises(PeerRefused, match="cannot be read"):
                Placing(Known())(connected, "agent")


def test_descriptors_do_not_leak(folder: Path, listener: socket.socket) -> None:
    place = Placing(Known())
    with listener, socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "s"))
        connected, _ = listener.accept()
        with connected:
            before = len(list(Path("/proc/self/fd").iterdir()))
            for _ in range(20):
                place(connected, "control")
            assert len(list(Path("/proc/self/fd").iterdir())) == before


# -- whether this process may be a daemon


def test_a_daemon_carries_no_more_than_the_one_before_it() -> None:
    own = mark_of_daemon(None, "")
    before = Holder(pid=1, start=1, incarnation="", build="", filters=own.filters, ceiling=own.ceiling)
    assert mark_of_daemon(before, "") == own


async def test_a_marked_process_starts_no_daemon(home: Path) -> None:
    script = (
        "from fumehood.sandbox.mark import carry_mark; carry_mark()\n"
        "from fumehood.daemon.placing import mark_of_daemon\n"
        "from fumehood.core.errors import PeerRefused\n"
        "try: mark_of_daemon(None, '')\n"
        "except PeerRefused: print('refused')\n"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], check=True, capture_output=True, timeout=30
    )
    assert done.stdout == b"refused\n"
