"""What a dataset says about itself: the manifests of cellucid's layout, and the overview of our own viewer.

JSON values, made on demand from a `Dataset`; the reader of a manifest finds there every other resource. Nothing here
tells where on this machine the dataset lies: the file name is enough to know it by.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fumehood.core.errors import HoodError
from fumehood.datasets import lengths
from fumehood.datasets.dataset import Note
from fumehood.datasets.embeddings import placed
from fumehood.datasets.layout import drawn, index_type, resolution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fumehood.datasets.dataset import Column, Dataset, Embedding

_QUANTILE: Final = 0.95


def codes_type(categories: int) -> str:
    return "uint8" if categories <= 254 else "uint16" if categories <= 65_534 else "uint32"


class Readable(NamedTuple):
    columns: tuple[tuple[int, Column], ...]
    """With their places among all."""
    notes: tuple[Note, ...]


def readable(dataset: Dataset) -> Readable:
    """The columns that can be told of. What a text column holds is known when it was read: one that turns out to be
    names, or to be damaged, is left out, and the others are there."""
    found: list[tuple[int, Column]] = []
    notes: list[Note] = []
    for index, column in enumerate(dataset.columns):
        try:
            _ = column.categories
        except HoodError as error:
            notes.append(Note(f"obs/{column.key}", error.message))
        else:
            found.append((index, column))
    return Readable(tuple(found), tuple(notes))


def identity(dataset: Dataset, n_edges: int | None) -> dict[str, Any]:
    dimensions = drawn(dataset)
    fields: list[dict[str, Any]] = []
    columns = [column for _, column in readable(dataset).columns]
    for column in columns:
        entry: dict[str, Any] = {"key": column.key, "kind": column.kind}
        if column.kind == "category":
            entry["n_categories"] = len(column.categories)
        fields.append(entry)
    categorical = sum(1 for column in columns if column.kind == "category")
    embeddings: dict[str, Any] = {
        "available_dimensions": list(dimensions),
        "default_dimension": max(dimensions),
        "files": {f"{number}d": f"points_{number}d.bin" for number in dimensions},
    }
    if (resolved := resolution(dataset)) is not None:
        embeddings["umap_resolution"] = resolved
    said: dict[str, Any] = {
        "version": 2,
        "id": dataset.id,
        "name": dataset.name,
        "description": "Loaded directly from AnnData",
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cellucid_data_version": "anndata_adapter",
        "stats": {
            "n_cells": dataset.n_cells,
            "n_genes": dataset.n_genes,
            "n_obs_fields": len(fields),
            "n_categorical_fields": categorical,
            "n_continuous_fields": len(fields) - categorical,
            "has_connectivity": dataset.graph is not None,
            "n_edges": n_edges,
        },
        "embeddings": embeddings,
        "obs_fields": fields,
        "export_settings": {
            "compression": None,
            "var_quantization": None,
            "obs_continuous_quantization": None,
            "obs_categorical_dtype": "auto",
        },
        "source": {
            "type": "anndata_adapter",
            "format": dataset.kind,
            "path": None if dataset.path is None else dataset.path.name,
            "is_backed": dataset.kind == "h5ad",
        },
        "_anndata_adapter": True,
    }
    fields_of_vectors = vector_fields(dataset, dimensions)
    if fields_of_vectors:
        ids = sorted(fields_of_vectors)
        default = "velocity_umap" if "velocity_umap" in fields_of_vectors else ids[0]
        said["vector_fields"] = {"default_field": default, "fields": fields_of_vectors}
    return said


def vector_fields(dataset: Dataset, dimensions: Mapping[int, str]) -> dict[str, Any]:
    """Those of the UMAP that is drawn: their layout has no other embedding."""
    fields: dict[str, Any] = {}
    for field in dataset.vectors:
        keys = {number: key for number, key in field.keys if number in dimensions}
        if field.basis != "umap" or not keys:
            continue
        fields[field.id] = {
            "label": field.label,
            "basis": field.basis,
            "available_dimensions": list(keys),
            "default_dimension": max(keys),
            "files": {f"{number}d": f"vectors/{field.id}_{number}d.bin" for number in keys},
            "obsm_keys": {f"{number}d": key for number, key in keys.items()},
        }
    return fields


def obs_manifest(
    dataset: Dataset,
    latent_key: str | None,
    ranges: Mapping[str, tuple[float, float] | None],
    centroids: Mapping[str, dict[str, list[dict[str, Any]]]],
) -> dict[str, Any]:
    return {
        "_format": "compact_v1",
        "n_points": dataset.n_cells,
        "centroid_outlier_quantile": _QUANTILE,
        "latent_key": latent_key,
        "compression": None,
        "_obsSchemas": {
            "continuous": {
                "pathPattern": "obs/{key}.values.f32",
                "ext": "f32",
                "dtype": "float32",
                "quantized": False,
            },
            "categorical": {
                "codesPathPattern": "obs/{key}.codes.{ext}",
                "outlierPathPattern": "obs/{key}.outliers.f32",
                "outlierExt": "f32",
                "outlierDtype": "float32",
                "outlierQuantized": False,
            },
        },
        "_continuousFields": [
            [column.key, *(ranges[column.key] or (0.0, 1.0))] for column in of_kind(dataset, "continuous")
        ],
        "_categoricalFields": [
            _categorical_field(column, centroids[column.key]) for column in of_kind(dataset, "category")
        ],
    }


def of_kind(dataset: Dataset, kind: str) -> list[Column]:
    return [column for _, column in readable(dataset).columns if column.kind == kind]


def _categorical_field(column: Column, centroids: dict[str, list[dict[str, Any]]]) -> list[Any]:
    categories = column.categories
    stored = "uint8" if len(categories) <= 254 else "uint16"
    return [column.key, list(categories), stored, 255 if stored == "uint8" else 65_535, centroids, 0.0, 1.0]


def var_manifest(dataset: Dataset, names: Sequence[str]) -> dict[str, Any]:
    return {
        "_format": "compact_v1",
        "n_points": dataset.n_cells,
        "var_gene_id_column": "index",
        "compression": None,
        "quantization": None,
        "_varSchema": {
            "kind": "continuous",
            "pathPattern": "var/{key}.values.f32",
            "ext": "f32",
            "dtype": "float32",
            "quantized": False,
        },
        "fields": [[name] for name in names],
    }


def connectivity_manifest(dataset: Dataset, n_edges: int, max_neighbors: int) -> dict[str, Any]:
    kind = index_type(dataset.n_cells)
    return {
        "format": "edge_pairs",
        "n_cells": dataset.n_cells,
        "n_edges": n_edges,
        "max_neighbors": max_neighbors,
        "index_bytes": 2 if kind == "uint16" else 4,
        "index_dtype": kind,
        "sourcesPath": "connectivity/edges.src.bin",
        "destinationsPath": "connectivity/edges.dst.bin",
        "compression": None,
    }


def unit_of(dataset: Dataset, embedding: Embedding) -> dict[str, float]:
    """How long one unit of what is drawn is in the data's own, where these are places, and in micrometres where that is
    known: what a scale bar says. Points of other embeddings are not read for it, since their lengths mean nothing."""
    if "spatial" not in embedding.key.lower():
        return {}
    try:
        points = dataset.points(embedding.key, min(2, embedding.dimensions))
        scales = dataset.scales() if embedding.key in lengths.KEYS else ()
    except HoodError:
        return {}
    unit = 1 / placed(points)[1].factor
    known = lengths.micrometres(scales, points)
    return {"unit": unit} if known is None else {"unit": unit, "micrometres": unit * known}


def overview(dataset: Dataset) -> dict[str, Any]:
    """All that our viewer needs to begin. Every other resource is named by a path in it."""
    columns: list[dict[str, Any]] = []
    known = readable(dataset)
    for index, column in known.columns:
        if column.kind == "category":
            categories = column.categories
            kind = codes_type(len(categories))
            columns.append(
                {
                    "key": column.key,
                    "kind": "category",
                    "categories": list(categories),
                    "type": kind,
                    "missing": {"uint8": 255, "uint16": 65_535, "uint32": 4_294_967_295}[kind],
                    "path": f"columns/{index}/codes",
                }
            )
        else:
            columns.append(
                {"key": column.key, "kind": "continuous", "type": "float32", "path": f"columns/{index}/values"}
            )
    return {
        "version": 1,
        "id": dataset.id,
        "name": dataset.name,
        "kind": dataset.kind,
        "n_cells": dataset.n_cells,
        "n_genes": dataset.n_genes,
        "columns": columns,
        "embeddings": [
            {
                "key": embedding.key,
                "dimensions": embedding.dimensions,
                "paths": {str(d): f"embeddings/{index}/{d}" for d in range(1, embedding.dimensions + 1)},
                **unit_of(dataset, embedding),
            }
            for index, embedding in enumerate(dataset.embeddings)
        ],
        "vectors": [
            {
                "id": field.id,
                "label": field.label,
                "basis": field.basis,
                "paths": {str(d): f"vectors/{index}/{d}" for d in field.dimensions},
            }
            for index, field in enumerate(dataset.vectors)
        ],
        "graph": None if dataset.graph is None else {"sources": "graph/sources", "targets": "graph/targets"},
        "genes": {
            "names": "genes/names",
            "aliases": "genes/aliases",
            "path": "gene/{index}",
            "bits": [8, 16, 32],
            "state": "genes/state",
        },
        "cells": {"names": "cells/names/{from}-{to}"},
        "notes": [{"member": note.member, "reason": note.reason} for note in (*dataset.notes, *known.notes)],
    }
