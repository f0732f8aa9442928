"""The viewer's page as bytes: the one that was built into the package, or what says that there is none.

All files are read once, at the start, and held against the manifest of hashes that the build wrote: what a request
names is looked up in a table and never becomes a file name, and a file that was changed afterwards is not served.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from fumehood.core import limits
from fumehood.core.errors import AssetsMissing
from fumehood.doors.files import TYPES

MANIFEST: Final = "manifest.json"
INDEX: Final = "index.html"
_NAME: Final = re.compile(r"assets/([A-Za-z0-9._-]{1,200})\Z", re.ASCII)
_PLACEHOLDER: Final = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>fumehood</title></head>
<body><h1>The viewer's page was not built</h1>
<p>The data is served. Say <code>make setup</code> in a checkout, or install a released wheel, to see it here.</p>
</body>
</html>
"""


class Asset(NamedTuple):
    body: bytes
    content_type: str
    tag: str


class Page(NamedTuple):
    start: bytes
    assets: Mapping[str, Asset]
    """By name, as it stands behind `/assets/`."""


PLACEHOLDER: Final = Page(_PLACEHOLDER, {})


class Manifest(msgspec.Struct, frozen=True):
    """Of a built page: SHA-256 in hexadecimal of each file, by its path."""

    files: dict[str, str]


def load(folder: Path) -> Page:
    """From the folder with the built page; what says so where there is none. Raises `AssetsMissing` where the files
    are not those of the manifest."""
    try:
        listed = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        return PLACEHOLDER
    except OSError as error:
        raise AssetsMissing(f"The viewer's page in {folder} cannot be read.") from error
    try:
        manifest = msgspec.json.decode(listed, type=Manifest)
    except msgspec.MsgspecError as error:
        raise AssetsMissing(f"{folder / MANIFEST} is not a manifest.") from error
    return check(manifest, lambda name: (folder / name).read_bytes(), str(folder))


def check(manifest: Manifest, read: object, where: str) -> Page:
    """Every file that the manifest names, read and compared. Raises `AssetsMissing`."""
    assert callable(read)
    index: bytes | None = None
    assets: dict[str, Asset] = {}
    left = limits.ASSETS_BYTES
    for name, digest in manifest.files.items():
        found = _NAME.match(name)
        if name != INDEX and (found is None or Path(name).suffix not in TYPES):
            continue
        try:
            body: bytes = read(name)
        except OSError as error:
            raise AssetsMissing(f"The viewer's page in {where} is not whole: {name} cannot be read.") from error
        left -= len(body)
        if left < 0:
            raise AssetsMissing(f"The viewer's page in {where} has more than {limits.ASSETS_BYTES} bytes.")
        if hashlib.sha256(body).hexdigest() != digest:
            raise AssetsMissing(f"{name} of the viewer's page in {where} was changed.", hint="Install fumehood anew.")
        if found is None:
            index = body
        else:
            assets[found[1]] = Asset(body, TYPES[Path(name).suffix], f'"{digest}"')
    if index is None:
        raise AssetsMissing(f"The viewer's page in {where} has no {INDEX}.")
    return Page(index, assets)
