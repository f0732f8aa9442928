"""The environments on the disk: found, kept as they were built, remembered by whom they served, removed.

`<state>/environments/<key>` is a whole environment or is not there: it gets its name when it is finished. `built.json`
in it says what it is. Notebooks with the same lock share one, so one that was changed afterwards is not used again: the
next comes to stand beside it (`<key>.1`). One in which a kernel runs is never removed; that is seen from the system's
list of processes, whoever started them. A crash of the machine can leave files empty that were never written to the
disk: an environment is read whole and compared with its packages' own records at its first use after each boot.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import hashlib
import itertools
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from fumehood.core import limits
from fumehood.core.errors import EnvironmentInUse, EnvironmentMissing
from fumehood.core.identity import Identity, identity, is_alive
from fumehood.core.paths import Paths, private_folder
from fumehood.environments import interpreters, live
from fumehood.protocol.trust import Plan
from fumehood.trust.canonical import digest

LEVEL: Final = "approved"
"""Of trust: whose packages share a cache. A person has approved each of these."""
_MARKER: Final = "built.json"
_HELD: Final = "held"
_KEY: Final = re.compile(r"[0-9a-f]{64}(\.\d{1,3})?\Z")
_NAME: Final = re.compile(r"[0-9a-f]{12}(\.\d{1,3})?\Z")
_COPIES: Final = 100
_BENCHES: Final[set[Path]] = set()
"""That are built on."""
_STALE: Final = 24 * 3600.0


class Built(msgspec.Struct):
    """What an environment says of itself."""

    key: str
    python: str
    platform: str
    packages: dict[str, str]
    """Name and version of everything in it."""
    wanted: tuple[str, ...]
    """What was asked for by name."""
    created: float
    boot: str
    """The system's run in which it was built, or last compared with its records."""
    notebooks: dict[str, float] = {}
    """Paths that it served, with when last."""
    files: list[tuple[str, str, str]] = []
    """Name, version and hash of each package; empty in one of an earlier version of ours."""


class Standing(msgspec.Struct, kw_only=True):
    """One environment, as it is listed."""

    name: str
    folder: Path
    python: str
    packages: int
    wanted: tuple[str, ...]
    notebooks: tuple[str, ...]
    created: float
    used: float
    size: int
    """Of its files. What it shares with others counts for each."""
    usable: bool
    """As it was built."""
    processes: tuple[int, ...]
    """That run in it."""


def key_of(plan: Plan) -> str:
    """The same for two plans that come to the same files: whatever notebooks and words led to them."""
    files = sorted([one.name, one.version, one.hash, one.build] for one in plan.packages if not one.builder)
    builders = sorted([one.name, one.version, one.hash] for one in plan.packages if one.builder)
    return digest("environment", [plan.python, plan.platform, files, builders])


def name_of(folder: Path) -> str:
    """As people see it."""
    key, _, copy = folder.name.partition(".")
    return f"{key[:12]}.{copy}" if copy else key[:12]


def find(paths: Paths, key: str) -> Path | None:
    """One that is as it was built."""
    return next((folder for folder in _copies(paths, key) if intact(folder)), None)


def has(name: str, paths: Paths, after: Plan) -> live.Has | None:
    """What is in the one that people see by this name, as far as that says whether `after` only adds to it; `None`
    where there is none, or it cannot be said."""
    if not _NAME.match(name):
        return None
    for folder in _entries(paths):
        if _KEY.match(folder.name) and name_of(folder) == name and (built := read(folder)) is not None:
            if not built.files:
                return _within(built, after)
            return live.Has(built.python, built.platform, frozenset(built.files))
    return None


def _within(built: Built, after: Plan) -> live.Has | None:
    """Of an earlier version of ours, that names no files: its key is their digest, so it has those of `after` that bear
    its packages' names exactly where they come to the same key."""
    own = [one for one in after.packages if one.name in built.packages and not one.builder]
    builders = [one for one in after.packages if one.builder] if any(one.build for one in own) else []
    part = msgspec.structs.replace(after, packages=(*own, *builders))
    return live.has(part) if key_of(part) == built.key else None


def free_place(paths: Paths, key: str) -> Path:
    return next(folder for folder in _copies(paths, key) if not folder.exists())


@contextlib.contextmanager
def bench(paths: Paths) -> Iterator[Path]:
    """A folder to build in, gone at its end. Of several builders each has its own; all are of one process, the daemon.

    Its name is the same again and again: of a Python that it has seen at this place uv knows already what it is, and
    need not start it to ask, which is a fifth of the time that a small environment takes. Raises OSError.
    """
    place = private_folder(paths.environments)
    folder = next(one for number in itertools.count() if (one := place / f".bench-{number}") not in _BENCHES)
    _BENCHES.add(folder)
    try:
        _take_away(paths, folder)  # what a killed builder left
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _BENCHES.discard(folder)


def _copies(paths: Paths, key: str) -> Iterator[Path]:
    yield paths.environments / key
    for number in range(1, _COPIES):
        yield paths.environments / f"{key}.{number}"


def read(folder: Path) -> Built | None:
    try:
        return msgspec.json.decode((folder / _MARKER).read_bytes(), type=Built)
    except (OSError, msgspec.MsgspecError):
        return None


def intact(folder: Path) -> bool:
    """As it was built. Reads all of it where the system was started since it was looked at last."""
    built = read(folder)
    if built is None or not interpreters.stands(folder) or installed(folder) != built.packages:
        return False
    if built.boot != boot():
        if damaged(folder):
            return False
        with contextlib.suppress(OSError):
            built.boot = boot()
            used = (folder / _MARKER).stat().st_mtime
            _write(folder, built)
            os.utime(folder / _MARKER, (used, used))
    return True


def damaged(folder: Path, names: Iterable[str] | None = None) -> list[str]:
    """Packages (all, or these) whose files are not what their own records say: what a power loss leaves."""
    place = site_packages(folder)
    wanted = installed(folder) if names is None else dict.fromkeys(names, "")
    return [name for name in wanted if not _matches(place, name)]


def record_of(place: Path, name: str) -> Path:
    """The list of a package's files. Raises OSError."""
    for entry in os.scandir(place):
        if entry.name.endswith(".dist-info") and _named(entry.name)[0] == name:
            return place / entry.name / "RECORD"
    raise FileNotFoundError(name)


def _named(info: str) -> tuple[str, str]:
    """Name, in PEP 503's normal form, and version that the folder of a package says."""
    name, _, version = info.removesuffix(".dist-info").rpartition("-")
    return re.sub(r"[-_.]+", "-", name).lower(), version


def _matches(place: Path, name: str) -> bool:
    try:
        with record_of(place, name).open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if len(row) == 3 and row[1].startswith("sha256=")]
        for path, value, _size in rows:
            with (place / path).open("rb") as file:
                found = base64.urlsafe_b64encode(hashlib.file_digest(file, "sha256").digest()).rstrip(b"=")
            if found.decode() != value.removeprefix("sha256="):
                return False
    except (OSError, ValueError, csv.Error):
        return False
    return bool(rows)


def site_packages(folder: Path) -> Path:
    found = sorted((folder / "lib").glob("python3*/site-packages"))
    return found[0] if found else folder / "lib" / "site-packages"


def installed(folder: Path) -> dict[str, str]:
    """Name and version of what is in it, by the folders that installers leave."""
    found: dict[str, str] = {}
    try:
        with os.scandir(site_packages(folder)) as entries:
            for entry in entries:
                if entry.name.endswith(".dist-info"):
                    name, version = _named(entry.name)
                    found[name] = version
                elif entry.name.endswith((".egg-link", ".egg-info")) or entry.name.startswith("__editable__"):
                    found[entry.name] = ""
    except OSError:
        pass
    return found


def mark_built(folder: Path, key: str, plan: Plan) -> None:
    """The last thing that is written into it. Raises OSError."""
    built = Built(
        key=key,
        python=plan.python,
        platform=plan.platform,
        packages=installed(folder),
        wanted=tuple(one.name for one in plan.packages if one.direct),
        created=time.time(),
        boot=boot(),
        files=sorted(live.has(plan).files),
    )
    _write(folder, built)


def mark_used(folder: Path, notebook: Path | None = None) -> None:
    """A kernel is about to start in it. A disk that refuses it is no reason not to."""
    with contextlib.suppress(OSError):
        os.utime(folder / _MARKER)
        built = read(folder)
        if notebook is not None and built is not None:
            built.notebooks[str(notebook)] = time.time()
            newest = sorted(built.notebooks.items(), key=lambda pair: -pair[1])
            built.notebooks = dict(newest[: limits.ENVIRONMENT_NOTEBOOKS])
            _write(folder, built)


def _write(folder: Path, built: Built) -> None:
    temp = folder / f".{_MARKER}.{secrets.token_hex(4)}"
    temp.write_bytes(msgspec.json.encode(built))
    temp.rename(folder / _MARKER)


def boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return "unknown"


# -- listing and removing


def hold(folder: Path, pid: int) -> None:
    """A process of another environment imports from this one, too: it is in use as long as that one lives."""
    found = identity(pid)
    if found is not None:
        with contextlib.suppress(OSError):
            private_folder(folder / _HELD)
            (folder / _HELD / f"{found.pid}-{found.start}").touch()


def _holders(folder: Path) -> list[int]:
    found = []
    for entry in _children(folder / _HELD):
        pid, _, start = entry.name.partition("-")
        if pid.isdecimal() and start.isdecimal():
            if is_alive(Identity(int(pid), int(start))):
                found.append(int(pid))
            else:
                entry.unlink(missing_ok=True)
    return found


def processes(folders: Iterable[Path]) -> dict[Path, list[int]]:
    """Which processes run a program of these environments, or import from them."""
    found = {folder: _holders(folder) for folder in folders}
    starts = {f"{folder}/".encode(): folder for folder in found}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            program = (entry / "cmdline").read_bytes().split(b"\0", 1)[0]
        except OSError:
            continue
        for start, folder in starts.items():
            if program.startswith(start):
                found[folder].append(int(entry.name))
    return found


def standing(paths: Paths) -> list[Standing]:
    """The last used first."""
    folders = [entry for entry in _entries(paths) if _KEY.match(entry.name)]
    running = processes(folders)
    found = []
    for folder in folders:
        built = read(folder)
        try:
            used = (folder / _MARKER).stat().st_mtime if built is not None else folder.stat().st_mtime
        except OSError:
            continue
        found.append(
            Standing(
                name=name_of(folder),
                folder=folder,
                python=built.python if built else "",
                packages=len(built.packages) if built else 0,
                wanted=built.wanted if built else (),
                notebooks=tuple(built.notebooks) if built else (),
                created=built.created if built else 0.0,
                used=used,
                size=sum(size for _inode, size in _files(folder)),
                usable=intact(folder),
                processes=tuple(running[folder]),
            )
        )
    return sorted(found, key=lambda one: -one.used)


def remove(paths: Paths, *names: str) -> list[Standing]:
    """All of them, or none. Raises EnvironmentMissing, EnvironmentInUse."""
    there = standing(paths)
    found = []
    for name in dict.fromkeys(names):
        one = next((one for one in there if name in (one.name, one.folder.name)), None)
        if one is None:
            raise EnvironmentMissing(f"There is no environment {name[:80]!r}.")
        if one.processes:
            pids = ", ".join(map(str, one.processes))
            raise EnvironmentInUse(f"A kernel runs in the environment {one.name} (process {pids}).")
        found.append(one)
    for one in found:
        _take_away(paths, one.folder)
    return found


def prune(paths: Paths, budget: int = limits.ENVIRONMENTS_BYTES, now: float | None = None) -> list[Standing]:
    """Removes what is of no use, then the environments that were not used for longest, down to `budget` bytes.

    The caches count, and go last: without them everything can still be had, if the network is there.
    """
    clock = time.time() if now is None else now
    _sweep(paths, clock)
    there = standing(paths)
    idle = [one for one in reversed(there) if not one.processes and clock - one.used > limits.ENVIRONMENT_FRESH]
    gone = [one for one in idle if not one.usable]
    for one in gone:
        _take_away(paths, one.folder)
    for one in idle:
        if one.usable and _on_disk(paths) > budget:
            _take_away(paths, one.folder)
            gone.append(one)
    if _on_disk(paths) > budget:
        for cache in _children(paths.packages):
            _take_away(paths, cache)
    return gone


def _sweep(paths: Paths, clock: float) -> None:
    """What a killed builder left."""
    for entry in _children(paths.environments):
        if entry.name.startswith(".") and not _KEY.match(entry.name):
            with contextlib.suppress(OSError):
                if clock - entry.lstat().st_mtime > _STALE:
                    shutil.rmtree(entry, ignore_errors=True)


def _take_away(paths: Paths, folder: Path) -> None:
    """At once, by its name; its bytes after that."""
    gone = private_folder(paths.environments) / f".gone-{secrets.token_hex(8)}"
    with contextlib.suppress(OSError):
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _on_disk(paths: Paths) -> int:
    """What all of it takes; a file with several names counts once."""
    return sum(dict(pair for place in (paths.environments, paths.packages) for pair in _files(place)).values())


def _files(place: Path) -> Iterator[tuple[tuple[int, int], int]]:
    for folder, _folders, names in os.walk(place):
        for name in names:
            with contextlib.suppress(OSError):
                found = os.lstat(os.path.join(folder, name))  # noqa: PTH118
                yield (found.st_dev, found.st_ino), found.st_blocks * 512


def _entries(paths: Paths) -> list[Path]:
    return [entry for entry in _children(paths.environments) if entry.is_dir() and not entry.is_symlink()]


def _children(place: Path) -> list[Path]:
    try:
        return list(place.iterdir())
    except OSError:
        return []
