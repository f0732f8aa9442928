"""Sessions as another program writes them: from the description of format 1 alone, with nothing of ours."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

MAGIC = b"CELLUCID_SESSION\n"


class Part(NamedTuple):
    """A chunk. `meta` changes what the manifest says of it; `length` what stands in front of it."""

    id: str
    content: bytes
    kind: str = "binary"
    codec: str = "gzip"
    meta: dict[str, Any] = {}
    length: int | None = None


def uvarint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def cells(indices: Iterable[int]) -> bytes:
    out, last = b"", 0
    listed = list(indices)
    for index in listed:
        out += uvarint(index - last)
        last = index
    return uvarint(len(listed)) + out


def raw_codes(codes: list[int]) -> bytes:
    if max(codes, default=0) < 256:
        return b"\0" + uvarint(len(codes)) + bytes(codes)
    return b"\1" + uvarint(len(codes)) + struct.pack(f"<{len(codes)}H", *codes)


def run_codes(runs: list[tuple[int, int]], length: int | None = None) -> bytes:
    total = sum(run for _, run in runs) if length is None else length
    return b"\2" + uvarint(total) + uvarint(len(runs)) + b"".join(uvarint(v) + uvarint(r) for v, r in runs)


def as_json(id: str, value: Any, **more: Any) -> Part:
    return Part(id, json.dumps(value).encode(), "json", **more)


def group(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "type": "lasso", "label": f"label of {id}", "enabled": True, "cellCount": 1, **more}


def page(id: str, *groups: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "name": f"Page {id}", "color": "#ff0000", "highlightedGroups": list(groups)}


def meta(*pages: dict[str, Any]) -> Part:
    return as_json("highlights/meta", {"pages": list(pages), "activePageId": None, "activePageName": "x"})


def field(id: str, key: str, categories: list[Any], length: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "source": "obs",
        "kind": "category",
        "key": key,
        "categories": categories,
        "codesLength": length,
        "codesType": "Uint8Array",
        "isDeleted": False,
        "isPurged": False,
        **more,
    }


def overlays(*fields: dict[str, Any]) -> Part:
    return as_json("core/field-overlays", {"renames": {}, "deletedFields": [], "userDefinedFields": list(fields)})


def bundle(fingerprint: dict[str, Any] | None, *parts: Part, magic: bytes = MAGIC, **top: Any) -> bytes:
    stored = [gzip.compress(part.content, mtime=0) if part.codec == "gzip" else part.content for part in parts]
    entries = [
        {
            "id": part.id,
            "contributorId": part.id.partition("/")[0],
            "priority": "eager",
            "kind": part.kind,
            "codec": part.codec,
            "label": part.id,
            "datasetDependent": True,
            "storedBytes": len(data),
            "uncompressedBytes": len(part.content),
            **part.meta,
        }
        for part, data in zip(parts, stored, strict=True)
    ]
    manifest = {
        "createdAt": "2026-11-20T10:00:00.000Z",
        "dataSource": {"type": "remote", "url": "http://127.0.0.1:8765"},
        "datasetFingerprint": fingerprint,
        "summary": {"cells": 1},
        "chunks": entries,
        **top,
    }
    raw = json.dumps(manifest).encode()
    body = b"".join(
        struct.pack("<I", len(data) if part.length is None else part.length) + data
        for part, data in zip(parts, stored, strict=True)
    )
    return magic + struct.pack("<I", len(raw)) + raw + body


def fingerprint(cells: int, genes: int, id: str | None = "pbmc") -> dict[str, Any]:
    return {"sourceType": "anndata", "datasetId": id, "cellCount": cells, "varCount": genes}


def full(cell_count: int, genes: int) -> bytes:
    """With everything that cellucid's own reader looks at, and something that nobody here knows."""
    return bundle(
        fingerprint(cell_count, genes),
        meta(
            page("page_1", group("highlight_1"), group("highlight 2/é"), group("9th")),
            page("page_2", group("highlight_3", type="annotation", enabled=False)),
        ),
        overlays(
            field("user_1", "my labels", ["a", "b", "ü\u2028"], cell_count),
            field("user_2", "cell_type", ["x"], cell_count),
            field("user_3", "of genes", ["g", "h"], genes, source="var"),
            field("user_4", "gone", ["a"], cell_count, isDeleted=True),
            field("user_5", "many", [str(n) for n in range(300)], cell_count),
            field("user_6", "a number", [], cell_count, kind="continuous"),
        ),
        as_json("core/state", {"camera": {"position": [0, 0, 5]}, "liveDimensionLevel": 2}),
        Part("highlights/cells/highlight_1", cells(range(0, cell_count, 3))),
        Part("highlights/cells/highlight 2/é", cells([cell_count - 1]), codec="none"),
        Part("highlights/cells/9th", cells([])),
        Part("highlights/cells/highlight_3", cells(range(cell_count))),
        Part("user-defined/codes/user_1", raw_codes([n % 5 for n in range(cell_count)])),
        Part("user-defined/codes/user_2", run_codes([(0, cell_count - 2), (255, 2)])),
        Part("user-defined/codes/user_3", raw_codes([n % 2 for n in range(genes)])),
        Part("user-defined/codes/user_4", raw_codes([0] * cell_count)),
        Part("user-defined/codes/user_5", raw_codes([(n * 7) % 300 for n in range(cell_count)])),
        as_json("cinematic/camera", {"paths": [1, 2]}, meta={"contributorId": "other", "dependsOn": ["core/state"]}),
        Part("analysis/artifacts/7", bytes(range(256)), codec="brotli", kind="cbor"),
    )
