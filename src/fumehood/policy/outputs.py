"""What an output may reach, by value (design, section 6).

The sealed page that shows outputs is constant; the Content-Security-Policy that it comes with is the policy. This one
is the strictest, and so far the only one: the blob server, and nothing else. The page is opaque by this header also
where nobody puts it into a sandboxed frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SANDBOX: Final = "allow-scripts allow-downloads allow-forms allow-pointer-lock"
"""What the shell's frames say too; never same-origin, top-navigation, popups or modals."""


@dataclass(frozen=True, slots=True)
class OutputPolicy:
    blobs: str
    """The blob server's exact origin: the only place that an output may reach."""

    @property
    def header(self) -> str:
        """The Content-Security-Policy, on one line."""
        return "; ".join(
            (
                f"sandbox {SANDBOX}",
                "default-src 'none'",
                # Code in an output shares its window with our renderer in any case; the wall is around the window.
                f"script-src 'unsafe-inline' 'unsafe-eval' blob: {self.blobs}",
                f"style-src 'unsafe-inline' {self.blobs}",
                f"img-src data: blob: {self.blobs}",
                f"font-src data: {self.blobs}",
                f"media-src data: blob: {self.blobs}",
                f"connect-src data: blob: {self.blobs}",
                "worker-src blob:",
                "frame-src 'none'",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'none'",
                # The gateway's port is anybody's guess; the page is constant, and sealed whoever frames it.
                "frame-ancestors http://127.0.0.1:*",
            )
        )
