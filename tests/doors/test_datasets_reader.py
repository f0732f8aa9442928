"""The reader check: folders that cellucid 0.0.9 and 0.9.1 to 0.9.4 wrote, served by ours, byte for byte the files."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fumehood.doors.datasets.server import DatasetServer
from fumehood.doors.datasets.sources import open_sources
from tests.doors import cellucid
from tests.doors.dataset_bench import PAGE


@pytest.fixture(scope="module", params=[cellucid.FIRST, *cellucid.LATER])
def exports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    cellucid.run(cellucid.WRITER, str(folder), version=request.param)
    return folder


@pytest.fixture(scope="module")
def served(exports: Path) -> Iterator[tuple[DatasetServer, str]]:
    opened = open_sources(exports)
    with DatasetServer(opened.shown, page=PAGE) as server:
        yield server, server.bearer()
    opened.close()


def fetched(served: tuple[DatasetServer, str], path: str) -> tuple[int, bytes]:
    server, bearer = served
    asked = urllib.request.Request(f"{server.url}/{path}", headers={"Authorization": f"Bearer {bearer}"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def test_every_file_is_served_as_it_is_and_nothing_else(exports: Path, served: tuple[DatasetServer, str]) -> None:
    (exports / ".env").write_text("SECRET=1")
    outside = exports.parent / f"{exports.name}-outside"
    outside.write_text("outside")
    for name in ("f32", "u8", "u16"):
        files = [place for place in (exports / name).rglob("*") if place.is_file()]
        assert len(files) > 20
        for place in files:
            assert fetched(served, place.relative_to(exports).as_posix()) == (200, place.read_bytes()), place
        (exports / name / ".env").write_text("SECRET=1")
        (exports / name / "obs" / "link").symlink_to(outside)
        for path in ("", "obs/", "obs", ".env", "obs/link", "../.env", "%2e%2e/.env"):
            assert fetched(served, f"{name}/{path}")[0] == 404, path
    assert fetched(served, ".env")[0] == 404


def test_the_folder_is_listed_and_each_dataset_opens_in_the_viewer(
    exports: Path, served: tuple[DatasetServer, str]
) -> None:
    listed: list[dict[str, Any]] = json.loads(fetched(served, "_cellucid/datasets")[1])["datasets"]
    assert sorted(one["path"] for one in listed) == ["/f32/", "/u16/", "/u8/"]
    assert {one["id"] for one in listed} == {"one"}
    for one in listed:
        overview = json.loads(fetched(served, f"{one['path'][1:]}overview.json")[1])
        assert (overview["n_cells"], overview["n_genes"]) == (200, 12)
        assert {column["key"] for column in overview["columns"]} == {"cell type", "score", "n counts"}
        assert fetched(served, f"{one['path'][1:]}gene/0")[1][:4] == b"FHG1"
