"""The datasets that a server shows: where each one's resources lie, and what is told of it. Pure.

One dataset lies at the root, with its id before it if the client likes; several lie in folders of their own, as
cellucid has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded

if TYPE_CHECKING:
    from fumehood.datasets.resource import Table


@dataclass(frozen=True)
class Shown:
    table: Table
    kind: str
    """`exported` or `anndata`."""
    format: str = ""
    """Of an AnnData: `h5ad`, `zarr`, `in-memory`."""
    folder: str = ""
    """Where it lies among several; empty: at the root."""

    @property
    def path(self) -> str:
        return f"/{self.folder}/" if self.folder else "/"


class Catalogue:
    def __init__(self, shown: Sequence[Shown]) -> None:
        if len(shown) > limits.VIEW_FOLDER:
            raise LimitExceeded(f"A folder may have {limits.VIEW_FOLDER} datasets.")
        self.shown = tuple(shown)
        self._folders: Mapping[str, Shown] = {one.folder: one for one in shown if one.folder}
        self._root = next((one for one in shown if not one.folder), None)

    def place(self, name: str) -> tuple[Shown, str] | None:
        """The dataset that a decoded path, without its first slash, lies in, and the rest of the path."""
        if self._root is not None:
            return self._root, name.removeprefix(f"{self._root.table.id}/")
        folder, _, rest = name.partition("/")
        one = self._folders.get(folder)
        return None if one is None or not rest else (one, rest)

    def named(self, folder: str) -> Shown | None:
        """The dataset in a folder; with "" the one at the root, or the only one."""
        if folder:
            return self._folders.get(folder)
        return self._root or (self.shown[0] if len(self.shown) == 1 else None)

    def listed(self) -> dict[str, Any]:
        return {"datasets": [{"id": one.table.id, "path": one.path, "name": one.table.name} for one in self.shown]}

    def health(self, version: str) -> dict[str, Any]:
        one = self._root
        if one is None or one.kind == "exported":
            return {"status": "ok", "type": "exported", "version": version}
        return {
            "status": "ok",
            "type": "anndata",
            "version": version,
            "format": one.format,
            "is_backed": one.format != "in-memory",
            "n_cells": one.table.n_cells,
            "n_genes": one.table.n_genes,
        }

    def info(self, version: str, host: str, port: int) -> dict[str, Any]:
        one = self._root
        if one is None or one.kind == "exported":
            return {"version": version, "host": host, "port": port, "mode": "standalone"}
        return {
            "version": version,
            "type": "anndata",
            "format": one.format,
            "host": host,
            "port": port,
            "n_cells": one.table.n_cells,
            "n_genes": one.table.n_genes,
            "is_backed": one.format != "in-memory",
        }
