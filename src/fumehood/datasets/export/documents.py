"""The JSON files of an export: what is in it, and how to read the others. Pure.

cellucid's readers make a file's name from a pattern and a key, or from its number; what only ours understand stands
under names of its own, which they ignore.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fumehood import __version__
from fumehood.datasets.centroids import QUANTILE
from fumehood.datasets.export.options import Options, ending, kind
from fumehood.datasets.export.places import IDENTITY, Receipt
from fumehood.datasets.export.plan import Field, Plan
from fumehood.datasets.export.shards import MANIFEST
from fumehood.datasets.layout import index_type, safe_name

if TYPE_CHECKING:
    from fumehood.datasets.dataset import Dataset

FORMAT = "compact_v1"


def documents(
    dataset: Dataset, plan: Plan, options: Options, receipts: Mapping[str, Receipt], folder: str
) -> dict[str, Any]:
    """Path → JSON value, in the order in which they are written: the identity, which makes it an export, is last."""
    found: dict[str, Any] = {"obs_manifest.json": _obs(dataset, plan, options, receipts)}
    if options.genes in ("files", "both"):
        found["var_manifest.json"] = _var(dataset, plan, options, receipts)
    if options.genes in ("shards", "both"):
        found[MANIFEST] = _shards(dataset, plan, options, receipts)
    edges = None
    if dataset.graph is not None:
        facts = receipts["edges"].facts
        edges = facts["edges"]
        found["connectivity_manifest.json"] = _connectivity(dataset, options, edges, facts["most"])
    found[IDENTITY] = _identity(dataset, plan, options, edges, folder)
    return found


def _tuple(options: Options, number: int, *rest: Any) -> list[Any]:
    return [number, *rest] if options.naming == "index" else list(rest)


def _place(options: Options) -> str:
    return "{index}" if options.naming == "index" else "{key}"


def _ours(fields: tuple[Field, ...]) -> dict[str, Any]:
    """What a reader that knows us shows instead of a key."""
    renamed = {field.key: field.name for field in fields if field.key != field.name}
    return {"_fumehood": {"names": renamed}} if renamed else {}


def _obs(dataset: Dataset, plan: Plan, options: Options, receipts: Mapping[str, Receipt]) -> dict[str, Any]:
    continuous, categorical = [], []
    for number, field in enumerate(plan.columns):
        column, facts = dataset.columns[field.index], receipts[f"column {number}"].facts
        low_high = [] if options.column_bits == 32 else facts["range"]
        if column.kind == "continuous":
            continuous.append(_tuple(options, number, field.key, *low_high))
            continue
        categories = list(column.categories)
        stored, missing = ("uint8", 255) if len(categories) <= 254 else ("uint16", 65_535)
        categorical.append(
            _tuple(options, number, field.key, categories, stored, missing, facts["centroids"], *low_high)
        )
    place, bits, latent = _place(options), options.column_bits, dataset.latent()
    last = kind(32 if bits == 32 else 8)
    short = ending(32 if bits == 32 else 8)
    schemas: dict[str, Any] = {}
    if continuous:
        schemas["continuous"] = {
            "pathPattern": f"obs/{place}.values.{ending(bits)}{options.suffix}",
            **_quantised(bits),
        }
    if categorical:
        schemas["categorical"] = {
            "codesPathPattern": f"obs/{place}.codes.{{ext}}{options.suffix}",
            "outlierPathPattern": f"obs/{place}.outliers.{short}{options.suffix}",
            "outlierExt": short,
            "outlierDtype": last,
            "outlierQuantized": bits != 32,
        }
    return {
        "_format": FORMAT,
        "n_points": dataset.n_cells,
        "centroid_outlier_quantile": QUANTILE,
        "latent_key": None if latent is None else latent.key,
        "compression": options.gzip or None,
        "_obsSchemas": schemas,
        "_continuousFields": continuous,
        "_categoricalFields": categorical,
        **_ours(plan.columns),
    }


def _quantised(bits: Any) -> dict[str, Any]:
    said = {"ext": ending(bits), "dtype": kind(bits), "quantized": bits != 32}
    return said if bits == 32 else said | {"quantizationBits": bits}


def _var(dataset: Dataset, plan: Plan, options: Options, receipts: Mapping[str, Receipt]) -> dict[str, Any]:
    ranges = _ranges(plan, receipts)
    fields = [
        _tuple(options, number, field.key, *(() if options.gene_bits == 32 else ranges[number]))
        for number, field in enumerate(plan.genes)
    ]
    return {
        "_format": FORMAT,
        "n_points": dataset.n_cells,
        "var_gene_id_column": "index",
        "compression": options.gzip or None,
        "quantization": None if options.gene_bits == 32 else options.gene_bits,
        "_varSchema": {
            "kind": "continuous",
            "pathPattern": f"var/{_place(options)}.values.{ending(options.gene_bits)}{options.suffix}",
            **_quantised(options.gene_bits),
        },
        "fields": fields,
        **_ours(plan.genes),
    }


def _gene_steps(plan: Plan) -> list[str]:
    return [step.id for step in plan.steps if step.kind == "genes"]


def _ranges(plan: Plan, receipts: Mapping[str, Receipt]) -> list[Any]:
    return [one for step in _gene_steps(plan) for one in receipts[step].facts["ranges"]]


def _shards(dataset: Dataset, plan: Plan, options: Options, receipts: Mapping[str, Receipt]) -> dict[str, Any]:
    return {
        "format": "fumehood_genes",
        "version": 1,
        "n_cells": dataset.n_cells,
        "bits": options.gene_bits,
        "compression": "gzip",
        "names": [field.name for field in plan.genes],
        "ranges": _ranges(plan, receipts),
        "shards": [receipts[step].facts["shard"] for step in _gene_steps(plan)],
    }


def _connectivity(dataset: Dataset, options: Options, edges: int, most: int) -> dict[str, Any]:
    stored = index_type(dataset.n_cells)
    return {
        "format": "edge_pairs",
        "n_cells": dataset.n_cells,
        "n_edges": edges,
        "max_neighbors": most,
        "index_bytes": 2 if stored == "uint16" else 4,
        "index_dtype": stored,
        "sourcesPath": f"connectivity/edges.src.bin{options.suffix}",
        "destinationsPath": f"connectivity/edges.dst.bin{options.suffix}",
        "compression": options.gzip or None,
    }


def _identity(dataset: Dataset, plan: Plan, options: Options, edges: int | None, folder: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for field in plan.columns:
        column = dataset.columns[field.index]
        entry: dict[str, Any] = {"key": field.key, "kind": column.kind}
        if column.kind == "category":
            entry["n_categories"] = len(column.categories)
        fields.append(entry)
    categorical = sum(1 for field in fields if field["kind"] == "category")
    name = options.name or dataset.name or folder
    said: dict[str, Any] = {
        "version": 2,
        "id": options.id or safe_name(dataset.id or folder),
        "name": name,
        "description": options.description,
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cellucid_data_version": f"fumehood {__version__}",
        "stats": {
            "n_cells": dataset.n_cells,
            "n_genes": len(plan.genes),
            "n_obs_fields": len(fields),
            "n_categorical_fields": categorical,
            "n_continuous_fields": len(fields) - categorical,
            "has_connectivity": edges is not None,
            "n_edges": edges,
        },
        "embeddings": {
            "available_dimensions": list(plan.dimensions),
            "default_dimension": max(plan.dimensions),
            "files": {f"{number}d": f"points_{number}d.bin{options.suffix}" for number in plan.dimensions},
        },
        "obs_fields": fields,
        "export_settings": {
            "compression": options.gzip or None,
            "var_quantization": None if options.gene_bits == 32 else options.gene_bits,
            "obs_continuous_quantization": None if options.column_bits == 32 else options.column_bits,
            "obs_categorical_dtype": "auto",
        },
        "_fumehood": {"cells": f"cells.json{options.suffix}", "fingerprint": _fingerprint(dataset)},
    }
    source = {"name": options.source, "url": options.url, "citation": options.citation}
    if any(source.values()):
        said["source"] = {key: value for key, value in source.items() if value}
    if vectors := _vectors(dataset, plan, options):
        default = "velocity_umap" if "velocity_umap" in vectors else min(vectors)
        said["vector_fields"] = {"default_field": default, "fields": vectors}
    return said


def _fingerprint(dataset: Dataset) -> dict[str, str]:
    found = dataset.fingerprint()
    return {"cells": found.cells, "genes": found.genes}


def _vectors(dataset: Dataset, plan: Plan, options: Options) -> dict[str, Any]:
    written = {(step.key, step.start): step.stem for step in plan.steps if step.kind == "vector"}
    found: dict[str, Any] = {}
    for field in dataset.vectors:
        files = {
            f"{number}d": f"vectors/{written[field.id, number]}.bin{options.suffix}"
            for number in field.dimensions
            if (field.id, number) in written
        }
        if files:
            dimensions = [int(name[0]) for name in files]
            found[field.id] = {
                "label": field.label,
                "available_dimensions": dimensions,
                "default_dimension": max(dimensions),
                "files": files,
                "basis": field.basis,
            }
    return found
