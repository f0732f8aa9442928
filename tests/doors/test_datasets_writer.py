"""The writer check: what ours exports is served by cellucid 0.0.9 itself, and read back as a client of it would."""

from __future__ import annotations

import gzip
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fumehood
from fumehood.datasets.checking import check
from tests.doors import atlases, cellucid

SERVE = """
import json, sys
from cellucid.server import CellucidServer
server = CellucidServer(sys.argv[1], port=int(sys.argv[2]), quiet=True)
server.start_background()
print(json.dumps({"url": server.url}))
sys.stdin.read()
"""
TYPES = {"uint8": "<u1", "uint16": "<u2", "uint32": "<u4", "float32": "<f4"}


class Client:
    """Knows the layout as cellucid's documentation has it, and nothing of ours."""

    def __init__(self, url: str) -> None:
        self._url = url

    def read(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self._url}/{path}", timeout=20) as answer:
            data: bytes = answer.read()
        return gzip.decompress(data) if path.endswith(".gz") else data

    def json(self, path: str) -> Any:
        return json.loads(self.read(path))

    def array(self, path: str, kind: str) -> Any:
        return np.frombuffer(self.read(path), TYPES[kind])

    def values(self, schema: dict[str, Any], field: list[Any]) -> Any:
        raw = self.array(schema["pathPattern"].replace("{key}", safe(field[0])), schema["dtype"])
        return restored(raw, *field[1:3]) if schema["quantized"] else raw


def safe(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", key).strip("._") or "field"


def restored(raw: Any, low: float, high: float) -> Any:
    top = 254 if raw.dtype.itemsize == 1 else 65534
    return np.where(raw > top, np.nan, low + raw * ((high - low) / top))


def same(found: Any, expected: Any, step: float) -> None:
    expected = np.asarray(expected, np.float64)
    finite = np.isfinite(expected)
    assert (np.isfinite(found) == finite).all()
    assert np.abs(found[finite] - expected[finite]).max(initial=0) <= step / 2 * 1.001 + 1e-6


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    data = atlases.atlas()
    names = list(data.var_names)
    names[5:8] = ["HLA:A", "hla_a", "x" * 300]  # one file with HLA/A, another one where case does not count, too long
    data.var_names = names
    data.obs["cell:type"] = data.obs["cell type"].cat.rename_categories(lambda name: name + "!")
    place = tmp_path_factory.mktemp("writer") / "atlas.h5ad"
    data.write_h5ad(place)
    return data, place


@pytest.mark.parametrize(("bits", "column_bits", "level"), [(8, 8, 6), (16, 16, 1), (32, 32, 0)])
def test_cellucid_serves_our_export_and_every_value_is_read_back_within_half_a_step(
    atlas: tuple[Any, Path], tmp_path: Path, bits: Any, column_bits: Any, level: int
) -> None:
    data, place = atlas
    out = tmp_path / "out"
    made = fumehood.export(place, out, gene_bits=bits, column_bits=column_bits, gzip=level, genes="both")
    assert check(out) == [] and made.notes == ()
    with cellucid.running(SERVE, str(out), str(cellucid.free_port())) as (said, _):
        client = Client(said["url"])
        listed = client.json("_cellucid/datasets")["datasets"]
        assert [(one["id"], one["path"]) for one in listed] == [("atlas", "/")]
        identity, obs, var = (
            client.json(f"{name}.json") for name in ("dataset_identity", "obs_manifest", "var_manifest")
        )
        assert identity["stats"]["n_cells"] == data.n_obs and identity["stats"]["n_genes"] == data.n_vars
        names = var.get("_fumehood", {}).get("names", {})
        assert [names.get(field[0], field[0]) for field in var["fields"]] == list(data.var_names)
        files = {var["_varSchema"]["pathPattern"].replace("{key}", safe(field[0])).lower() for field in var["fields"]}
        assert len(files) == data.n_vars
        for index, field in enumerate(var["fields"]):
            step = 0.0 if bits == 32 else (field[2] - field[1]) / (2**bits - 2)
            same(client.values(var["_varSchema"], field), data.X[:, index].toarray().ravel(), step)
        seen = set()
        ours = obs.get("_fumehood", {}).get("names", {})
        for field in obs["_continuousFields"]:
            key = ours.get(field[0], field[0])
            step = 0.0 if column_bits == 32 else (field[2] - field[1]) / (2**column_bits - 2)
            same(client.values(obs["_obsSchemas"]["continuous"], field), data.obs[key], step)
            seen.add(key)
        schema = obs["_obsSchemas"]["categorical"]
        for field in obs["_categoricalFields"]:
            key = ours.get(field[0], field[0])
            column = data.obs[key].astype("category").cat
            assert field[1] == [str(one) for one in column.categories]
            path = schema["codesPathPattern"].replace("{key}", safe(field[0]))
            codes = client.array(path.replace("{ext}", {"uint8": "u8", "uint16": "u16"}[field[2]]), field[2])
            assert (np.where(codes == field[3], -1, codes.astype(int)) == column.codes).all()
            far = client.array(schema["outlierPathPattern"].replace("{key}", safe(field[0])), schema["outlierDtype"])
            far = restored(far, *field[5:7]) if schema["outlierQuantized"] else far
            assert far.size == data.n_obs and not (far > 1).any() and set(field[4]) == {"2", "3"}
            seen.add(key)
        assert seen == set(data.obs.columns)
        assert "cell:type" in seen and "cell type" in seen
        for number, key in ((2, "X_umap_2d"), (3, "X_umap")):
            points = client.array(identity["embeddings"]["files"][f"{number}d"], "float32").reshape(-1, number)
            whole = np.asarray(data.obsm[key], np.float64)
            middle, widest = (whole.max(0) + whole.min(0)) / 2, np.ptp(whole, axis=0).max()
            assert np.abs(points - (whole - middle) * 2 / widest).max() < 1e-5
            field = identity["vector_fields"]["fields"]["velocity_umap" if number == 2 else "drift_umap"]
            vectors = client.array(field["files"][f"{number}d"], "float32").reshape(-1, number)
            given = data.obsm["velocity_umap_2d" if number == 2 else "drift_umap"]
            assert np.abs(vectors - np.asarray(given) * 2 / widest).max() < 1e-5
        graph = client.json("connectivity_manifest.json")
        ends = [client.array(graph[name], graph["index_dtype"]) for name in ("sourcesPath", "destinationsPath")]
        there = data.obsp["connectivities"].tocoo()
        assert set(zip(*(end.tolist() for end in ends), strict=True)) == {
            (int(a), int(b)) for a, b in zip(there.row, there.col, strict=True) if a < b
        }
        assert graph["n_edges"] == ends[0].size == identity["stats"]["n_edges"]


def test_their_exporter_loses_a_gene_to_another_of_nearly_the_same_name_and_the_check_says_which(
    atlas: tuple[Any, Path], tmp_path: Path
) -> None:
    _, place = atlas
    cellucid.run(
        """
import sys, anndata
from cellucid import prepare
data = anndata.read_h5ad(sys.argv[1])
data = data[:, :6].copy()
prepare(latent_space=data.obsm["X_pca"], obs=data.obs[["many"]], var=data.var, gene_expression=data.X,
        out_dir=sys.argv[2], X_umap_2d=data.obsm["X_umap_2d"], compression=6, var_quantization=8)
""",
        str(place),
        str(tmp_path / "theirs"),
    )
    found = check(tmp_path / "theirs")
    assert [one.path for one in found] == ["var/HLA_A.values.u8.gz"] and "'HLA/A'" in found[0].what
