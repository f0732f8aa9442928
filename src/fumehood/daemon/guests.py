"""The sealed page and its scripts, as plugins of the blob server (design, section 6).

The page's name is the hash of its bytes and of the policy that it comes with, so that whoever knows the name knows
what the page may do. The other files have their hash in their names from the build. Reads the folder once, when the
daemon starts; what is no plain file with a harmless name is left out.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Final

from fumehood.core import limits
from fumehood.core.errors import HoodError
from fumehood.core.ids import blob_hash
from fumehood.core.logs import note
from fumehood.doors.blobs import Plugin
from fumehood.policy.outputs import OutputPolicy
from fumehood.store.atomic import read_regular

_log = logging.getLogger("fumehood.daemon")

PAGE: Final = "guest.html"
# For exported notebooks; no page asks for it.
CATALOGUE: Final = "plugins.json"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\Z", re.ASCII)
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wasm": "application/wasm",
}


class Guests:
    def __init__(self) -> None:
        self.plugins: dict[str, Plugin] = {}
        """What the blob server serves by name."""
        self._page = b""
        self._pages: dict[str, None] = {}
        """Names of the pages that are served, the one that was asked for longest ago first."""

    def load(self, folder: Path) -> None:
        """Blocks. A file that cannot be read is left out: notebooks are safe without pages."""
        for file in sorted(folder.iterdir()) if folder.is_dir() else []:
            if file.name == CATALOGUE or not _NAME.match(file.name) or file.is_symlink() or not file.is_file():
                continue
            try:
                body = read_regular(file, limits.PLUGIN_BYTES)
            except HoodError as error:
                note(_log, "guest.unreadable", level=logging.ERROR, code=error.code, reason=error.message)
                continue
            if file.name == PAGE:
                self._page = body
            else:
                self.plugins[file.name] = Plugin(body, _TYPES.get(file.suffix, "application/octet-stream"))

    def page(self, policy: OutputPolicy) -> str:
        """The path on the blob server of the sealed page under this policy; empty where no page was built."""
        if not self._page:
            return ""
        name = f"guest-{blob_hash(self._page + policy.header.encode())}"
        if name not in self.plugins:
            self.plugins[name] = Plugin(self._page, "text/html; charset=utf-8", policy.header)
        self._pages.pop(name, None)
        self._pages[name] = None
        if len(self._pages) > limits.GUEST_POLICIES:
            oldest = next(iter(self._pages))
            del self._pages[oldest], self.plugins[oldest]
        return f"/plugins/{name}"
