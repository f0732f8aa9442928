"""Completes web/package-lock.json with the optional packages of other platforms that a partial mirror does not have.

npm leaves such a package out of the lock file, and `npm ci` then refuses the file everywhere. What is added is only a
name, a version and the platform, so that it is passed over here and can be fetched where it belongs.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "web" / "package-lock.json"
PLATFORM = re.compile(r"-(android|darwin|linux|win32)-(arm64|x64)(?:-(musl))?$")


def missing(packages: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for package in packages.values():
        for name, version in package.get("optionalDependencies", {}).items():
            platform = PLATFORM.search(name)
            if f"node_modules/{name}" in packages or platform is None:
                continue
            system, cpu, libc = platform.groups()
            entry = {"version": version, "cpu": [cpu], "dev": True, "optional": True, "os": [system]}
            found[f"node_modules/{name}"] = entry | ({"libc": [libc]} if libc else {})
    return found


def main() -> int:
    lock = json.loads(LOCK.read_text("utf-8"))
    packages = lock["packages"]
    added = missing(packages)
    lock["packages"] = dict(sorted({**packages, **added}.items()))
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
    for name in added:
        print(f"{name}: added without integrity; the mirror does not have it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
