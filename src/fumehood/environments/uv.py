"""`uv`, the one program that resolves and installs: found in our own installation, told everything, asked by nobody.

It runs in an empty folder, with an environment that is composed here: no `UV_*`, no `PIP_*`, no configuration file of
anybody, a home of its own, and no PATH, so that it finds no git and no other tool. It ends with us, however we end.
What it says is kept up to a bound, and is foreign text: names and reasons come from an index.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from fumehood.core import limits
from fumehood.core.errors import EnvironmentFailed, InstallerMissing, StorageFailed
from fumehood.sandbox.ownership import problem_with
from fumehood.sandbox.process import Process
from fumehood.sandbox.spawn import Policy, spawn

NOWHERE: Final = "/nonexistent"
POLICY: Final = Policy(die_with_parent=True)
BUILDING: Final = Policy(die_with_parent=True, whole=True)
"""For what runs a package's own code."""
_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "NETRC")
_ALWAYS: Final = ("--no-config", "--color", "never", "--no-python-downloads", "--no-progress")

_FIRST_INDEX: Final = (
    "Of several indexes only the first that has a package is asked for its versions, so that nobody puts another under "
    "its name into a later one; a later one may have the version."
)


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        return self.status == 0

    def why(self) -> str:
        """Its complaint in one paragraph, without its hints about options of its own."""
        text, *hints = self.err.split("\nhint:")
        lines = [line.strip() for line in text.splitlines()]
        kept = [line for line in lines if line and not line.startswith(("warning:", "Resolved", "Using", "Creating"))]
        if any(" was found on " in hint and "but not at the requested version" in hint for hint in hints):
            kept.append(_FIRST_INDEX)
        return " ".join(line.removeprefix("error: ").removeprefix("cause: ") for line in kept)[:2000]


def binary() -> Path:
    """Raises InstallerMissing. Never looks at PATH."""
    try:
        from uv import find_uv_bin

        found = Path(find_uv_bin())
    except (ImportError, OSError) as error:
        raise InstallerMissing("The program uv is not installed beside fumehood.") from error
    if not found.is_absolute() or (why := problem_with(found)):
        raise InstallerMissing(f"The program uv is not used: {why if found.is_absolute() else 'its path is relative'}.")
    return found


def environment(folder: Path, cache: Path, proxy: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Its whole environment. `proxy`: its only way out; without one it is told that there is no network."""
    kept = {name: environ[name] for name in _CERTIFICATES if environ.get(name)}
    netrc = Path(environ.get("HOME") or NOWHERE, ".netrc")
    if "NETRC" not in kept and netrc.is_file():
        kept["NETRC"] = str(netrc)
    ways = {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "ALL_PROXY": proxy} if proxy else {"UV_OFFLINE": "1"}
    return {
        **kept,
        **ways,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PATH": NOWHERE,
        "LC_ALL": "C.UTF-8",
        "UV_CACHE_DIR": str(cache),
        "UV_KEYRING_PROVIDER": "disabled",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_ENV_FILE": "1",
    }


async def run(
    arguments: Sequence[str], *, folder: Path, env: Mapping[str, str], seconds: float, policy: Policy = POLICY
) -> Ran:
    """Raises EnvironmentFailed when it takes too long, StorageFailed for a full disk; both after its end."""
    argv = [str(binary()), *arguments, *_ALWAYS]
    return await run_program(argv, folder=folder, env=env, seconds=seconds, policy=policy)


async def run_program(
    argv: Sequence[str], *, folder: Path, env: Mapping[str, str], seconds: float, policy: Policy = POLICY
) -> Ran:
    readers, ends = zip(*(os.pipe2(os.O_CLOEXEC) for _ in range(2)), strict=True)
    try:
        process = spawn(policy, argv, cwd=folder, env=env, stdout=ends[0], stderr=ends[1])
    except BaseException:
        for fd in readers:
            os.close(fd)
        raise
    finally:
        for fd in ends:
            os.close(fd)
    said = asyncio.gather(*(_read(fd) for fd in readers))
    try:
        async with asyncio.timeout(seconds):
            out, err = await said
            ended = await process.wait()
    except TimeoutError as error:
        await _end(process)
        raise EnvironmentFailed(f"{Path(argv[0]).name} did not come to an end in {seconds:.0f} seconds.") from error
    except BaseException:
        await _end(process)
        raise
    finally:
        said.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await said
    ran = Ran(ended.status if ended.status is not None else 128 + (ended.signal or 0), out, err)
    if not ran.ok and ("No space left on device" in err or "Disk quota exceeded" in err):
        raise StorageFailed(
            "The disk is full: the environment could not be built.",
            hint="`hood env prune` removes environments that are not used.",
        )
    return ran


async def _end(process: Process) -> None:
    process.signal_group(signal.SIGKILL)
    await asyncio.shield(process.wait())


async def _read(fd: int) -> str:
    """The end of what comes, as text."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", buffering=0)
    )
    kept = bytearray()
    try:
        while data := await reader.read(64 * limits.KIB):
            kept += data
            if len(kept) > 2 * limits.UV_OUTPUT:
                del kept[: -limits.UV_OUTPUT]
    finally:
        transport.close()
    return kept[-limits.UV_OUTPUT :].decode("utf-8", "replace")
