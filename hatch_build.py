"""Builds the pages into the package before a wheel or an sdist is made, and by itself for `make`.

Nothing is built where the assets are of these very sources, which their stamp says. So an sdist and a wheel, which
carry both, are installed without Node.js; a checkout needs it once. An editable installation builds nothing: `make`
does. Must never fetch Node.js itself, nor leave a stamp beside assets of other sources.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
HELP = "Install Node.js 20.19 or newer with npm, say `make setup` (which brings its own), or install a released wheel."


class NotBuilt(Exception):
    """Why there are no pages."""


def digest(web: Path) -> str:
    """Of the names and bytes of what the pages are made from."""
    files = [web / "package.json", web / "package-lock.json"]
    for folder, folders, names in os.walk(web / "packages"):
        folders[:] = [name for name in folders if name != "node_modules"]
        files += [Path(folder, name) for name in names if not name.endswith(".test.ts")]
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(f"{file.relative_to(web).as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def ensure(root: Path) -> bool:
    """Whether something had to be built. Raises NotBuilt."""
    web, assets = root / "web", root / "src" / "fumehood" / "assets"
    stamp = assets / "stamp"
    wanted = digest(web)
    if stamp.is_file() and stamp.read_text("ascii") == wanted and not wrong_manifest(assets / "viewer"):
        return False
    stamp.unlink(missing_ok=True)
    _npm(web)
    for page in (
        assets / "shell" / "index.html",
        assets / "guest" / "guest.html",
        assets / "viewer" / "index.html",
        assets / "viewer" / "widget.js",
        assets / "viewer" / "loader.js",
    ):
        if not page.is_file():
            raise NotBuilt(f"The build of the pages made no {page.relative_to(root)}.")
    if problem := wrong_manifest(assets / "viewer"):
        raise NotBuilt(problem)
    stamp.write_text(wanted, "ascii")
    return True


def wrong_manifest(folder: Path) -> str:
    """Why `manifest.json` has not exactly the files of the folder with their SHA-256, or "". Servers of the viewer's
    page serve what it names and nothing else, and only unchanged.
    """
    found = {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and file.name != "manifest.json"
    }
    try:
        said = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
        wrong = sorted(name for name in {*found, *said} if found.get(name) != said.get(name))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "The build of the viewer made no manifest of its files."
    return f"The manifest of the viewer's page is not of its files: {', '.join(wrong)}." if wrong else ""


def _npm(web: Path) -> None:
    own = web.parent / ".node" / "bin"
    path = f"{own}{os.pathsep}{os.environ.get('PATH', '')}" if own.is_dir() else os.environ.get("PATH", "")
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise NotBuilt(f"The pages must be built, and npm is not installed. {HELP}")
    installed, lock = web / "node_modules" / ".package-lock.json", web / "package-lock.json"
    steps = [["run", "build"]]
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        steps.insert(0, ["ci", "--ignore-scripts", "--no-fund", "--no-audit"])
    for step in steps:
        # What it prints is for a person; a build's standard output may be read by a program.
        done = subprocess.run([npm, *step], cwd=web, env={**os.environ, "PATH": path}, stdout=sys.stderr)
        if done.returncode:
            raise NotBuilt(f"`npm {' '.join(step)}` failed in web/. {HELP}")


class AssetsHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            ensure(Path(self.root))


if __name__ == "__main__":
    try:
        ensure(ROOT)
    except NotBuilt as error:
        sys.exit(str(error))
