"""The page's constant bytes, and the policy that it comes with.

All files are read once, at the start: what a request names is looked up in a table and never becomes a file name, and
a page that loads its parts late gets those it was built with, also after fumehood was installed anew beside it. They
hold no data of the user and need no credential. The policy is built for each request of the page, because it names the
blob server's address of that moment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from fumehood.core import limits
from fumehood.core.errors import AssetsMissing
from fumehood.doors.files import TYPES
from fumehood.doors.guards import LOOPBACK, parse_origin

_NAMED: Final = re.compile(rb'"/assets/([A-Za-z0-9._-]{1,200})"')
"""What the page loads at once."""
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,200}\Z", re.ASCII)

EVERYWHERE: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Server": "fumehood",
}
NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""The policy of everything that is not the page, refusals too: shown on its own, it can do nothing."""
_FEATURES: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "identity-credentials-get", "idle-detection", "magnetometer", "microphone", "midi", "otp-credentials", "payment",
    "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS: Final = ", ".join(f"{feature}=()" for feature in _FEATURES)
"""Neither the page nor a frame in it has one of these. Clipboard and full screen stay: copying and videos need them."""
FOREVER: Final = "private, max-age=31536000, immutable"


class Asset(NamedTuple):
    body: bytes
    content_type: str


class Assets(NamedTuple):
    page: bytes
    files: Mapping[str, Asset]
    """By name, as it stands behind `/assets/`."""


def load(folder: Path) -> Assets:
    """From the folder that holds `shell/`. Raises `AssetsMissing`."""
    shell = folder / "shell"
    try:
        index = (shell / "index.html").read_bytes()
        places = sorted(place for place in (shell / "assets").iterdir() if _NAME.match(place.name))
        if len(index) + sum(place.stat().st_size for place in places) > limits.ASSETS_BYTES:
            raise AssetsMissing(f"The built page in {shell} has more than {limits.ASSETS_BYTES} bytes.")
        files = {
            place.name: Asset(place.read_bytes(), TYPES[place.suffix])
            for place in places
            if place.suffix in TYPES and place.is_file()
        }
    except OSError as error:
        raise AssetsMissing(f"The page was not built: {shell} cannot be read.") from error
    # A folder that is being built anew holds the one before the other, and such a page would stay empty for ever.
    if missing := {name.decode() for name in _NAMED.findall(index)} - files.keys():
        raise AssetsMissing(f"The page in {shell} is not whole: {min(missing)} is missing.")
    return Assets(page=index, files=files)


def policy(host: str, blobs: str) -> str:
    """The page's Content-Security-Policy. `host` is ours, `127.0.0.1:PORT`; `blobs` the blob server's address."""
    origin = parse_origin(blobs)
    # Whatever else stood here would become part of a header.
    outputs = f" {blobs}" if origin is not None and origin.scheme == "http" and origin.host == LOOPBACK else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data:{outputs}",
            "font-src 'self'",
            f"connect-src 'self' ws://{host}{outputs}",
            f"frame-src{outputs}" if outputs else "frame-src 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types fumehood-templates",
            "base-uri 'none'",
            "form-action 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


def page_headers(host: str, blobs: str) -> dict[str, str]:
    return {
        **EVERYWHERE,
        "Content-Security-Policy": policy(host, blobs),
        "Permissions-Policy": PERMISSIONS,
        "Cache-Control": "no-store",
    }


def other_headers(cache: str = "no-store") -> dict[str, str]:
    return {**EVERYWHERE, "Content-Security-Policy": NOTHING, "Cache-Control": cache}
