"""A reader's copy of a room's widgets: the same document, which only the daemon's updates change. No I/O."""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Map

from fumehood.document.widgets import Model, model_of


class WidgetReplica:
    def __init__(self) -> None:
        self._doc: Doc[Any] = Doc()
        self._models: Map[Any] = self._doc.get("models", type=Map)

    def apply(self, update: bytes) -> None:
        """Takes a trusted update: the daemon's."""
        self._doc.apply_update(update)

    def state_vector(self) -> bytes:
        return self._doc.get_state()

    def models(self) -> dict[str, Model]:
        """Comm id to model."""
        with self._doc.transaction():
            return {comm: model_of(self._models[comm]) for comm in self._models.keys()}  # noqa: SIM118  # a pycrdt map is not iterable to mypy
