"""What a transaction touched."""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Map, Text

from fumehood.document.watch import ALL, Watch


def test_every_kind_of_change_is_told_apart() -> None:
    doc: Doc[Any] = Doc()
    cells: Map[Any] = doc.get("cells", type=Map)
    metadata: Map[Any] = doc.get("metadata", type=Map)
    watch = Watch()
    cells.observe_deep(watch.cells)
    metadata.observe_deep(watch.notebook)
    doc.observe(watch.update)
    cells["a"] = Map({"source": Text("x"), "metadata": Map({}), "type": "code"})
    assert watch.replaced == {"a": {ALL}} and watch.inside == {} and len(watch.take()) == 1
    with doc.transaction():
        cells["a"]["type"] = "raw"
        cells["a"]["source"].insert(1, "yz")
        cells["a"]["metadata"]["k"] = 1
        metadata["t"] = 1
    assert watch.replaced == {"a": {"type"}} and watch.inside == {"a": {"source", "metadata"}}
    assert watch.touched() == {"a": {"type", "source", "metadata"}}
    assert watch.inserted == ["yz"] and watch.metadata and not watch.foreign
    assert len(watch.take()) == 1 and not watch.touched() and not watch.metadata
    cells["a"]["odd"] = Map({"deep": Map({})})
    cells["a"]["odd"]["deep"]["x"] = 1
    assert watch.foreign
    del cells["a"]
    assert watch.replaced["a"] == {"odd", ALL}
