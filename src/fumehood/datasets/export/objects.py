"""Object stores: where an export can be written, and where a dataset can come from.

An object is there whole or not at all, but nothing can be renamed. So files have their names at once, and what makes
them an export, `dataset_identity.json`, is written last; of an older export it is removed first. What only the steps
need lies under `.hoodexport/`, which is gone at the end. A dataset is copied to this machine before it is opened: what
makes opening safe looks at files. Who may read and write is decided by the store and the keys in
the environment, of which nothing is stored or said here.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import shutil
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fumehood.core.errors import (
    BadSetting,
    DatasetReachesOut,
    ExportBusy,
    ExportExists,
    FileMissing,
    ScaleMissing,
    StorageFailed,
)
from fumehood.datasets.export.places import ASIDE, FILES, IDENTITY, Receipt

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_RANGE: Final = 16 << 20
_AT_ONCE: Final = 8
_SPARE: Final = 64 << 20


def opened(url: str, options: Mapping[str, str]) -> tuple[ObjectStore, str]:
    """The store of an address (its bucket) and the path within. Raises `BadSetting`, `ScaleMissing`."""
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError as error:
        raise ScaleMissing("Object stores need the package obstore.") from error
    scheme, _, rest = url.partition("://")
    bucket, _, path = rest.partition("/")
    if not bucket or not path.strip("/"):
        raise BadSetting(f"{url} names no bucket with a path in it.", hint="s3://BUCKET/PATH")
    clients = {"allow_http": True} if options.get("endpoint", "").startswith("http://") else None
    config: Any = dict(options)
    try:
        return from_url(f"{scheme}://{bucket}", config=config, client_options=clients), path.strip("/")  # type: ignore[arg-type]
    except (BaseError, ValueError, TypeError) as error:
        raise BadSetting(f"{url} cannot be reached so: {error}") from error


class Objects:
    """A prefix as a `Place`."""

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self._store, self._prefix = opened(url, options)
        self._url = url
        self._name = uuid.uuid4().hex

    @contextlib.contextmanager
    def held(self, digest: str | None, replace: bool) -> Iterator[bool]:
        if self._get(IDENTITY) is not None and not replace:
            raise ExportExists(f"{self._url} is there already.")
        holder = self._get(f".{ASIDE}/holder")
        again = digest is not None and self._get(f".{ASIDE}/digest") == digest.encode()
        if not again:
            self._remove(f".{ASIDE}/")
        if replace:
            self._remove("" if not again else IDENTITY)
        if digest is not None:
            self._put(f".{ASIDE}/digest", digest.encode())
        self._put(f".{ASIDE}/holder", self._name.encode())
        yield again and holder is not None

    def free(self) -> int | None:
        return None

    def finish(self, replace: bool) -> None:
        self._remove(f".{ASIDE}/")

    def put(self, path: str, data: bytes | memoryview) -> None:
        self._put(self._place(path), data)

    def read(self, path: str, start: int, stop: int) -> bytes:
        if start == stop:
            return b""
        import obstore

        with told(self._url):
            return bytes(obstore.get_range(self._store, self._full(self._place(path)), start=start, end=stop))

    def receipts(self) -> dict[str, Receipt]:
        sizes = dict(self._list(""))
        found = {}
        for path in sizes:
            if not path.startswith(f".{ASIDE}/receipts/"):
                continue
            receipt = msgspec.json.decode(self._get(path) or b"null", type=Receipt)
            if all(sizes.get(self._place(one.path)) == one.size for one in receipt.files):
                found[receipt.step] = receipt
        return found

    def done(self, receipt: Receipt) -> None:
        holder = self._get(f".{ASIDE}/holder")
        if holder != self._name.encode():
            raise ExportBusy(f"Another program has begun to export to {self._url}.")
        name = receipt.step.replace(" ", "-")
        self._put(f".{ASIDE}/receipts/{name}", msgspec.json.encode(receipt))

    def drop_scratch(self) -> None:
        self._remove(f".{ASIDE}/scratch/")

    def _place(self, path: str) -> str:
        return path.removeprefix(FILES) if path.startswith(FILES) else f".{ASIDE}/{path}"

    def _full(self, path: str) -> str:
        return f"{self._prefix}/{path}"

    def _put(self, path: str, data: bytes | memoryview) -> None:
        import obstore

        with told(self._url):
            obstore.put(self._store, self._full(path), bytes(data))

    def _get(self, path: str) -> bytes | None:
        import obstore

        with told(self._url):
            try:
                return bytes(obstore.get(self._store, self._full(path)).bytes())
            except FileNotFoundError:
                return None

    def _list(self, prefix: str) -> Iterator[tuple[str, int]]:
        import obstore

        with told(self._url):
            for page in obstore.list(self._store, prefix=self._full(prefix)):
                for one in page:
                    yield str(one["path"]).removeprefix(f"{self._prefix}/"), int(one["size"])

    def _remove(self, prefix: str) -> None:
        import obstore

        paths = [self._full(path) for path, _ in self._list(prefix)]
        first = self._full(IDENTITY)
        with told(self._url):
            for part in ([first] if first in paths else [], [path for path in paths if path != first]):
                if part:
                    obstore.delete(self._store, part)


@contextlib.contextmanager
def told(url: str) -> Iterator[None]:
    """What the store says, as our error; `FileNotFoundError` inside is the caller's where it asks for it."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError as error:
        raise StorageFailed(f"An object below {url} has gone.") from error
    except (BaseError, OSError) as error:
        raise StorageFailed(
            f"{url}: {_short(error)}", hint="Check the address and the keys. The same command goes on."
        ) from error


def _short(error: BaseException) -> str:
    """The first line: the others have requests and their headers."""
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__


class Source:
    """A dataset in an object store: an h5ad object, or a zarr group, whose objects share a prefix."""

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        """Raises `FileMissing`, `StorageFailed`."""
        import obstore

        self._store, self._path = opened(url, options)
        self._url = url
        self.name = self._path.rpartition("/")[2]
        with told(url):
            try:
                found = [obstore.head(self._store, self._path)]
            except FileNotFoundError:
                found = [one for page in obstore.list(self._store, prefix=self._path) for one in page]
        self._objects = [(str(one["path"]), int(one["size"]), str(one["e_tag"])) for one in found]
        if not self._objects:
            raise FileMissing(f"There is no {url}.")
        self.size = sum(size for _, size, _ in self._objects)
        self.stamp = hashlib.sha256(msgspec.json.encode((url, sorted(self._objects)))).hexdigest()

    def fetch(self, folder: Path) -> Path:
        """A copy in `folder`. Raises `StorageFailed`, and `DatasetReachesOut` for a name that leads out of it."""
        free = shutil.disk_usage(folder).free
        if free < self.size + _SPARE:
            raise StorageFailed(
                f"{self._url} has {self.size / 1e9:.1f} GB; {free / 1e9:.1f} GB are free in {folder}.",
                hint="TMPDIR names another folder.",
                errno=errno.ENOSPC,
            )
        top = folder / self.name
        with ThreadPoolExecutor(_AT_ONCE, "fumehood-fetch") as pool:
            for _ in pool.map(lambda one: self._copy(one[0], one[1], top), self._objects):
                pass
        return top

    def _copy(self, path: str, size: int, top: Path) -> None:
        import obstore

        inner = path.removeprefix(self._path).strip("/")
        if inner and any(part in ("", ".", "..") for part in inner.split("/")):
            raise DatasetReachesOut(f"{self._url} has an object called {inner!r}.")
        target = top / inner if inner else top
        target.parent.mkdir(parents=True, exist_ok=True)
        with told(self._url), target.open("xb") as file:
            for start in range(0, size, _RANGE):
                file.write(obstore.get_range(self._store, path, start=start, end=min(size, start + _RANGE)))
