"""What an index says beyond what `uv` tells, and files that only we read: fetched through the same gate as uv's.

Used for packages that have no wheel: which source distributions there are, and one of them, with the hash that the
index gave. Blocking; called in a thread. An index's page is hostile text, in JSON (PEP 691) or HTML (PEP 503).
"""

from __future__ import annotations

import base64
import hashlib
import html.parser
import http.client
import io
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from fumehood.core import limits
from fumehood.core.errors import EnvironmentFailed, LimitExceeded, PlanImpossible
from fumehood.environments import locks
from fumehood.environments.egress import place_of
from fumehood.protocol.trust import Package

_ACCEPT: Final = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
_SECONDS: Final = 60.0
_CHUNK: Final = 256 * limits.KIB


class Way(NamedTuple):
    """How a host is reached."""

    proxy: str
    credentials: Mapping[str, str]

    def read(self, url: str, limit: int) -> tuple[bytes, str]:
        """The body and its content type. Raises EnvironmentFailed, LimitExceeded."""
        body = io.BytesIO()
        kind = self.copy(url, body, limit)
        return body.getvalue(), kind

    def copy(self, url: str, target: BinaryIO, limit: int) -> str:
        """Writes the body into `target`; its content type. Raises as `read`, and OSError of `target`."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise EnvironmentFailed(f"{url[:200]} is not an address of the web.")
        request = urllib.request.Request(url, headers={"Accept": _ACCEPT, "User-Agent": "fumehood"})  # noqa: S310
        if pair := self.credentials.get(place_of(url)):
            request.add_header("Authorization", f"Basic {base64.b64encode(unquote(pair).encode()).decode()}")
        try:
            with _opener(self.proxy).open(request, timeout=_SECONDS) as answer:
                left = limit
                while chunk := answer.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise LimitExceeded(f"{parts.hostname} sent more than {limit} bytes.")
                    target.write(chunk)
                kind: str = answer.headers.get_content_type()
                return kind
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise EnvironmentFailed(f"{parts.hostname} did not give what was asked: {error}.") from error


def _opener(proxy: str) -> urllib.request.OpenerDirector:
    """HTTP and HTTPS through the gate and in no other way: the usual opener knows FTP and files, which a redirect may
    name, and goes past a proxy where `NO_PROXY` says so."""
    opener = urllib.request.OpenerDirector()
    handlers: tuple[urllib.request.BaseHandler, ...] = (
        _Through(proxy),
        _Redirects(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    )
    for handler in handlers:
        opener.add_handler(handler)
    return opener


class _Through(urllib.request.BaseHandler):
    handler_order = 100

    def __init__(self, proxy: str) -> None:
        parts = urlsplit(proxy)
        self._place = f"{parts.hostname}:{parts.port}"
        pair = f"{parts.username}:{parts.password}"
        self._word = f"Basic {base64.b64encode(pair.encode()).decode()}"

    def http_open(self, request: urllib.request.Request) -> None:
        """Changes the request's way and leaves the rest to the next handler, after `Host` was set."""
        request.add_header("Proxy-authorization", self._word)
        request.set_proxy(self._place, "http")

    https_open = http_open


class _Redirects(urllib.request.HTTPRedirectHandler):
    """To another host without the credentials; the gate bars it, if it is not accepted."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        new = super().redirect_request(req, fp, code, msg, headers, newurl)
        if new is not None and place_of(newurl) != place_of(req.full_url):
            new.remove_header("Authorization")
        return new


class File(msgspec.Struct, rename="kebab"):
    url: str
    hashes: dict[str, str] = {}
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str = False
    provenance: str | None = None
    """PEP 740: where its attestations are."""


class Page(msgspec.Struct, rename="kebab"):
    files: list[File] = []
    project_status: dict[str, str | None] = {}
    """PEP 792: `status`, and maybe a `reason`."""


class _Anchors(html.parser.HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.files: list[File] = []
        self.status: str | None = None
        self._base = base

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "meta" and found.get("name") == "pypi:project-status":
            self.status = found.get("content")
        if tag == "a" and (href := found.get("href")):
            url, _, fragment = href.partition("#")
            kind, _, value = fragment.partition("=")
            self.files.append(
                File(url=urljoin(self._base, url), hashes={kind: value} if value else {}, yanked="data-yanked" in found)
            )


def page_of(name: str, indexes: tuple[str, ...], way: Way) -> tuple[str, Page] | None:
    """What the first index that has the name says of it, and where it says so. Raises EnvironmentFailed."""
    for index in indexes:
        address = f"{index.rstrip('/')}/{name}/"
        if urlsplit(address).scheme == "file":
            continue
        try:
            body, kind = way.read(address, limits.INDEX_PAGE)
        except EnvironmentFailed as error:
            if isinstance(error.__cause__, urllib.error.HTTPError) and error.__cause__.code == 404:
                continue
            raise
        return address, _read(address, body, kind)
    return None


def source_of(name: str, wanted: SpecifierSet, indexes: tuple[str, ...], way: Way) -> Package:
    """The newest source distribution, of the first index that has the name. Raises PlanImpossible."""
    if (there := page_of(name, indexes, way)) is None:
        raise PlanImpossible(f"{name} is on no index.")
    address, page = there
    found = [
        (version, file)
        for file in page.files
        if not file.yanked and (version := locks.sdist_version(file.url, name)) is not None
    ]
    allowed = set(wanted.filter(version for version, _ in found))
    fitting = [(version, file) for version, file in found if version in allowed]
    if not fitting:
        raise PlanImpossible(f"No version of {name} that is wanted has a wheel for this machine, or its sources.")
    version, file = max(fitting, key=lambda pair: pair[0])
    return _package(name, version, address, file)


def _package(name: str, version: Version, page: str, file: File) -> Package:
    described = {"url": urljoin(page, file.url), "hashes": file.hashes, "size": file.size}
    package = locks.of_file(name, str(version), described, build=True)
    return msgspec.structs.replace(package, uploaded=(file.upload_time or "")[:40])


def _read(address: str, body: bytes, kind: str) -> Page:
    if kind.endswith("+json"):
        try:
            return msgspec.json.decode(body, type=Page)
        except msgspec.MsgspecError as error:
            raise EnvironmentFailed(f"The page of {urlsplit(address).hostname} cannot be read.") from error
    parser = _Anchors(address)
    parser.feed(body.decode("utf-8", "replace"))
    return Page(files=parser.files, project_status={"status": parser.status})


def save(package: Package, folder: Path, way: Way) -> Path:
    """The file of `package`, in `folder`, under its own name. Raises EnvironmentFailed where the hash is another."""
    name = locks.file_name(package.url)
    if "/" in name or name in ("", ".", ".."):
        raise EnvironmentFailed(f"The file of {package.name} has no usable name.")
    place = folder / name
    with place.open("wb+") as file:
        way.copy(package.url, file, limits.SDIST_BYTES)
        file.seek(0)
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if f"sha256:{found}" != package.hash:
        raise EnvironmentFailed(f"The file of {package.name} is not the one that the index named.")
    return place
