"""fumehood: notebooks that are safe to open, with a single-cell data viewer inside.

Importing this package loads nothing else; what it offers is loaded when it is named. `fumehood.client` is for programs.
"""

from typing import Any

__version__ = "0.1.0"

_OFFERED = {
    "export": "datasets.export.api",
    "Session": "datasets.sessions.session",
    "SessionWarning": "datasets.sessions.session",
    "Viewer": "viewer.viewer",
    "add_transition_drift_to_obsm": "datasets.drift",
    "compute_transition_drift": "datasets.drift",
    "clear_web_cache": "viewer.caching",
    "serve": "viewer.showing",
    "show": "viewer.showing",
}
"""What is named `fumehood.X`, by our module that has it. (Names, not imports: this package is below everything.)"""


def __getattr__(name: str) -> Any:
    if name not in _OFFERED:
        raise AttributeError(f"module 'fumehood' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"fumehood.{_OFFERED[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_OFFERED})
