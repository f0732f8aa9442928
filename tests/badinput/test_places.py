"""What lies where a notebook should be: a link, a FIFO, a folder, a device; from the beginning, or from one day on."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from fumehood.client import blocking
from fumehood.core.errors import FileMissing, HoodError, NotAFile
from fumehood.testing.notebooks import printed, write_notebook
from tests.badinput.house import fingerprint, said


def test_a_link_to_a_notebook_works_and_is_still_a_link_after_saving(client: blocking.Client, tmp_path: Path) -> None:
    target = write_notebook(tmp_path / "real" / "target.ipynb", "print('hi')") if _folder(tmp_path / "real") else None
    assert target is not None
    link = tmp_path / "link.ipynb"
    link.symlink_to(Path("real") / "target.ipynb")
    with client.open(link) as opened:
        assert opened.execute("c0", timeout=40).stdout == "hi\n"
        opened.save()
        opened.close()
    assert link.is_symlink()
    assert str(link.readlink()) == "real/target.ipynb"
    assert not target.is_symlink()
    assert printed(target, "c0") == "hi\n"


def _folder(path: Path) -> bool:
    path.mkdir()
    return True


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere.ipynb"))


def _loop(path: Path) -> None:
    other = path.with_name("other.ipynb")
    path.symlink_to(other)
    other.symlink_to(path)


def _through_a_file(path: Path) -> None:
    path.with_name("file").write_text("x")
    path.symlink_to("file/notebook.ipynb")


def _to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _socket(path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


NO_NOTEBOOKS: dict[str, tuple[Callable[[Path], object], type[HoodError]]] = {
    "a dangling link": (_dangling, FileMissing),
    "a link that leads to itself": (_loop, NotAFile),
    "a link through a file": (_through_a_file, FileMissing),
    "a link to a device": (_to_a_device, NotAFile),
    "a FIFO": (os.mkfifo, NotAFile),
    "a folder": (Path.mkdir, NotAFile),
    "a socket": (_socket, NotAFile),
    "a device": (lambda path: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5)), NotAFile),
}


@pytest.mark.parametrize("name", NO_NOTEBOOKS)
def test_what_is_no_file_is_refused_at_once_and_left_alone(client: blocking.Client, tmp_path: Path, name: str) -> None:
    make, expected = NO_NOTEBOOKS[name]
    path = tmp_path / "n.ipynb"
    if name == "a device" and os.geteuid() != 0:
        path = Path("/dev/zero")
    else:
        make(path)
    before = path.lstat()
    with pytest.raises(expected) as refused:
        client.open(path)
    said(refused.value, expected.code)
    after = path.lstat()
    assert (after.st_mode, after.st_ino, after.st_size) == (before.st_mode, before.st_ino, before.st_size)


@pytest.mark.parametrize(
    "name", ["/dev/zero", "/proc/self/mem", "/", "relative.ipynb", "/tmp/a\0b", "/tmp/" + "x" * 300]
)
def test_odd_names_are_refused_with_a_reason(client: blocking.Client, name: str) -> None:
    with pytest.raises(HoodError) as refused:
        client.call("room.open", {"path": name})
    assert refused.value.code in ("file.not_regular", "file.missing", "storage.failed", "limit.exceeded")
    said(refused.value, refused.value.code)


REPLACEMENTS: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
    "a FIFO": (os.mkfifo, os.unlink),
    "a folder": (Path.mkdir, os.rmdir),
    "a link to a device": (_to_a_device, os.unlink),
    "a link that leads to itself": (_loop, os.unlink),
}


@pytest.mark.parametrize("name", REPLACEMENTS)
def test_an_open_notebook_whose_file_was_replaced_says_so_goes_on_and_is_saved_when_it_can_be(
    client: blocking.Client, tmp_path: Path, name: str
) -> None:
    make, remove = REPLACEMENTS[name]
    path = write_notebook(tmp_path / "n.ipynb", "print('first')", "print('second')")
    with client.open(path) as opened:
        assert opened.execute("c0", timeout=40).ok
        opened.save()
        path.unlink()
        make(path)
        mode = path.lstat().st_mode
        opened.until(lambda state: any(one.code == "file.not_regular" and one.hint for one in state.notices), 30)
        opened.edit("c1", "print('edited')")
        with pytest.raises(NotAFile) as refused:
            opened.save()
        said(refused.value, "file.not_regular")
        assert path.lstat().st_mode == mode, "what took its place was not touched"
        # It goes on, and can be rescued elsewhere meanwhile.
        assert opened.execute("c1", timeout=30).stdout == "edited\n"
        copy = tmp_path / "rescue.ipynb"
        opened.save(str(copy))
        assert (printed(copy, "c0"), printed(copy, "c1")) == ("first\n", "edited\n")
        remove(path)
        opened.save()
        assert (printed(path, "c0"), printed(path, "c1")) == ("first\n", "edited\n")
        opened.close()


def test_a_file_that_became_garbage_is_told_and_never_written_over(client: blocking.Client, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "print('mine')")
    with client.open(path) as opened:
        opened.edit("c0", "print('edited')")
        path.write_bytes(path.read_bytes()[:-20])
        before = fingerprint(path)
        with pytest.raises(HoodError) as refused:
            opened.save()
        said(refused.value, "notebook.unreadable")
        assert opened.execute("c0", timeout=40).stdout == "edited\n"
        assert fingerprint(path) == before
        opened.save(str(tmp_path / "rescue.ipynb"))
        assert printed(tmp_path / "rescue.ipynb", "c0") == "edited\n"
        path.unlink()
        opened.save()
        assert json.loads(path.read_text())["cells"][0]["source"] in ("print('edited')", ["print('edited')"])
        opened.close()
