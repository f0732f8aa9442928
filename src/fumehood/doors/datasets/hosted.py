"""A viewer's page from elsewhere: exactly the bytes whose hash the user gave, fetched once, kept for this user alone.

The address ends in `#sha256-HEX`, the hash of `manifest.json` beside the page, and the manifest has the hash of every
file: who owns that web site, or its network, can give other bytes, but not have them shown. What is kept is compared
again whenever it is used, so that it works without a network and a file that was changed meanwhile does not.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec

from fumehood.core import limits
from fumehood.core.errors import AssetsMissing, BadSetting, HostedPageRefused, HostedPageUnreachable
from fumehood.core.paths import private_folder
from fumehood.doors.datasets.page import MANIFEST, Manifest, Page, check

_PIN: Final = re.compile(r"sha256-([0-9a-f]{64})\Z", re.ASCII)
_FILE: Final = re.compile(r"(?:assets/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}\Z", re.ASCII)

Fetch = Callable[[str, int], Awaitable[bytes]]
"""(address, most bytes)"""


def hosted_page(url: str, cache: Path, fetch: Fetch | None = None) -> Page:
    """Raises `BadSetting`, `HostedPageRefused`, `HostedPageUnreachable`, `PlaceUnsafe`."""
    parts = urlsplit(url)
    pin = _PIN.match(parts.fragment)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or pin is None:
        raise BadSetting(
            "The address of a page must be https://…#sha256-HEX, with the hash of its manifest.json.",
            hint="Whoever publishes the page tells the hash.",
        )
    base = url.partition("#")[0]
    private_folder(cache.parent)
    place = private_folder(cache) / pin[1]
    if place.is_dir():
        return _kept(place, pin[1])
    asyncio.run(_fetch_all(base if base.endswith("/") else f"{base}/", pin[1], place, fetch or _over_https))
    return _kept(place, pin[1])


def clear(cache: Path) -> int:
    """Removes what is kept; how many pages that were."""
    found = list(cache.iterdir()) if cache.is_dir() and not cache.is_symlink() else []
    for one in found:
        shutil.rmtree(one, ignore_errors=True)
    return len(found)


def _kept(place: Path, pin: str) -> Page:
    try:
        manifest = _manifest((place / MANIFEST).read_bytes(), pin)
        return check(manifest, lambda name: (place / name).read_bytes(), str(place))
    except (OSError, AssetsMissing, HostedPageRefused) as error:
        raise HostedPageRefused(
            "The page that is kept was changed.", hint="`fumehood.clear_web_cache()` removes it."
        ) from error


def _manifest(data: bytes, pin: str) -> Manifest:
    if hashlib.sha256(data).hexdigest() != pin:
        raise HostedPageRefused("The page's manifest is not the one with that hash.")
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise HostedPageRefused("The page's manifest cannot be read.") from error
    if len(manifest.files) > limits.VIEW_FILES or not all(_FILE.match(name) for name in manifest.files):
        raise HostedPageRefused("The page's manifest names files that a page does not have.")
    return manifest


async def _fetch_all(base: str, pin: str, place: Path, fetch: Fetch) -> None:
    listed = await fetch(urljoin(base, MANIFEST), limits.VIEW_MANIFEST)
    manifest = _manifest(listed, pin)
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        (aside / "assets").mkdir(mode=0o700)
        left = limits.ASSETS_BYTES
        for name, digest in manifest.files.items():
            data = await fetch(urljoin(base, name), left)
            left -= len(data)
            if hashlib.sha256(data).hexdigest() != digest:
                raise HostedPageRefused(f"{name} of the page is not the file with the hash in its manifest.")
            (aside / name).write_bytes(data)
        (aside / MANIFEST).write_bytes(listed)
        try:
            aside.rename(place)
        except OSError:
            if not place.is_dir():  # somebody of ours was faster
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


async def _over_https(url: str, most: int) -> bytes:
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=limits.VIEW_FETCH_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as client,
            client.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise HostedPageUnreachable(f"{urlsplit(url).hostname} answered {answer.status}.")
            data = b""
            while part := await answer.content.readany():
                data += part
                if len(data) > most:
                    raise HostedPageRefused("The page has more bytes than a page may have.")
            return data
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise HostedPageUnreachable(f"{urlsplit(url).hostname} cannot be reached.") from error
