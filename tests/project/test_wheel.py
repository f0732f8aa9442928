"""A wheel and an sdist carry the built pages and need no Node.js; a checkout that has none says what it needs."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import site
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIEWER = ("index.html", "loader.js", "widget.js")
MANIFEST = json.dumps({"files": {name: hashlib.sha256(b"built\n").hexdigest() for name in VIEWER}})
PAGES = {
    "shell/index.html": "<!doctype html>",
    "shell/assets/index-AbC123_x.js": "1",
    "guest/guest.html": "<p>",
    **{f"viewer/{name}": "built\n" for name in VIEWER},
    "viewer/manifest.json": MANIFEST,
}
NPM = f"""#!/bin/sh
echo "npm $*" >> "$CALLS"
[ "$1" = run ] || exit 0
cd ../src/fumehood
mkdir -p assets/shell assets/guest assets/viewer
for page in shell/index.html guest/guest.html {" ".join(f"viewer/{name}" for name in VIEWER)}; do
  echo built > assets/$page
done
echo '{MANIFEST}' > assets/viewer/manifest.json
"""


def tracked() -> list[str]:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True)
    return [name for name in done.stdout.decode().split("\0") if name]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is in git and matters to a build, without anything that was built."""
    made = tmp_path / "checkout"
    wanted = re.compile(r"(src/|web/packages/|web/package|[^/]+$)")
    for name in filter(wanted.match, tracked()):
        if (ROOT / name).is_file():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, made / name)
    return made


def in_checkout(checkout: Path, *argv: str, tools: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A Python program in the checkout, with no Node.js anywhere; `tools` is a folder on the PATH."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("FUMEHOOD", "PYTHON"))}
    env |= {"PATH": f"{tools}:/bin" if tools else "/nowhere", "CALLS": str(checkout / "calls")}
    return subprocess.run([sys.executable, *argv], cwd=checkout, env=env, capture_output=True, text=True, timeout=120)


def build(checkout: Path, target: str, out: Path, tools: Path | None = None) -> subprocess.CompletedProcess[str]:
    return in_checkout(checkout, "-m", "hatchling", "build", "-t", target, "-d", str(out), tools=tools)


def lay_out(checkout: Path) -> None:
    """Pages as a build would have left them."""
    assets = checkout / "src" / "fumehood" / "assets"
    for name, text in PAGES.items():
        (assets / name).parent.mkdir(parents=True, exist_ok=True)
        (assets / name).write_text(text)
    stamped = "import hatch_build as h; print(h.digest(h.ROOT / 'web'), end='')"
    (assets / "stamp").write_text(in_checkout(checkout, "-c", stamped).stdout)


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    """A folder with an npm that writes down what it is told."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "npm").write_text(NPM)
    (tools / "npm").chmod(0o755)
    return tools


def test_a_wheel_is_made_from_an_sdist_without_node(checkout: Path, tmp_path: Path) -> None:
    lay_out(checkout)
    done = build(checkout, "sdist", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    (sdist,) = (tmp_path / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    done = build(unpacked, "wheel", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"fumehood/assets/{name}" for name in [*PAGES, "stamp"]} <= set(names)
    assert "fumehood/trust/lookalikes/names.bin" in names
    assert not [name for name in names if name.startswith(("web/", "tests/", "hatch_build"))]


def test_without_node_a_checkout_says_what_it_needs(checkout: Path, tmp_path: Path) -> None:
    done = build(checkout, "wheel", tmp_path / "dist")
    assert done.returncode != 0
    assert "Node.js 20.19" in done.stderr and "npm" in done.stderr
    assert not list((tmp_path / "dist").glob("*"))


def test_a_viewer_whose_manifest_is_not_of_its_files_is_not_packed(checkout: Path, tmp_path: Path, npm: Path) -> None:
    words = "echo more > assets/viewer/more.js\n"
    (npm / "npm").write_text(NPM + words)
    done = build(checkout, "wheel", tmp_path / "dist", tools=npm)
    assert done.returncode != 0 and "not of its files: more.js" in done.stderr
    assert not (checkout / "src" / "fumehood" / "assets" / "stamp").exists()


def test_pages_of_other_sources_are_not_packed(checkout: Path, tmp_path: Path) -> None:
    lay_out(checkout)
    (checkout / "web" / "packages" / "shell" / "index.html").write_text("<!doctype html><title>changed</title>")
    assert "Node.js" in build(checkout, "wheel", tmp_path / "dist").stderr
    assert not (checkout / "src" / "fumehood" / "assets" / "stamp").exists()


def test_a_checkout_with_npm_builds_once(checkout: Path, tmp_path: Path, npm: Path) -> None:
    for _ in range(2):
        done = build(checkout, "wheel", tmp_path / "dist", npm)
        assert done.returncode == 0, done.stderr
    calls = (checkout / "calls").read_text().splitlines()
    assert calls == ["npm ci --ignore-scripts --no-fund --no-audit", "npm run build"]
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert zipfile.ZipFile(wheel).read("fumehood/assets/shell/index.html") == b"built\n"


def test_a_build_that_fails_leaves_no_stamp(checkout: Path, tmp_path: Path, npm: Path) -> None:
    lay_out(checkout)
    (checkout / "web" / "packages" / "shell" / "index.html").write_text("<!doctype html><title>changed</title>")
    (npm / "npm").write_text("#!/bin/sh\n[ $1 = ci ] || exit 3\n")
    done = build(checkout, "wheel", tmp_path / "dist", npm)
    assert done.returncode != 0 and "`npm run build` failed" in done.stderr
    assert not (checkout / "src" / "fumehood" / "assets" / "stamp").exists()


def test_an_editable_installation_builds_nothing(checkout: Path, npm: Path, tmp_path: Path) -> None:
    editable = "import hatchling.build as b; b.build_editable('..')"
    done = in_checkout(checkout, "-c", editable, tools=npm)
    assert done.returncode == 0, done.stderr
    assert not (checkout / "calls").exists()


@pytest.mark.all
@pytest.mark.timeout(300)
def test_an_installed_wheel_has_the_pages_that_were_built_here(checkout: Path, tmp_path: Path) -> None:
    """The pages of this very tree, which `make test` has built."""
    built = ROOT / "src" / "fumehood" / "assets"
    shutil.copytree(built, checkout / "src" / "fumehood" / "assets")
    assert build(checkout, "wheel", tmp_path / "dist").returncode == 0, "say `make assets`"
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    python = str(tmp_path / "venv" / "bin" / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True)
    code = "from fumehood.core import assets; print(assets.folder()); import fumehood.cli.main"
    env = {"PATH": "/nowhere", "PYTHONPATH": site.getsitepackages()[0], "HOME": str(tmp_path)}
    done = subprocess.run([python, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert folder.is_relative_to(tmp_path / "venv")
    page = (folder / "shell" / "index.html").read_text()
    asked = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert asked and all((folder / "shell" / name.lstrip("/")).is_file() for name in asked)
    assert [name for name in asked if not re.search(r"-[\w-]{8,}\.\w+$", name)] == [], "names hold a hash"
    assert (folder / "guest" / "guest.html").is_file()
    said = json.loads((folder / "viewer" / "manifest.json").read_text())["files"]
    there = {one.relative_to(folder / "viewer").as_posix() for one in (folder / "viewer").rglob("*") if one.is_file()}
    assert there == {*said, "manifest.json"}
    for name, digest in said.items():
        assert hashlib.sha256((folder / "viewer" / name).read_bytes()).hexdigest() == digest
