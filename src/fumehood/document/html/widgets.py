"""Saved widgets for the frames of the exported file: for each view the models that it shows and that these name."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fumehood.document.widgets import MIME, VIEW

_NAMES: Final = ("model_name", "model_module", "model_module_version")
_NAMED: Final = re.compile(r"(?:IPY_MODEL_|anywidget:)(.{1,200})", re.DOTALL)
# What the sealed page draws by itself. The front ends of others are in a kernel's environment.
_OURS: Final = ("@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output", "anywidget")


class Saved:
    def __init__(self, widgets: Mapping[str, Any] | None) -> None:
        body = (widgets or {}).get(MIME)
        state = body.get("state") if isinstance(body, Mapping) else None
        self._models: Mapping[str, Any] = state if isinstance(state, Mapping) else {}

    def shown_by(self, view: Any) -> list[dict[str, Any]]:
        """As the bridge tells a frame of models. Empty where one is not here, or somebody else's code would draw it."""
        found: dict[str, dict[str, Any]] = {}
        waiting = [model_of(view)]
        while waiting:
            id_ = waiting.pop()
            if id_ in found:
                continue
            model = self._models.get(id_) if id_ is not None else None
            if not isinstance(model, Mapping) or not isinstance(model.get("state"), Mapping):
                return []
            if id_ is None or model.get("model_module") not in _OURS:
                return []
            state = {**{f"_{key}": model[key] for key in _NAMES if isinstance(model.get(key), str)}, **model["state"]}
            found[id_] = {"id": id_, "state": state, "buffers": list(_buffers(model.get("buffers")))}
            waiting.extend(_named(state))
        return list(found.values())


def model_of(view: Any) -> str | None:
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except ValueError:
            return None
    id_ = view.get("model_id") if isinstance(view, Mapping) else None
    return id_ if isinstance(id_, str) else None


def _named(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if named := _NAMED.fullmatch(one):
                yield named[1]
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
            if VIEW in one and (id_ := model_of(one[VIEW])) is not None:
                yield id_
        elif isinstance(one, list):
            waiting.extend(one)


def _buffers(saved: Any) -> Iterator[dict[str, Any]]:
    for one in saved if isinstance(saved, list) else ():
        if (
            not isinstance(one, Mapping)
            or not isinstance(one.get("data"), str)
            or not isinstance(one.get("path"), list)
        ):
            continue
        try:
            data = base64.b64decode(one["data"]) if one.get("encoding") == "base64" else bytes.fromhex(one["data"])
        except (binascii.Error, ValueError):
            continue
        yield {"path": one["path"], "data": base64.b64encode(data).decode("ascii")}
