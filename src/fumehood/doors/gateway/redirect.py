"""The files by which links reach a browser: a program's arguments can be read by everybody, a file of mode 0600 cannot.

Each is a page that moves on to its link at once and can do nothing else. It is removed when its link was used, when the
link is too old, and when the gateway ends; what a killed gateway left is removed by the next one.
"""

from __future__ import annotations

import asyncio
import html
import os
import secrets
import time
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fumehood.core import limits
from fumehood.core.errors import FileMissing, StorageFailed
from fumehood.core.paths import private_folder
from fumehood.doors.gateway.starting import Target
from fumehood.doors.passes import Key, key

_PREFIX: Final = "open-"
_SUFFIX: Final = ".html"
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={link}">
<title>fumehood</title>
</head>
<body><p><a href="{link}" rel="noreferrer">Open fumehood</a></p></body>
</html>
"""


def link(base: str, code: str, target: Target, view: str = "") -> str:
    """Everything stands in the fragment: it is never sent to any server. `view`: of a dataset, as its page says it."""
    parts = [f"code={quote(code, safe='')}"]
    if target.path:
        parts.append(f"path={quote(target.path, safe='')}")
    if target.folder:
        parts.append(f"folder={quote(target.folder, safe='')}")
    if view:
        parts.append(f"state={quote(view, safe='')}")
    return f"{base}/#{'&'.join(parts)}"


def read_link(redirect: Path) -> str:
    """The link that the file leads to. Raises `FileMissing` where it was used or is too old."""
    try:
        text = redirect.read_text(encoding="utf-8")
    except OSError as error:
        raise FileMissing("The link was used already, or is too old.", hint="Run `hood open` again.") from error
    return html.unescape(text.partition("; url=")[2].partition('"')[0])


class Redirects:
    """Those of one gateway. Assumes a running loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        self._files: dict[Key, Path] = {}

    def put(self, base: str, code: str, target: Target, view: str = "") -> Path:
        """Raises `StorageFailed`."""
        path = self._folder / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        page = _PAGE.format(link=html.escape(link(base, code, target, view)))
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            self._files[key(code)] = path
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                file.write(page)
        except OSError as error:
            raise StorageFailed(f"The link could not be written to {path}: {error.strerror}.") from error
        asyncio.get_running_loop().call_later(limits.CODE_SECONDS, self.remove, key(code))
        return path

    def remove(self, code: Key) -> bool:
        """Whether the code was in one of the files."""
        path = self._files.pop(code, None)
        if path is not None:
            path.unlink(missing_ok=True)
        return path is not None

    def remove_all(self) -> None:
        for code in list(self._files):
            self.remove(code)

    def sweep(self) -> None:
        """What gateways that were killed have left; links in it are too old by now."""
        for path in self._folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            try:
                if time.time() - path.lstat().st_mtime > limits.CODE_SECONDS:
                    path.unlink()
            except OSError:
                continue
