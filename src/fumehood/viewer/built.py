"""The viewer's page as it was built: its loader, and its module with the hash by which a window knows it.

Both must be what the build's manifest says, as everything that a server of the page serves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fumehood.core import assets
from fumehood.core.errors import AssetsMissing
from fumehood.doors.datasets.page import MANIFEST, Manifest


@dataclass(frozen=True)
class Built:
    loader: str
    module: bytes
    digest: str


def built() -> Built:
    """Raises `AssetsMissing`."""
    folder = assets.folder() / "viewer"
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        loader, _ = _file(folder, "loader.js", manifest)
        module, digest = _file(folder, "widget.js", manifest)
        return Built(loader.decode(), module, digest)
    except OSError as error:
        raise AssetsMissing(f"The viewer's page was not built: {folder} has none.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AssetsMissing(f"The viewer's page in {folder} is damaged.", hint="Install fumehood anew.") from error


def _file(folder: Path, name: str, manifest: Manifest) -> tuple[bytes, str]:
    data = (folder / name).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if manifest.files.get(name) != digest:
        raise AssetsMissing(f"{name} of the viewer's page in {folder} was changed.", hint="Install fumehood anew.")
    return data, digest
