"""From an approved plan to an environment that a kernel can start in: exactly these files, whole or not at all.

`build` demands the person's `Approval`, and does nothing for a plan whose digest is another (design, section 2.5). It
is built aside, under a name that nobody looks for, and gets its own name when it is finished; so what a crash leaves
is never used. Files come from a cache, as hard links; what is not there yet is fetched through the gate, from the
plan's own hosts, and taken only with the plan's hash. A source distribution runs its code only where it was ticked by
name.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from fumehood.core import limits
from fumehood.core.errors import EnvironmentFailed, HoodError, NotApproved
from fumehood.core.paths import Paths, private_folder
from fumehood.environments import bytecode, fetching, interpreters, locks, shelf, uv
from fumehood.environments.egress import Gate, place_of
from fumehood.environments.resolving import Progress, silent
from fumehood.environments.sources import credentials_for
from fumehood.protocol.trust import Package, Plan
from fumehood.sandbox.tools import DEFAULT_PATH
from fumehood.store.failures import storage_failed
from fumehood.trust.approvals import Approval
from fumehood.trust.canonical import plan_digest

_LINKS: Final = ("--link-mode", "hardlink")


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    python: Path
    folder: Path
    name: str
    """As people see it, and `hood env` takes it."""


_building: dict[Path, asyncio.Lock] = {}


async def build(
    approval: Approval,
    plan: Plan,
    paths: Paths,
    progress: Progress = silent,
    *,
    notebook: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Environment:
    """The environment of `plan`: the one that is there, or a new one. `notebook`: whom it is to serve.

    Raises NotApproved before anything else happens; PythonMissing, EnvironmentFailed, StorageFailed, after which
    nothing of it is left.
    """
    _check(approval, plan)
    own = os.environ if environ is None else environ
    key = shelf.key_of(plan)
    # Two notebooks with one lock wait for one building.
    async with _building.setdefault(paths.environments / key, asyncio.Lock()):
        folder = await asyncio.to_thread(shelf.find, paths, key)
        if folder is None:
            try:
                with shelf.bench(paths) as work:
                    folder = await _Builder(plan, paths, work, progress, own).build(key)
            except OSError as error:
                raise storage_failed("The environment could not be built", error) from error
        await asyncio.to_thread(shelf.mark_used, folder, notebook)
    return Environment(python=interpreters.program_of(folder), folder=folder, name=shelf.name_of(folder))


def _check(approval: Approval, plan: Plan) -> None:
    if not isinstance(approval, Approval):
        raise NotApproved("Nobody has approved this.")
    if approval.lock != plan.digest or plan_digest(plan) != plan.digest:
        raise NotApproved("The plan is not the one that was approved.")
    unticked = sorted({one.name for one in plan.packages if one.build} - approval.builds)
    if unticked:
        raise NotApproved(
            f"{', '.join(unticked)} would run its own code while it is installed, and nobody has allowed that.",
            hint="Allow it by name when you approve, or ask for a version that has a wheel.",
        )


def _later(paths: Paths, place: Path, needed: list[Package], cache: Path) -> None:
    """What can wait until the kernel has started: that the next one starts faster, and that the budget holds."""

    def work() -> None:
        with contextlib.suppress(OSError, HoodError):
            bytecode.make(place, needed, cache)
        # It looks at each file of each environment, in this process: not while the first cells want it.
        time.sleep(limits.PRUNE_LATER)
        with contextlib.suppress(OSError, HoodError):
            shelf.prune(paths)

    threading.Thread(target=work, name="finish environment", daemon=True).start()


class _Builder:
    def __init__(self, plan: Plan, paths: Paths, work: Path, progress: Progress, environ: Mapping[str, str]) -> None:
        self._plan = plan
        self._paths = paths
        self._work = work
        self._progress = progress
        self._environ = environ
        self._cache = private_folder(private_folder(paths.packages) / shelf.LEVEL)
        self._wheels = [one for one in plan.packages if not one.build and not one.builder]
        self._builders = [one for one in plan.packages if one.builder]
        self._sources = [one for one in plan.packages if one.build]

    async def build(self, key: str) -> Path:
        base = await interpreters.exact(self._plan.python, self._plan.platform, self._environ)
        staged = self._work / "environment"
        self._progress("Preparing", 0, 0)
        await self._venv(staged, base.path)
        built = await self._build_sources(base.path) if self._sources else []
        await self._sync(staged, [*self._wheels, *built], "Installing")
        self._verify(staged)
        needed = bytecode.of_kernel(self._plan.packages)
        await asyncio.to_thread(bytecode.lay, staged, needed, self._cache)
        shelf.mark_built(staged, key, self._plan)
        place = shelf.free_place(self._paths, key)
        staged.rename(place)
        _later(self._paths, place, needed, self._cache)
        return place

    async def _venv(self, place: Path, python: Path) -> None:
        # Relocatable: its scripts find their Python where the environment comes to stand.
        arguments = ["venv", "--relocatable", "--no-project", "--python", str(python), str(place)]
        ran = await self._run(arguments, "")
        if not ran.ok:
            raise EnvironmentFailed(f"The environment could not be begun: {ran.why()}")

    async def _sync(self, place: Path, packages: list[Package], step: str) -> None:
        """From the cache what it holds, the rest from the network; all with the plan's hashes."""
        self._progress(step, 0, 0)
        held = _Held(self._cache)
        if missing := held.missing(packages):
            await self._install(place, missing, online=True)
            held.add(missing)
        if len(missing) == len(packages):
            return
        try:
            await self._install(place, packages, online=False)
            if bad := shelf.damaged(place, held.unsure(packages)):
                raise EnvironmentFailed(f"What is kept of {', '.join(bad[:5])} is damaged.")
        except EnvironmentFailed:
            # The cache is not what it was: everything anew.
            held.forget(packages)
            await self._install(place, packages, online=True, anew=True)
        held.add(packages)

    async def _install(self, place: Path, packages: list[Package], *, online: bool, anew: bool = False) -> None:
        lock = self._work / f"pylock.{place.name}.toml"
        hosts = {host for one in packages if (host := place_of(one.url))}
        lock.write_text(locks.write(packages, self._plan.python, credentials_for(hosts, self._environ)), "utf-8")
        lock.chmod(0o600)
        arguments = ["pip", "sync", lock.name, "--python", str(interpreters.program_of(place)), *_LINKS]
        arguments += ["--require-hashes", "--no-build"]
        if not online:
            ran, refused = await self._run([*arguments, "--offline"], ""), set[str]()
        else:
            arguments += ["--reinstall", "--refresh"] if anew else []
            async with Gate(hosts, self._environ, self._counting(packages)) as gate:
                ran = await self._run(arguments, gate.url)
            refused = gate.refused
        if refused:
            places = ", ".join(sorted(refused))
            raise EnvironmentFailed(f"A file was to come from {places}, which is not in the plan.")
        if not ran.ok:
            raise EnvironmentFailed(f"The packages could not be installed: {ran.why()}")

    def _counting(self, packages: list[Package]) -> Callable[[int], None]:
        # What lies in a folder of the user's is not downloaded. Where an index tells no sizes, how much is to come is
        # not known: a bar over the others would be full long before the end.
        sizes = [one.size for one in packages if place_of(one.url)]
        total = sum(sizes) if all(sizes) else 0
        done = 0

        def received(count: int) -> None:
            nonlocal done
            done += count
            self._progress("Downloading", min(done, total), total)

        return received

    async def _build_sources(self, python: Path) -> list[Package]:
        """Ticked source distributions, as wheels: with the plan's own tools, for which uv gets no network. Their code
        runs as the user; what it reaches by itself only a sandbox would hold."""
        tools = self._work / "tools"
        await self._venv(tools, python)
        await self._sync(tools, self._builders, "Preparing to build")
        built = []
        hosts = {host for one in self._sources if (host := place_of(one.url))}
        async with Gate(hosts, self._environ) as gate:
            way = fetching.Way(gate.url, credentials_for(hosts, self._environ))
            try:
                async with asyncio.timeout(limits.INSTALL_SECONDS):
                    archives = [await asyncio.to_thread(fetching.save, one, self._work, way) for one in self._sources]
            except TimeoutError as error:
                raise EnvironmentFailed("The sources were not there in time.") from error
        for number, (one, archive) in enumerate(zip(self._sources, archives, strict=True)):
            self._progress(f"Building {one.name}", number, len(archives))
            built.append(await self._build_one(one, archive, tools))
        return built

    async def _build_one(self, one: Package, archive: Path, tools: Path) -> Package:
        out = self._work / f"built-{one.name}"
        arguments = ["build", "--wheel", "--no-build-isolation", "--python", str(interpreters.program_of(tools))]
        arguments += ["--out-dir", str(out), "--offline", str(archive)]
        env = uv.environment(self._work, self._cache, "", self._environ)
        env |= {"PATH": f"{tools}/bin:{DEFAULT_PATH}", "SOURCE_DATE_EPOCH": "315532800"}
        ran = await uv.run(arguments, folder=self._work, env=env, seconds=limits.INSTALL_SECONDS, policy=uv.BUILDING)
        wheels = sorted(out.glob("*.whl")) if ran.ok else []
        if len(wheels) != 1 or locks.named_by_wheel(wheels[0].as_uri()) != one.name:
            raise EnvironmentFailed(f"{one.name} {one.version} could not be built: {ran.why()}")
        with wheels[0].open("rb") as file:
            value = hashlib.file_digest(file, "sha256").hexdigest()
        return msgspec.structs.replace(one, url=wheels[0].as_uri(), hash=f"sha256:{value}", size=0, build=False)

    def _verify(self, place: Path) -> None:
        wanted = {one.name for one in self._plan.packages if not one.builder}
        found = shelf.installed(place).keys()
        if found != wanted:
            odd = ", ".join(sorted(found ^ wanted)[:5])
            raise EnvironmentFailed(f"What was installed is not what was planned: {odd}.")

    async def _run(self, arguments: list[str], proxy: str) -> uv.Ran:
        env = uv.environment(self._work, self._cache, proxy, self._environ)
        return await uv.run(arguments, folder=self._work, env=env, seconds=limits.INSTALL_SECONDS)


class _Held:
    """Which files a cache holds, by their hashes, and in which run of the system each was seen to be whole.

    A word that may be old: uv says when it is wrong.
    """

    def __init__(self, cache: Path) -> None:
        self._file = cache / "held.json"
        try:
            self._known = msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.MsgspecError):
            self._known = {}

    def missing(self, packages: list[Package]) -> list[Package]:
        return [one for one in packages if one.hash not in self._known and not one.url.startswith("file:")]

    def unsure(self, packages: list[Package]) -> list[str]:
        """What was put there before the system was started, and not looked at since."""
        return [one.name for one in packages if self._known.get(one.hash, shelf.boot()) != shelf.boot()]

    def add(self, packages: list[Package]) -> None:
        self._known |= {one.hash: shelf.boot() for one in packages if not one.url.startswith("file:")}
        self._write()

    def forget(self, packages: list[Package]) -> None:
        for one in packages:
            self._known.pop(one.hash, None)
        self._write()

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            temp = self._file.with_name(f".held.{secrets.token_hex(4)}")
            temp.write_bytes(msgspec.json.encode(self._known))
            temp.rename(self._file)
