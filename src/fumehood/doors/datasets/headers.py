"""What every answer of the dataset server carries, and the policy of the page. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from fumehood.core.errors import BadSetting
from fumehood.doors.gateway.pages import NOTHING, PERMISSIONS

EVERYWHERE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "fumehood",
}
SEALED: Final = {**EVERYWHERE, "Content-Security-Policy": NOTHING, "X-Frame-Options": "DENY"}
"""Of everything that is not the page: shown on its own, it can do nothing."""
VARY: Final = "Accept-Encoding"
FRESH: Final = "private, no-cache"
"""May be kept by the user's own browser, which asks whether it still holds: an export may be made anew."""

_ANCESTOR: Final = re.compile(r"(https?://[A-Za-z0-9.\[\]:-]+(:\*)?|vscode-webview:|'self')\Z", re.ASCII)


def check_ancestors(ancestors: Sequence[str]) -> None:
    """Raises `BadSetting`: whatever else stood there would become part of a header."""
    for one in ancestors:
        if not _ANCESTOR.match(one):
            raise BadSetting("A page that may embed the viewer is named by its origin.")


def page_headers(ancestors: Sequence[str]) -> dict[str, str]:
    """`ancestors`: origins of the pages that may hold the viewer in a frame."""
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "require-trusted-types-for 'script'",
            "trusted-types fumehood-templates",
            "base-uri 'none'",
            "form-action 'none'",
            "object-src 'none'",
            f"frame-ancestors {' '.join(ancestors) or chr(39) + 'none' + chr(39)}",
        )
    )
    headers = {
        **EVERYWHERE,
        "Content-Security-Policy": policy,
        "Permissions-Policy": PERMISSIONS,
        "Cache-Control": "no-store",
        "Content-Type": "text/html; charset=utf-8",
    }
    if not ancestors:
        headers |= {"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"}
    return headers
