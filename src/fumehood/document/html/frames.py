"""Sealed frames of the exported file, and the policy of it and them (docs/decisions/0020).

A frame by `srcdoc` inherits the policy of the file, so what its scripts need the file's policy has to let: scripts that
carry this export's nonce, which no notebook could know when it was written. The frame says the policy once more itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from fumehood.document.html.carried import Carried
from fumehood.document.html.markup import Constant, Element, element, render
from fumehood.document.html.pieces import Piece
from fumehood.document.html.plugins import CORE

SANDBOX: Final = "allow-scripts"
# A nonce lets a script be loaded from any host. A second policy, which holds beside the first, lets it from none.
NO_HOSTS: Final = "script-src 'unsafe-inline' 'unsafe-eval' blob:"
_HERE: Final = Path(__file__).parent
DNS: Final = element("meta", http_equiv="x-dns-prefetch-control", content="off")


def policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            # Blobs are made by code that runs already. No `data:`: markup could name one.
            f"script-src 'nonce-{nonce}' 'unsafe-eval' blob:",
            "style-src 'unsafe-inline' blob:",
            "img-src data: blob:",
            "font-src data: blob:",
            "media-src data: blob:",
            "worker-src blob:",
            "connect-src 'none'",
            # The leash: a frame goes nowhere.
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def head(nonce: str) -> tuple[Element, ...]:
    return (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy(nonce)),
        element("meta", http_equiv="Content-Security-Policy", content=NO_HOSTS),
        element("meta", name="referrer", content="no-referrer"),
        DNS,
    )


def ours(name: str) -> str:
    """A style sheet or a script of this package."""
    return (_HERE / name).read_text("utf-8")


def script(nonce: str, name: str) -> Element:
    return element("script", Constant(ours(name).replace("/* files.js */", ours("files.js").strip())), nonce=nonce)


def data(id_: str, value: Any) -> Element:
    # In a script element nothing ends it but `</script`, and nothing changes its kind but `<!--`.
    harmless = json.dumps(value).replace("<", "\\u003c")
    return element("script", Constant(harmless), type="application/json", id=id_)


def frame(pieces: Sequence[Piece], carried: Carried, label: str) -> Element:
    nonce = carried.nonce
    page = "".join(
        (
            "<!DOCTYPE html>",
            *render(
                (
                    *head(nonce),
                    element("style", Constant(ours("frame.css"))),
                    data("data", _shown(pieces, carried)),
                    element("div", id="outputs"),
                    script(nonce, "frame.js"),
                )
            ),
        )
    )
    return element(
        "iframe",
        sandbox=SANDBOX,
        srcdoc=page,
        loading="lazy",
        referrerpolicy="no-referrer",
        title=label,
        class_="frame",
    )


def _shown(pieces: Sequence[Piece], carried: Carried) -> dict[str, Any]:
    needed = carried.take({plugin for piece in pieces for plugin in piece.plugins})
    if needed is None:
        return {"pieces": [piece.plain() for piece in pieces]}
    models = {model["id"]: model for piece in pieces for model in piece.models}
    return {
        **needed.said(),
        "core": CORE,
        "outputs": [piece.output(str(number)) for number, piece in enumerate(pieces)],
        "models": list(models.values()),
    }
