"""A power loss that a test can cause: everything that was not fsynced is gone (see powerloss.c)."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path


class Disk:
    """The folder `root`, as it would be after a power loss.

    `environment()` goes into the processes that write; `settle()` says that all that is there now is durable;
    `lose_power()` puts back what was durable. The processes must be dead by then.
    """

    def __init__(self, root: Path, work: Path) -> None:
        self.root = root
        self.shadow = work / "shadow"
        self.library = work / "powerloss.so"
        source = Path(__file__).with_name("powerloss.c")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", self.library, source, "-ldl"], check=True)
        for kind in ("file", "folder"):
            (self.shadow / kind).mkdir(parents=True)

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self.library),
            "POWERLOSS_ROOT": str(self.root),
            "POWERLOSS_SHADOW": str(self.shadow),
        }

    def settle(self) -> None:
        for folder, names, files in os.walk(self.root):
            place = Path(folder)
            entries = [(name, "d") for name in names] + [(name, "f") for name in files]
            kept = [(name, kind) for name, kind in entries if _ordinary(place / name)]
            lines = [f"{name}\t{_identity(place / name)}\t{kind}\n" for name, kind in kept]
            (self.shadow / "folder" / _identity(place)).write_text("".join(lines))
            for name, kind in kept:
                if kind == "f":
                    shutil.copyfile(place / name, self.shadow / "file" / _identity(place / name))

    def lose_power(self) -> None:
        identity = _identity(self.root)
        rebuilt = self.root.with_name(self.root.name + ".rebuilt")
        self._rebuild(identity, rebuilt)
        shutil.rmtree(self.root)
        rebuilt.rename(self.root)

    def _rebuild(self, identity: str, place: Path) -> None:
        place.mkdir(mode=0o700)
        listing = self.shadow / "folder" / identity
        if not listing.exists():
            return
        for line in listing.read_text().splitlines():
            name, child, kind = line.split("\t")
            if kind == "d":
                self._rebuild(child, place / name)
            else:
                kept = self.shadow / "file" / child
                (place / name).write_bytes(kept.read_bytes() if kept.exists() else b"")
                (place / name).chmod(0o600)


def _ordinary(path: Path) -> bool:
    return not path.is_symlink() and (path.is_file() or path.is_dir())


class _Timestamp(ctypes.Structure):
    _fields_ = (("sec", ctypes.c_int64), ("nsec", ctypes.c_uint32), ("pad", ctypes.c_int32))


class _Statx(ctypes.Structure):
    _fields_ = (
        ("mask", ctypes.c_uint32),
        ("blksize", ctypes.c_uint32),
        ("attributes", ctypes.c_uint64),
        ("nlink", ctypes.c_uint32),
        ("uid", ctypes.c_uint32),
        ("gid", ctypes.c_uint32),
        ("mode", ctypes.c_uint16),
        ("pad", ctypes.c_uint16),
        ("ino", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
        ("blocks", ctypes.c_uint64),
        ("attributes_mask", ctypes.c_uint64),
        ("atime", _Timestamp),
        ("btime", _Timestamp),
        ("rest", ctypes.c_uint8 * 160),
    )


def _identity(path: Path) -> str:
    """Inode and birth time, as powerloss.c writes them; Python's `os.stat` does not tell the birth time."""
    found = _Statx()
    libc = ctypes.CDLL(None, use_errno=True)
    no_follow, inode, birth = 0x100, 0x100, 0x800
    if libc.statx(-100, os.fsencode(path), no_follow, inode | birth, ctypes.byref(found)) != 0:
        raise OSError(ctypes.get_errno(), "statx", str(path))
    return f"{found.ino}.{found.btime.sec}.{found.btime.nsec}"
