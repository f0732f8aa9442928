"""What libraries choose by looking around, chosen for this page: they know other notebooks by name and take this one
for an unknown place, where charts are HTML that loads its scripts from the network.

This file runs in the user's kernel: its text is part of the one silent request there (`settle`). It may use what every
Python since 3.8 has. It imports no library: it waits for the user to do so, and asks nothing of any other import than
its name. It must never fail, and never change what somebody chose: only a library's own default is replaced, once, at
the end of its import, before a line of the user's can say otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def altair(module: ModuleType) -> None:
    """Its default is HTML that fetches Vega; the guest has Vega.

    Version 6 calls its data `….v6.json`, a type that is not JSON by its name, neither here nor elsewhere.
    """
    for name, display in list(sys.modules.items()):
        mime = getattr(display, "VEGALITE_MIME_TYPE", "") if name.startswith("altair.vegalite.") else ""
        if mime.endswith(".json"):
            display.VEGALITE_MIME_TYPE = mime[: -len(".json")] + "+json"  # type: ignore[attr-defined]
    for registry in (module.renderers, module.vega.renderers if hasattr(module, "vega") else None):
        if registry is not None and registry.active == "default":
            registry.enable("mimetype")


def plotly(module: ModuleType) -> None:
    """Before version 6 its default writes the library into the notebook, beside each figure's data."""
    if module.renderers.default == "plotly_mimetype+notebook":
        module.renderers.default = "plotly_mimetype"


CHOICES: dict[str, Callable[[ModuleType], None]] = {
    "altair": altair,
    "plotly.io._renderers": plotly,
}


class AtTheEnd:
    """A module's own loader, and a choice behind it. Everything else is the loader's."""

    def __init__(self, loader: Any, choose: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._choose = choose

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        module.__loader__ = self._loader
        if spec is not None:
            spec.loader = self._loader
        self._loader.exec_module(module)
        quietly(self._choose, module)


class Finder:
    """Stands before all other finders, for the few names above, once each."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        choose = CHOICES.get(name)
        if choose is None:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = AtTheEnd(spec.loader, choose)  # type: ignore[assignment]
                return spec
        return None


def quietly(choose: Callable[[ModuleType], None], module: ModuleType) -> None:
    try:
        choose(module)
    except Exception:  # noqa: BLE001, S110 - of another version than known here: its own default stays
        pass


def install() -> None:
    for name, choose in CHOICES.items():
        if name in sys.modules:
            quietly(choose, sys.modules[name])
    sys.meta_path.insert(0, Finder())
