"""The twin check: the same h5ad in cellucid 0.0.9's AnnData server and in ours, every answer compared.

What differs is in `DIFFERENT`, with the reason; a difference that is not there fails, and so does one that is there and
is none any more.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from fumehood.doors.datasets.options import Options
from fumehood.doors.datasets.server import DatasetServer
from fumehood.doors.datasets.sources import open_sources
from tests.doors import cellucid
from tests.doors.atlases import written

VOLATILE = {"version", "created_at", "path", "port"}
"""Version, time, path; and each listens at a port of its own."""
DIFFERENT: dict[str, str] = {}
"""What differs, and why."""


class Twins(NamedTuple):
    theirs: str
    ours: str


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    place = written(tmp_path_factory.mktemp("twin"))
    with cellucid.running(cellucid.SERVE_ANNDATA, str(place), str(cellucid.free_port())) as (theirs, _):
        opened = open_sources(place)
        with DatasetServer(opened.shown, Options(legacy=True)) as server:
            yield Twins(theirs["url"], server.url)
        opened.close()


def fetched(base: str, path: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(f"{base}/{path}", timeout=30) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, "", b""


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: comparable(one) for key, one in value.items() if key not in VOLATILE}
    return [comparable(one) for one in value] if isinstance(value, list) else value


def differences(theirs: Any, ours: Any, at: str = "") -> list[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found = [f"{at}/{key}" for key in theirs.keys() ^ ours.keys()]
        for key in theirs.keys() & ours.keys():
            found += differences(theirs[key], ours[key], f"{at}/{key}")
        return found
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [
            one
            for number, (a, b) in enumerate(zip(theirs, ours, strict=True))
            for one in differences(a, b, f"{at}/{number}")
        ]
    return [] if theirs == ours else [at]


def paths_of(base: str) -> list[str]:
    """Every binary that the manifests declare."""
    identity = json.loads(fetched(base, "dataset_identity.json")[2])
    obs = json.loads(fetched(base, "obs_manifest.json")[2])
    found = list(identity["embeddings"]["files"].values())
    schemas = obs["_obsSchemas"]

    def safe(key: str) -> str:
        import re

        return re.sub(r"[^A-Za-z0-9._-]+", "_", key).strip("._") or "field"

    for key, *_ in obs["_continuousFields"]:
        found.append(schemas["continuous"]["pathPattern"].replace("{key}", safe(key)))
    for key, _, kind, *_ in obs["_categoricalFields"]:
        ending = {"uint8": "u8", "uint16": "u16"}[kind]
        found.append(schemas["categorical"]["codesPathPattern"].replace("{key}", safe(key)).replace("{ext}", ending))
        found.append(schemas["categorical"]["outlierPathPattern"].replace("{key}", safe(key)))
    for gene, *_ in json.loads(fetched(base, "var_manifest.json")[2])["fields"]:
        found.append(f"var/{safe(gene)}.values.f32")
    for field in identity["vector_fields"]["fields"].values():
        found += field["files"].values()
    return [*found, "connectivity/edges.src.bin", "connectivity/edges.dst.bin", "atlas/points_2d.bin"]


def test_every_json_is_the_same(twins: Twins) -> None:
    for path in (
        "_cellucid/health",
        "_cellucid/info",
        "_cellucid/datasets",
        "dataset_identity.json",
        "obs_manifest.json",
        "var_manifest.json",
        "connectivity_manifest.json",
    ):
        theirs, ours = fetched(twins.theirs, path), fetched(twins.ours, path)
        assert theirs[:2] == ours[:2] == (200, "application/json"), path
        found = differences(comparable(json.loads(theirs[2])), comparable(json.loads(ours[2])), path)
        assert set(found) == {one for one in DIFFERENT if one.startswith(path)}


def test_every_binary_is_the_same(twins: Twins) -> None:
    paths = paths_of(twins.theirs)
    assert len(paths) > 50
    different = [path for path in paths if fetched(twins.theirs, path) != fetched(twins.ours, path)]
    assert different == []


def posted(base: str, path: str, body: bytes) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{base}/{path}", body, headers), timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None


def test_what_is_not_delivered_is_answered_in_the_same_words(twins: Twins) -> None:
    """But for JSON that cannot be read: theirs repeats what the parser said of it."""
    for body in (b'{"viewerId": "0"}', b'{"viewerId": "0", "type": "x", "cells": []}', b"{}", b'{"viewerId": ""}'):
        theirs, ours = (posted(base, "_cellucid/events", body) for base in twins)
        assert theirs == ours, body
    for base in twins:
        assert posted(base, "_cellucid/events", b'{"')[1]["message"].startswith("Invalid JSON")
        assert posted(base, "_cellucid/session_bundle?viewerId=a&requestId=b", b"x")[0] == 404


def test_a_head_and_what_is_missing_are_answered_alike(twins: Twins) -> None:
    for path in ("points_2d.bin", "dataset_identity.json", "_cellucid/health", "var/G5.values.f32"):
        sizes = []
        for base in twins:
            with urllib.request.urlopen(urllib.request.Request(f"{base}/{path}", method="HEAD"), timeout=30) as answer:
                sizes.append((answer.status, answer.headers["Content-Type"]))
        assert sizes[0] == sizes[1]
    for path in (
        "points_1d.bin",
        "points_2d.bin.gz",
        "obs/none.values.f32",
        "var/none.values.f32",
        "vectors/x_2d.bin",
        "x",
    ):
        assert [fetched(base, path)[0] for base in twins] == [404, 404], path
