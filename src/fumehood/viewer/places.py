"""Where a viewer can be shown: what is around the running code. Looks only at what is imported already."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Literal

Place = Literal["marimo", "jupyter"]


def front_end() -> Place | None:
    """What would show a widget here. `jupyter`: whatever speaks to an IPython kernel."""
    if (found := sys.modules.get("marimo")) is not None and found.running_in_notebook():
        return "marimo"
    if (found := sys.modules.get("IPython")) is not None:
        shell = found.get_ipython()
        if shell is not None and hasattr(shell, "kernel"):
            return "jupyter"
    return None


def display() -> Callable[[object], object] | None:
    """How something is shown in the running cell; None where nothing would show it."""
    place = front_end()
    if place == "marimo":
        show: Callable[[object], object] = sys.modules["marimo"].output.append
        return show
    if place == "jupyter":
        from IPython.display import display as shown

        return shown
    return None


def jupyter_proxy() -> str:
    """Where a hub shows this Jupyter server to browsers, if a jupyter-server-proxy beside it can reach ports of
    this machine; empty where there is none. Reads no credential."""
    public = os.environ.get("JUPYTERHUB_PUBLIC_URL", "")
    found = importlib.util.find_spec("jupyter_server_proxy") is not None
    return public if found and public.startswith(("http://", "https://")) else ""
