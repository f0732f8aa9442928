"""Widget packages bring their front ends: where a kernel opens a widget whose module the sealed page does not have, the
module's text goes with it, from the kernel's own environment.

In Jupyter it is a part of the server that hands out these files (`share/jupyter/nbextensions`), to a page of the same
origin. Here they travel as one more widget model, which the widgets of that module name: so they reach the frames that
show such a widget and no other, come from a remote or a sandboxed kernel just as well, and need no network.

This file runs in the user's kernel: its text is part of the one silent request there (`settle`). It may use what every
environment with ipykernel has, on Python 3.8 as well. It must never fail, and never keep a widget from being opened.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

TARGET = "jupyter.widget"
KEY = "_front_ends"
"""In a widget's state: module to the model that holds its text."""
MODULE = "fumehood"
HERE = frozenset(("@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output", "anywidget", MODULE))
"""What the sealed page has itself."""
LARGEST = 32 << 20
_NAME = re.compile(r"(?:@[\w.-]+/)?[\w-][\w.-]*\Z")
_NEEDS = re.compile(rb"\bdefine\((?:\s*['\"][^'\"]*['\"]\s*,)?\s*\[([^\]]{0,2000})\]")


def text_of(module: str, beside: str = "") -> bytes | None:
    """Of the front end that the package has installed for the classic notebook, in the form of one AMD module.

    `beside`: the module that needs it, which may have it in its own folder.
    """
    from jupyter_core.paths import jupyter_path

    if not _NAME.match(module):
        return None
    for folder in jupyter_path("nbextensions"):
        last = module.rpartition("/")[2]
        for name in (f"{module}/index.js", f"{last}/index.js", *([f"{beside}/{last}.js"] if beside else ())):
            file = Path(folder, name)
            if file.is_file() and file.stat().st_size <= LARGEST:
                return file.read_bytes()
    return None


def needs_of(text: bytes) -> list[str]:
    """The modules that it asks for."""
    found = _NEEDS.search(text)
    return re.findall(r"['\"]([^'\"]+)['\"]", found[1].decode("utf-8", "replace")) if found else []


class FrontEnds:
    def __init__(self, make: Any) -> None:
        self._make = make
        self._models: dict[str, Any] = {}
        """Module to the comm that holds its text, or None where there is none."""

    def named(self, modules: Any, beside: str = "") -> dict[str, str]:
        """Module to the model of it, of those that the sealed page does not have."""
        found = {}
        for module in modules:
            if not isinstance(module, str) or module in HERE:
                continue
            if module not in self._models:
                self._models[module] = None  # two that need each other
                self._models[module] = self._opened(module, beside)
            if self._models[module] is not None:
                found[module] = "IPY_MODEL_" + self._models[module].comm_id
        return found

    def _opened(self, module: str, beside: str) -> Any:
        text = text_of(module, beside)
        if text is None:
            return None
        state = {
            "_model_module": MODULE,
            "_model_name": "FrontEnd",
            "_model_module_version": "1.0.0",
            "name": module,
            KEY: self.named(needs_of(text), module),
        }
        data = {"state": state, "buffer_paths": [["text"]]}
        return self._make(target_name=TARGET, data=data, buffers=[text], metadata={"version": "2.1.0"})

    def create_comm(self, *args: Any, **given: Any) -> Any:
        try:
            data = given.get("data")
            if given.get("target_name") == TARGET and data and "state" in data:
                state = data["state"]
                named = self.named((state.get("_model_module"), state.get("_view_module")))
                if named:
                    given = {**given, "data": {**data, "state": {**state, KEY: named}}}
        except Exception:  # noqa: BLE001, S110 - the widget is opened as ever, and shown as its text
            pass
        return self._make(*args, **given)


def install() -> None:
    import comm

    comm.create_comm = FrontEnds(comm.create_comm).create_comm
