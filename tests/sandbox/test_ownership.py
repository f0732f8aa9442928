from __future__ import annotations

import grp
import os
from pathlib import Path

import pytest

from fumehood.sandbox.ownership import _is_private, problem_with

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give files to others")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a" / "b" / "file"
    path.parent.mkdir(parents=True)
    path.write_text("")
    return path


def test_our_own_file_below_a_sticky_folder_is_fine(file: Path) -> None:
    assert problem_with(file) == ""
    assert problem_with(Path("/tmp")) == ""
    assert problem_with(Path("/bin/sh")) == ""


@pytest.mark.parametrize("up", [0, 1, 2])
def test_whatever_everybody_can_write_on_the_way_is_a_problem(file: Path, up: int) -> None:
    place = [file, *file.parents][up]
    place.chmod(0o777)
    assert problem_with(file) == f"{place} is writable by everybody"


def test_a_sticky_folder_protects_what_is_ours_in_it(file: Path) -> None:
    file.parent.chmod(0o1777)
    assert problem_with(file) == ""


@as_root
@pytest.mark.parametrize("up", [0, 1, 2])
def test_whatever_belongs_to_another_user_on_the_way_is_a_problem(file: Path, up: int) -> None:
    place = [file, *file.parents][up]
    os.chown(place, 65534, -1)
    assert problem_with(file) == f"{place} belongs to another user"


@as_root
def test_another_users_name_in_a_sticky_folder_is_a_problem(file: Path) -> None:
    file.parent.parent.chmod(0o1777)
    os.chown(file.parent, 65534, -1)
    assert problem_with(file) == f"{file.parent} belongs to another user"


@as_root
def test_a_group_that_others_are_in_or_that_nobody_knows_is_a_problem(file: Path) -> None:
    file.chmod(0o664)
    assert problem_with(file) == "", "root's own group has nobody else"
    for shared in (54321, 65534):
        os.chown(file, -1, shared)
        assert problem_with(file) == f"{file} is writable by its group"


def test_a_local_group_without_members_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    _is_private.cache_clear()
    staff = grp.getgrnam("staff")
    assert not staff.gr_mem
    assert _is_private(staff.gr_gid)
    monkeypatch.setattr(grp, "getgrgid", lambda gid: grp.struct_group(("staff", "x", gid, ["eve"])))
    _is_private.cache_clear()
    assert not _is_private(staff.gr_gid)
    _is_private.cache_clear()


def test_a_link_is_judged_by_where_it_stands_and_by_where_it_leads(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "links" / "link"
    link.parent.mkdir()
    link.symlink_to(file)
    assert problem_with(link) == ""
    file.parent.chmod(0o777)
    assert problem_with(link) == f"{file.parent} is writable by everybody"
    file.parent.chmod(0o755)
    link.parent.chmod(0o777)
    assert problem_with(link) == f"{link.parent} is writable by everybody"


def test_what_is_not_there_or_turns_in_a_circle_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    assert "cannot be read" in problem_with(tmp_path / "none")
    assert "cannot be read" in problem_with(tmp_path / "circle")
    assert "not an absolute path" in problem_with(Path("file"))
