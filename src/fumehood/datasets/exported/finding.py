"""Which folders are exports. Looks at names only; who opens one checks what is in it."""

from __future__ import annotations

from pathlib import Path

from fumehood.core.limits import VIEW_FOLDER


def is_export(path: Path) -> bool:
    """A folder, not a link, with the two manifests that every generation has."""
    needed = (path / "dataset_identity.json", path / "obs_manifest.json")
    return path.is_dir() and all(place.is_file() and not place.is_symlink() for place in needed)


def exports_in(path: Path) -> list[Path]:
    """The exports that lie immediately in `path`, by name; hidden folders and links are passed by."""
    found = []
    for place in sorted(path.iterdir()):
        if not place.name.startswith(".") and not place.is_symlink() and is_export(place):
            found.append(place)
        if len(found) > VIEW_FOLDER:
            break
    return found
