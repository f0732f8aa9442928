"""A package index of a test's own on 127.0.0.1: wheels and source distributions made for the purpose, every request
counted. The build of a source distribution writes a marker file, so that a test sees whether anybody's code ran.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_TIME = (2026, 1, 2, 3, 4, 6)


def wheel(
    name: str, version: str = "1.0", code: str = "", needs: Iterable[str] = (), extra: dict[str, bytes] | None = None
) -> tuple[str, bytes]:
    """A pure wheel with one module of the same name; its file name and bytes."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.2\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {one}\n" for one in needs)
    files = {
        f"{module}.py": code.encode(),
        **(extra or {}),
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(body)},{len(body)}\n" for path, body in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for path, body in files.items():
            pack.writestr(zipfile.ZipInfo(path, _TIME), body)
    return f"{module}-{version}-py3-none-any.whl", out.getvalue()


def _digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


_BACKEND = """\
import pathlib, sys
pathlib.Path({marker!r}).write_text("ran")
from {tool} import made

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name, body = made({name!r}, {version!r})
    pathlib.Path(folder, name).write_bytes(body)
    return name

def get_requires_for_build_wheel(config_settings=None):
    return []
"""

#: What the test's source distributions are built with: this module's own `wheel`, as a package.
TOOL = "tiny-backend"


def tool() -> tuple[str, bytes]:
    source = Path(__file__).read_text("utf-8")
    return wheel(TOOL, code=f"{source}\n\ndef made(name, version):\n    return wheel(name, version, 'built = True')\n")


def sdist(name: str, marker: Path, version: str = "1.0", needs: Iterable[str] = ()) -> tuple[str, bytes]:
    """A source distribution whose build writes `marker`; its file name and bytes."""
    module = name.replace("-", "_")
    backend = _BACKEND.format(marker=str(marker), tool=TOOL.replace("-", "_"), name=name, version=version)
    project = f'[build-system]\nrequires = ["{TOOL}"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    setup = f"import pathlib; pathlib.Path({str(marker)!r}).write_text('ran')\n"
    metadata = f"Metadata-Version: 2.2\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {one}\n" for one in needs)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        files = {"PKG-INFO": metadata, "pyproject.toml": project, "setup.py": setup, "backend.py": backend}
        for path, text in files.items():
            member = tarfile.TarInfo(f"{module}-{version}/{path}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return f"{module}-{version}.tar.gz", out.getvalue()


class Index:
    """Serves what was put into it, as JSON (PEP 691) or HTML (PEP 503)."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        """Paths, in the order in which they came."""
        self.files: dict[str, bytes] = {}
        self.elsewhere: dict[str, str] = {}
        """Files, by name, whose address is another one than ours."""
        self.html = False
        self.status: dict[str, str] = {}
        """Of projects (PEP 792); of one in quarantine no file is given out."""
        self.uploaded: dict[str, str | None] = {}
        """Of files, by name: another time than all have, or none."""
        self.publishers: dict[str, str] = {}
        """Of files, by name: the repository that attests to have published them (PEP 740)."""
        self.yanked: set[str] = set()
        self.redirects: dict[str, str] = {}
        """From a path to an address."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/simple"

    def put(self, *files: tuple[str, bytes]) -> None:
        self.files.update(files)

    def file_url(self, name: str) -> str:
        return self.elsewhere.get(name, f"http://{self.host}/files/{name}")

    def page(self, name: str) -> dict[str, object] | None:
        found = [one for one in self.files if _project(one) == name]
        if not found:
            return None
        files = [
            {
                "filename": one,
                "url": self.file_url(one),
                "hashes": {"sha256": hashlib.sha256(self.files[one]).hexdigest()},
                "size": len(self.files[one]),
                "core-metadata": False,
                "requires-python": None,
                **({"upload-time": when} if (when := self.uploaded.get(one, "2026-01-02T03:04:05.678901Z")) else {}),
                "yanked": "it was a mistake" if one in self.yanked else False,
                "provenance": f"http://{self.host}/provenance/{one}" if one in self.publishers else None,
            }
            for one in found
            if self.status.get(name) != "quarantined"
        ]
        said = {"status": self.status[name], "reason": None} if name in self.status else {}
        versions = sorted({_version(one) for one in found})
        status = {"project-status": said} if said else {}
        meta = {"api-version": "1.4", "_last-serial": 1}
        return {"meta": meta, "name": name, "versions": versions, "files": files, **status}

    @property
    def fetched(self) -> list[str]:
        """Names of files whose bytes were asked for."""
        return [path.rsplit("/", 1)[-1] for path in self.requests if path.startswith("/files/")]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _version(file: str) -> str:
    return file.removesuffix(".tar.gz").split("-")[1]


def _project(file: str) -> str:
    stem = file.removesuffix(".tar.gz").removesuffix(".whl")
    return stem.split("-")[0].replace("_", "-").lower()


@contextmanager
def index(*, kernel: bool = True) -> Iterator[Index]:
    """`kernel`: it has an empty package that is called ipykernel, for plans that nobody runs."""
    made = Index()
    if kernel:
        made.put(wheel("ipykernel", "7.0"))
    try:
        yield made
    finally:
        made.close()


def _handler(served: Index) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.requests.append(self.path)
            parts = [part for part in self.path.split("?")[0].split("/") if part]
            if self.path in served.redirects:
                self.send_response(302)
                self.send_header("Location", served.redirects[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif len(parts) == 2 and parts[0] == "simple" and (page := served.page(parts[1])) is not None:
                if served.html:
                    self._say(_as_html(page), "text/html")
                else:
                    self._say(json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json")
            elif len(parts) == 2 and parts[0] == "provenance" and parts[1] in served.publishers:
                publisher = {"claims": None, "environment": None, "kind": "GitHub"}
                publisher |= {"repository": served.publishers[parts[1]], "workflow": "x.yml"}
                said = {"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": []}]}
                self._say(json.dumps(said).encode(), "application/vnd.pypi.integrity.v1+json")
            elif len(parts) == 2 and parts[0] == "files" and parts[1] in served.files:
                self._say(served.files[parts[1]], "application/octet-stream")
            else:
                self._say(b"", "text/plain", 404)

        do_HEAD = do_GET

        def _say(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _as_html(page: dict[str, object]) -> bytes:
    files = page["files"]
    assert isinstance(files, list)
    links = "".join(f'<a href="{one["url"]}#sha256={one["hashes"]["sha256"]}">{one["filename"]}</a>' for one in files)
    status = page.get("project-status")
    meta = f'<meta name="pypi:project-status" content="{status["status"]}">' if isinstance(status, dict) else ""
    return f"<!DOCTYPE html><html><head>{meta}</head><body>{links}</body></html>".encode()
