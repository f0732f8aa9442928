from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from fumehood.core.errors import PlaceUnsafe
from fumehood.core.paths import Paths, private_folder


def test_one_variable_moves_everything() -> None:
    paths = Paths.of_user({"FUMEHOOD_HOME": "/elsewhere", "XDG_STATE_HOME": "/other", "HOME": "/h"})
    for place in (paths.run, paths.state, paths.config, paths.journal, paths.control_socket, paths.lock):
        assert place.is_relative_to("/elsewhere")


def test_without_it_the_xdg_folders_are_used() -> None:
    env = {"XDG_STATE_HOME": "/s", "XDG_CONFIG_HOME": "/c", "XDG_RUNTIME_DIR": "/r", "HOME": "/h"}
    paths = Paths.of_user(env)
    assert (paths.run, paths.state, paths.config) == (Path("/r/fumehood"), Path("/s/fumehood"), Path("/c/fumehood"))


def test_without_those_the_home_folder_and_a_run_folder_of_this_user() -> None:
    paths = Paths.of_user({"HOME": "/h"})
    assert paths.state == Path("/h/.local/state/fumehood")
    assert paths.config == Path("/h/.config/fumehood")
    assert paths.run.name == f"fumehood-{os.getuid()}"


def test_empty_variables_count_as_absent() -> None:
    assert Paths.of_user({"HOME": "/h", "FUMEHOOD_HOME": "", "XDG_STATE_HOME": ""}) == Paths.of_user({"HOME": "/h"})


def test_a_runtime_socket_of_the_usual_home_fits_into_a_socket_path() -> None:
    longest = Paths.of_user({"HOME": "/h", "XDG_RUNTIME_DIR": f"/run/user/{2**32 - 1}"})
    assert len(str(longest.runtimes / "01234567" / "s")) < 108


def test_all_folders_are_made_closed_to_others(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        paths = Paths.of_user({"FUMEHOOD_HOME": str(tmp_path / "home")})
        paths.create()
        paths.create()
    finally:
        os.umask(previous)
    for place in (paths.run, paths.runtimes, paths.state, paths.spools, paths.blobs, paths.config):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o701, 0o755, 0o777, 0o710])
def test_a_folder_that_others_can_enter_is_refused_with_the_way_out(tmp_path: Path, mode: int) -> None:
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(mode)
    with pytest.raises(PlaceUnsafe) as caught:
        private_folder(place)
    assert str(place) in caught.value.hint
    place.chmod(0o700)
    assert private_folder(place) == place


def test_a_link_is_refused_even_to_a_private_folder(tmp_path: Path) -> None:
    real = private_folder(tmp_path / "real")
    link = tmp_path / "link"
    link.symlink_to(real)
    with pytest.raises(PlaceUnsafe):
        private_folder(link)


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o600)
    with pytest.raises(PlaceUnsafe):
        private_folder(tmp_path / "file")


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = private_folder(tmp_path / "place")
    monkeypatch.setattr(os, "getuid", lambda: place.stat().st_uid + 1)
    with pytest.raises(PlaceUnsafe):
        private_folder(place)
