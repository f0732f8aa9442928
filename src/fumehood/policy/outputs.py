"""A policy of outputs as the header of their page (design, section 6).

The sealed page that shows outputs is constant; the Content-Security-Policy that it comes with is the policy. It is
opaque by this header also where nobody puts it into a sandboxed frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fumehood.policy.levers import STRANGER, Levers
from fumehood.policy.places import Hosts

SANDBOX: Final = "allow-scripts allow-forms"
"""What the shell's frames say too; never same-origin, top-navigation, popups, modals, downloads or pointer-lock."""


@dataclass(frozen=True, slots=True)
class OutputPolicy:
    blobs: str
    """The blob server's exact origin: of this machine's addresses the only one that an output may reach."""
    levers: Levers = STRANGER

    @property
    def header(self) -> str:
        """The Content-Security-Policy, on one line."""
        levers = self.levers
        return "; ".join(
            (
                f"sandbox {SANDBOX}",
                "default-src 'none'",
                # Code in an output shares its window with our renderer in any case; the wall is around the window.
                self._list("script-src 'unsafe-inline' 'unsafe-eval' blob:", levers.scripts),
                self._list("style-src 'unsafe-inline'", levers.styles),
                self._list("img-src data: blob:", levers.images),
                self._list("font-src data:", levers.fonts),
                self._list("media-src data: blob:", levers.media),
                self._list("connect-src data: blob:", levers.connect),
                "worker-src blob:" if levers.workers else "worker-src 'none'",
                "frame-src 'none'",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'none'",
                # The gateway's port is anybody's guess; the page is constant, and sealed whoever frames it.
                "frame-ancestors http://127.0.0.1:*",
            )
        )

    def _list(self, always: str, hosts: Hosts) -> str:
        return " ".join((always, self.blobs, *hosts.sources))
